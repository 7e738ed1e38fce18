"""nnlib: the network of this course, in NumPy, small enough to be read. Start with network.py and follow its imports."""

import importlib

from . import activations, datasets, initializers, losses, metrics, optimizers
from .activations import ELU, GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from .datasets import train_test_split
from .gradient_check import GradientError, check_layer, check_loss, check_network, numerical_gradient
from .initializers import (
    constant,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    orthogonal,
    xavier_normal,
    xavier_uniform,
    zeros,
)
from .layers import BatchNorm, Dense, Dropout, Layer
from .losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, MeanSquaredError, SoftmaxCrossEntropy
from .metrics import accuracy, calibration, confusion_matrix, r_squared
from .network import Network, mlp
from .optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    CosineDecay,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    StepDecay,
    clip_by_norm,
)
from .training import History, TrainingDiverged, fit, minibatches

__version__ = "0.1.0"


def __getattr__(name):  # matplotlib and ipywidgets are loaded when first asked for, not by `import nnlib`
    if name == "plots":
        return importlib.import_module(".plots", __name__)
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")
