"""Week 4: losses and their gradients, from the squared error to a softmax cross-entropy that no logit can break."""

EXERCISES = (
    # week4_losses.ipynb
    "mse",
    "column_mse",
    "baseline_losses",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "logsumexp",
    "softmax_cross_entropy",
    "mended_loss",
)
DERIVATIONS = ("squared_error_dZ", "sigmoid_cross_entropy_dz", "softmax_cross_entropy_dZ")
QUIZZES = ("week4",)
