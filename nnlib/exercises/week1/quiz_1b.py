from ..cards import Question

QUESTIONS = [
    Question(
        "A layer takes 4 features and has 3 units; X holds 100 examples. What is the shape of W?",
        {
            "(3, 4)": "that is the convention with examples as columns, Z = W X. Here (100, 4) is on the left of W.",
            "(4, 3)": "(100, 4) @ (4, 3) gives (100, 3): a row of W for each feature, a column for each unit.",
            "(100, 3)": "that is Z. The weights do not depend on the number of examples.",
        },
        "(4, 3)",
    ),
    Question(
        "How many parameters does a 2-16-8-4-1 network have?",
        {
            "196": "that is the weights alone: 2*16 + 16*8 + 8*4 + 4*1. Each unit also has a bias.",
            "225": "196 weights and 16 + 8 + 4 + 1 = 29 biases.",
            "227": "two too many: the 2 features are not units and have no biases.",
            "1024": "the widths of neighbours are multiplied, then the layers are added: 2*16 + 16*8 + 8*4 + 4*1.",
        },
        "225",
    ),
    Question(
        # claim: 01d8d67c
        "You stack ten Dense layers without any activation. What can the network do that one layer cannot?",
        {
            "nothing": "a product of matrices is a matrix: X W1 W2 ... W10 is X W with another W, and the biases merge as well.",
            "bend its boundary": "every stack of linear layers is linear, so the boundary stays straight.",
            "solve XOR": "the argument about the two diagonals holds for every linear score, however it is computed.",
        },
        "nothing",
    ),
    Question(
        # claim: 875f2e0a
        "Seven ReLU units look at the plane. Into how many regions can their lines cut it at most?",
        {
            "8": "that is seven parallel lines. Lines that cross one another make more.",
            "29": "each new line is cut by the ones before it: 1 + 1 + 2 + 3 + 4 + 5 + 6 + 7 = 29.",
            "128": "2^7 on-off patterns exist, but seven lines in a plane cannot produce all of them.",
            "21": "that is the number of crossing points, 7*6/2. Regions are 1 + 7 + 21.",
        },
        "29",
    ),
    Question(
        # claim: 8abf65b5
        "Why does a single output have no ReLU?",
        {
            "to save time": "a ReLU costs next to nothing compared with the matrix product.",
            "a score must be able to be negative": "sigmoid(z) < 1/2 needs z < 0. After a ReLU class 0 would never get more than one half.",
            "ReLU works for hidden units only": "it could be computed there: but it would cut off every negative score.",
        },
        "a score must be able to be negative",
    ),
]
