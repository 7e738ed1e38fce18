"""Week 6: gradient descent and its learning rate; momentum, RMSProp and Adam, step by step."""

EXERCISES = (
    # week6a_gradient_descent.ipynb
    "gradient_descent",
    "divergence_threshold",
    "best_rate",
    "batch_noise",
    "one_epoch",
    "warmup_cosine",
    # week6b_momentum_to_adam.ipynb
    "momentum_step",
    "best_momentum",
    "momentum_rate",
    "corrected_averages",
    "rmsprop_step",
    "adam_step",
    "adam_path",
    "adamw_step",
)
DERIVATIONS = ("edge", "momentum_sum", "bias_correction")
QUIZZES = ("week6a", "week6b")
