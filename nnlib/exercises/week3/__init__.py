"""Week 3: activations forward and backward, a sigmoid that never overflows, softmax backward, dead units."""

EXERCISES = (
    # week3_activations.ipynb
    "sigmoid_layer",
    "stable_sigmoid",
    "tanh_layer",
    "relu_layer",
    "elu_layer",
    "count_dead",
    "revive",
    "softmax_backward",
)
DERIVATIONS = ("sigmoid_slope", "tanh_slope", "relu_slope", "softmax_jacobian")
QUIZZES = ("week3",)
