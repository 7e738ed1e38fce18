"""Week 5: weight initialization (symmetry, variance forward and backward, Xavier, He, the critical gain, three repairs, a bug)."""

EXERCISES = (
    # week5_initialization.ipynb
    "count_distinct_units",
    "end_of_zero_start",
    "predicted_mean_squares",
    "measured_mean_squares",
    "predicted_gradient_mean_squares",
    "xavier_from_uniform",
    "he_from_normal",
    "critical_gain",
    "repaired_inits",
    "truncated_he",
)
DERIVATIONS = ("he_variance", "xavier_variance")
QUIZZES = ("week5",)
