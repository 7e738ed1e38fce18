"""nnlib: the network of this course, in NumPy, small enough to be read. README.md gives the reading order."""

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
from .layer import Layer
from .layers import BatchNorm, Dense, Dropout, Residual
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
__doc__ = __doc__ or "nnlib: the network of this course"  # python -OO strips docstrings

# fmt: off
__all__ = [  # and plots, which `from nnlib import *` would load
    "ELU", "GELU", "SGD", "AdaGrad", "Adam", "AdamW", "BatchNorm", "BinaryCrossEntropy", "CategoricalCrossEntropy",
    "CosineDecay", "Dense", "Dropout", "GradientError", "History", "Identity", "Layer", "LeakyReLU", "Loss",
    "MeanSquaredError", "Momentum", "Nesterov", "Network", "Optimizer", "RMSProp", "ReLU", "Residual", "Sigmoid",
    "Softmax", "SoftmaxCrossEntropy", "StepDecay", "Tanh", "TrainingDiverged", "accuracy", "activations", "calibration",
    "check_layer", "check_loss", "check_network", "clip_by_norm", "confusion_matrix", "constant", "datasets", "fit",
    "he_normal", "he_uniform", "initializers", "lecun_normal", "lecun_uniform", "losses", "metrics", "minibatches",
    "mlp", "normal", "numerical_gradient", "optimizers", "orthogonal", "r_squared", "train_test_split", "xavier_normal",
    "xavier_uniform", "zeros",
]
# fmt: on


def __dir__():
    return [*__all__, "plots"]


def __getattr__(name):  # matplotlib and ipywidgets are loaded at first use, not by `import nnlib`
    if name == "plots":
        return importlib.import_module(".plots", __name__)
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")
