"""Week 8: from raw numbers to an honest report, and one training step assembled from all weeks before."""

EXERCISES = (
    # week8_clinic_and_capstone.ipynb
    "network_step",
    "standardize",
    "select_columns",
    "baseline_accuracy",
    "uncertainty",
    "confusion",
    "most_confident_errors",
)
QUIZZES = ("week8",)
CASES = (
    "small_steps",
    "all_zero",
    "large_steps",
    "dead_units",
    "raw_units",
    "straight",
    "saturated",
    "own_layer",
    "two_shuffles",
    "too_long",
    "one_at_a_time",
    "zero_over_zero",
)  # of the clinic, case 0 first
