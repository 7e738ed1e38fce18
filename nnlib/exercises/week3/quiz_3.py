from ..cards import Question

QUESTIONS = [
    Question(
        # claim: fe595695
        "A sigmoid layer stores only its output. For one entry a = 0.9. What is the slope there?",
        {
            "0.9": "that is the output. The slope is a (1 - a).",
            "0.09": "0.9 times 0.1: the slope needs nothing but the output.",
            "0.19": "1 - a squared is the slope of tanh; here it is a (1 - a).",
            "0.25": "that is the largest slope a sigmoid has, at a = 0.5.",
        },
        "0.09",
    ),
    Question(
        # claim: 771e96ff
        "In a network of 10 sigmoid layers, what can the activations multiply into the gradient on its way back, at most?",
        {
            "1, if the units do not saturate": "a slope of 1 is never reached: it is at most 1/4, in the middle.",
            "10 times 1/4": "slopes along a path are multiplied, not added: 1/4 to the power 10.",
            "About one millionth": "1/4 to the power 10 is 9.5e-7. Weights can make up for it, but they then push the units into the flat parts.",
        },
        "About one millionth",
    ),
    Question(
        # claim: a04201ee
        "A ReLU had the input Z = (-1, 0, 3), and dA = (4, 5, -6) arrives. What is dZ?",
        {
            "(4, 5, -6)": "nothing is blocked here. The mask A >= 0 does that: an output of a ReLU is never negative.",
            "(0, 5, -6)": "at z = 0 exactly the slope of this course is 0.",
            "(0, 0, -6)": "only the third unit is on. The sign of the gradient does not matter.",
            "(0, 0, 0)": "z = 3 is on, so its gradient passes, negative or not.",
        },
        "(0, 0, -6)",
    ),
    Question(
        # claim: 4f209d0f
        "A unit of the first layer is off for all training examples. Training goes on with plain gradient descent, at a small learning rate. What happens to it?",
        {
            "It stays off for good.": "all its slopes are 0, so its weights and bias get gradient 0, and its inputs, the data, never change. (Other ways to step, week 6b, can still move it.)",
            "It comes back slowly.": "nothing pulls it back: with slope 0 for every example its gradient is exactly 0, however long you train.",
            "Its bias still learns.": "the bias sits before the same closed gate as the weights.",
        },
        "It stays off for good.",
    ),
    Question(
        # claim: 428a1082
        "For softmax, why is dP * P * (1 - P) not the backward pass?",
        {
            "It lacks the 1/m.": "the 1/m is in dP already; it enters once, in the loss.",
            "It overflows for large scores.": "P lies between 0 and 1: nothing overflows here.",
            "Each score moves all probabilities.": "they compete for a sum of 1, so the Jacobian has entries -p_i p_j off its diagonal too.",
        },
        "Each score moves all probabilities.",
    ),
]
