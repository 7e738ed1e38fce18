"""Week 2: backpropagation by hand (single gates, one network in scalars) and in matrices (layers, gradient check, a bug hunt)."""

EXERCISES = (
    # week2a_backprop_by_hand.ipynb
    "add_backward",
    "multiply_backward",
    "max_backward",
    "fan_out_backward",
    "square_backward",
    "sigmoid_backward",
    "scalar_gradients",
    # week2b_backprop_in_matrices.ipynb
    "softmax_cross_entropy_backward",
    "dense_backward",
    "relu_backward",
    "network_gradients",
    "central_differences",
    "relative_error",
    "fixed_gradients",
)
ORDERINGS = ("scalar_order", "backward_order")
DERIVATIONS = ("dense_dW", "dense_db_dX")
QUIZZES = ("week2a", "week2b")
