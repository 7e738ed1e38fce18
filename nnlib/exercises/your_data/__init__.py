"""Your own data: from a CSV file to a report."""

EXERCISES = (
    # your_own_data.ipynb
    "balanced_accuracy",
    "split_by_group",
    "fill_missing",
    "prepare_row",
)
QUIZZES = ("your_data",)
