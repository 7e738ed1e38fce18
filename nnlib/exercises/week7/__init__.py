"""Week 7: deep networks and batch norm (7a), overfitting and its cures (7b)."""

EXERCISES = (
    # week7a_deep_networks.ipynb
    "gradient_lengths",
    "batch_norm_forward",
    "batch_norm_backward",
    "mended_batch_norm",
    "fold_batch_norm",
    "network_cost",
    # week7b_generalization.ipynb
    "l2_step",
    "dropout_forward",
    "dropout_passes",
    "early_stopping",
    "honest_report",
    "paired_difference",
    "ensemble",
)
DERIVATIONS = ("batch_norm_dX", "l2_shrinkage", "dropout_moments")
QUIZZES = ("week7a", "week7b")
