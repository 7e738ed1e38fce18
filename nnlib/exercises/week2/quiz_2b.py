from ..cards import Question

QUESTIONS = [
    Question(
        "A layer has W = [[1, 2], [3, 4]], one row for each input. For one example, dZ = (1, 0) arrives. What is dX?",
        {
            "(1, 2)": "this is dZ W, the weights of input 1. The shapes fit, but input k acts through row k of W, one weight for each unit.",
            "(1, 3)": "only unit 1 gets a gradient; input 1 reaches it through the weight 1, input 2 through the weight 3: dZ W^T.",
            "(3, 7)": "this adds both weights of each input, as if 1 had arrived at both units; at unit 2 it is 0.",
        },
        "(1, 3)",
    ),
    Question(
        "db is the sum of dZ over the examples. Why a sum?",
        {
            "Because the loss is a sum over examples.": "the loss of this course is a mean; its 1/m is in dZ already.",
            "Every example uses the same b.": "b fans out to all rows, and what comes back along different paths is added.",
            "Because the shapes fit only that way.": "a mean over the examples has the same shape: shapes prove nothing here.",
        },
        "Every example uses the same b.",
    ),
    Question(
        # claim: tests/experiments/test_bug_lab.py::test_only_arrays_at_or_below_the_bug_are_wrong
        "The gradient check reports: dW2 right, db2 right, dW1 wrong, db1 wrong. Where do you look first?",
        {
            "In the loss": "an error there would spoil dZ2, and with it most likely dW2 or db2.",
            "In the line dW1 = X^T dZ1": "that line alone would leave db1 right.",
            "Between dZ2 and dZ1": "dZ2 is most likely right, since dW2 and db2 are; dW1 and db1 share dZ1: the step back through W2, or the ReLU's mask.",
        },
        "Between dZ2 and dZ1",
    ),
    Question(
        # claim: 2b-h-table
        "In float64, you make h smaller, from 1e-5 to 1e-11. What happens to the error of the central difference?",
        {
            "It shrinks as h squared.": "so it does down to about 1e-5; below that rounding takes over.",
            "It grows.": "the error of the formula, of order h squared, is negligible by then; the rounding of the two losses, divided by 2 h, grows.",
            "It stays the same.": "the rounding error is about 1e-16 / h: dividing by a smaller h makes it larger.",
        },
        "It grows.",
    ),
    Question(
        # claim: 4a1914cf
        "The loss falls and the accuracy reaches 99 %. What does that say about the backward pass?",
        {
            "It is right.": "with three bugs at once, the network of this notebook still reached 99 % on easy data.",
            "It is right, except for the biases.": "the accuracy does not show which arrays are right: compare each with finite differences.",
            "Little: wrong gradients can train too.": "a small step goes down if it points downhill at all. A gradient check shows it.",
        },
        "Little: wrong gradients can train too.",
    ),
]
