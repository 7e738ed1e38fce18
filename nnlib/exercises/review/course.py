"""The notebooks in the order of the course, and what each wants you to be able to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Notebook:
    """concepts: one for each line under "You will be able to"; first: its first exercise in the order of the catalogue."""

    file: str
    title: str
    first: str | None
    concepts: tuple


NOTEBOOKS = {
    "start_here": Notebook(
        "start_here.ipynb",
        "Start here",
        "week0.column_means",
        ("cells and checks", "the shape of an expression", "broadcasting and its slopes", "reading formulas"),
    ),
    "week1a": Notebook(
        "week1a_one_neuron.ipynb",
        "Week 1a",
        "week1.decision_function",
        (
            "the score of a neuron",
            "the line, its arrow and distances",
            "from a score to a probability",
            "training a neuron",
            "why no line solves XOR",
        ),
    ),
    "week1b": Notebook(
        "week1b_forward_propagation.ipynb",
        "Week 1b",
        "week1.dense_forward",
        ("Z = XW + b and its shapes", "why layers need a bend", "forward pass and parameters", "hidden units, hinges and regions"),
    ),
    "week2a": Notebook(
        "week2a_backprop_by_hand.ipynb",
        "Week 2a",
        "week2.add_backward",
        ("slopes of every weight on paper", "the four gates", "indices and matrices", "one pass back, and its cost"),
    ),
    "week2b": Notebook(
        "week2b_backprop_in_matrices.ipynb",
        "Week 2b",
        "week2.softmax_cross_entropy_backward",
        ("dW, db and dX of a layer", "the gradients of a two-layer network", "the gradient check"),
    ),
    "week3": Notebook(
        "week3_activations.ipynb",
        "Week 3",
        "week3.sigmoid_layer",
        (
            "slopes of activations",
            "sigmoid and softmax for every number",
            "how depth shrinks a gradient",
            "dead units",
            "choosing an activation",
        ),
    ),
    "week4": Notebook(
        "week4_losses.ipynb",
        "Week 4",
        "week4.mse",
        ("losses from the likelihood", "the gradient p - y", "losses for large scores", "the first loss"),
    ),
    "week5": Notebook(
        "week5_initialization.ipynb",
        "Week 5",
        "week5.end_of_zero_start",
        ("zero and constant starts", "variances through a layer, both ways", "mean squares of each layer", "repairing a start"),
    ),
    "week6a": Notebook(
        "week6a_gradient_descent.ipynb",
        "Week 6a",
        "week6.gradient_descent",
        (
            "the rate 2 / lambda",
            "the condition number",
            "finding a learning rate",
            "minibatches, noise and schedules",
        ),
    ),
    "week6b": Notebook(
        "week6b_momentum_to_adam.ipynb",
        "Week 6b",
        "week6.momentum_step",
        ("one step of each optimizer", "how fast momentum is", "the bias correction", "comparing optimizers fairly"),
    ),
    "week7a": Notebook(
        "week7a_deep_networks.ipynb",
        "Week 7a",
        "week7.gradient_lengths",
        (
            "a stack of layers, and a log to trust",
            "products of Jacobians and residual blocks",
            "batch norm, both passes and both modes",
            "what batch norm buys",
            "parameters, multiply-adds and memory",
        ),
    ),
    "week7b": Notebook(
        "week7b_generalization.ipynb",
        "Week 7b",
        "week7.l2_step",
        ("overfitting from two curves", "the L2 penalty", "dropout", "early stopping and paired differences"),
    ),
    "week8": Notebook(
        "week8_clinic_and_capstone.ipynb",
        "Week 8",
        "week8.network_step",
        (
            "why a training fails",
            "one whole training step",
            "no looking ahead",
            "an honest accuracy and its errors",
        ),
    ),
    "your_data": Notebook(
        "your_own_data.ipynb",
        "Your own data",
        "your_data.balanced_accuracy",
        ("from a file to X and y", "split, fill and scale", "reports that accuracy would flatter", "save, load and one new row"),
    ),
    "playground": Notebook(
        "playground.ipynb",
        "The playground",
        None,
        ("what a hidden unit has learned", "comparing two settings fairly", "seeing training go wrong", "a setting in a cell of your own"),
    ),
}
FIRST_DERIVATIONS = {"week2": "week2b", "week6": "week6b", "week7": "week7b"}  # the others of these weeks are named here:
OF_PART_A = ("week6.edge", "week7.batch_norm_dX")


def notebook_of(id, exercises):
    """The notebook in which an exercise or a derivation stands; ``exercises`` in the order of the catalogue."""
    week = id.split(".")[0]
    keys = [key for key, notebook in NOTEBOOKS.items() if notebook.first and notebook.first.split(".")[0] == week]
    if len(keys) == 1:
        return keys[0]
    if id not in exercises:
        return f"{week}a" if id in OF_PART_A else FIRST_DERIVATIONS[week]
    order = list(exercises)
    return keys[order.index(id) >= order.index(NOTEBOOKS[keys[1]].first)]
