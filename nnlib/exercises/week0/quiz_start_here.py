from ..cards import Question

QUESTIONS = [
    Question(
        "X has shape (100, 2). What is the shape of X.sum(axis=0)?",
        {
            "(100,)": "axis 0 is the axis of length 100, and it is the one that disappears. (100,) is what axis=1 gives.",
            "(2,)": "the axis you name disappears: of (100, 2), axis 0 goes and (2,) stays, one sum for each feature.",
            "(1, 2)": "that is what keepdims=True would give: the axis would stay, with length 1.",
        },
        "(2,)",
    ),
    Question(
        "P has shape (50, 1), y has shape (50,). What is the shape of P - y?",
        {
            "(50, 1)": "shapes are compared from the right: 1 meets 50 and is repeated, then 50 meets nothing and stays.",
            "(50,)": "no axis of P disappears in a subtraction: the result has as many axes as the longer shape.",
            "(50, 50)": "y counts as a row (1, 50), so each of the 50 predictions meets each of the 50 labels, without any error.",
            "an error": "that would be safer, but the shapes fit by the rules of broadcasting: an axis of length 1 is repeated.",
        },
        "(50, 50)",
    ),
    Question(
        "X is (100, 2), W is (2, 3), b is (1, 3). Which axis of X W + b counts the examples?",
        {
            "the first, of length 100": "(100, 2) times (2, 3) is (100, 3): the inner axes disappear, rows stay rows, one for each example.",
            "the last, of length 3": "the last axis counts the units: each column of W belongs to one unit.",
            "neither, b mixes them": "b is repeated for each row and added: it does not mix the rows.",
        },
        "the first, of length 100",
    ),
    Question(
        "L = z^2 and z = 5x - 2. How fast does L change with x at x = 1?",
        {
            "6": "that is dL/dz = 2z at z = 3: how fast L moves with z. But z moves 5 times as fast as x.",
            "11": "the two rates multiply, they do not add: a step in x is first stretched by 5, then by 6.",
            "30": "dL/dz = 2z = 6 at z = 3 and dz/dx = 5, and the rates multiply: 6 * 5 = 30.",
        },
        "30",
    ),
    Question(
        "b has shape (1, 3) and is added to each of 100 rows. The loss has slope dZ (100, 3) at those rows. What is its slope at b?",
        {
            "the sum of dZ over the rows": "each b_j takes part in 100 numbers of Z, and the ways in which it reaches the loss add up.",
            "the mean of dZ over the rows": "slopes over several ways add up. If the loss is a mean, its 1/m is already inside dZ.",
            "dZ itself": "dZ is (100, 3), but there is one slope for each number in b, and b has only 3.",
        },
        "the sum of dZ over the rows",
    ),
]
