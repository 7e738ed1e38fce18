"""Week 1: one neuron, and the forward pass."""

EXERCISES = (
    # week1a_one_neuron.ipynb
    "decision_function",
    "boundary_x2",
    "distance_to_line",
    "nearest_on_line",
    "predict_and_score",
    "logistic_output",
    # week1b_forward_propagation.ipynb
    "dense_forward",
    "relu",
    "forward_pass",
    "shapes_ledger",
    "parameter_count",
    "xor_by_hand",
    "unit_from_points",
)
QUIZZES = ("week1a", "week1b")
