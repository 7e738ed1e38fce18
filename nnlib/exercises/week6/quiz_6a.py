from ..cards import Question

QUESTIONS = [
    Question(
        # claim: 439feea0
        "The loss is a quadratic with curvatures 0.1 and 10. You take lr = 0.21. What happens?",
        {
            "It converges: 0.21 is far below 2 / 0.1 = 20.": "that is the bound of the flat direction. The steep one has 2 / 10 = 0.2, and 0.21 is above it.",
            "It converges, slowly.": "in the flat direction it does, by 2 % per step. The steep one grows by a factor of 1.1 in each step.",
            "The steep direction diverges, swinging from side to side.": "its factor is 1 - 0.21 * 10 = -1.1: the sign alternates, and the size grows.",
        },
        "The steep direction diverges, swinging from side to side.",
    ),
    Question(
        # claim: f0511699
        "The condition number kappa goes from 20 to 800, each time with the best learning rate. The steps of gradient descent grow about",
        {
            "6 times": "that would be the root of the ratio, which momentum reaches (week 6b).",
            "40 times": "the steps are about kappa / 2 times log(1 / epsilon): in proportion to kappa.",
            "not at all, since lr is the best one": "the steep direction limits the rate, so the flat one shrinks by only 2 / (kappa + 1) per step.",
        },
        "40 times",
    ),
    Question(
        # claim: c4a6d836
        "You want the noise of the minibatch gradient three times smaller. What do you change?",
        {
            "The batch: 3 times larger": "the noise falls with the root of the batch size: this gives 1.7 times less.",
            "The batch: 9 times larger": "the variance falls as 1/B, the distance as 1/sqrt(B), and the root of 9 is 3.",
            "The learning rate: 3 times smaller": "the gradient is as noisy as before; each step is shorter, and so is its useful part.",
        },
        "The batch: 9 times larger",
    ),
    Question(
        # claim: 1be46e0d
        "A learning-rate range test of another network blows up at lr = 0.6. What do you know?",
        {
            "0.6 is the best rate.": "it is where one run failed. In the notebook one test failed near 20, and the validation points chose a rate between 2 and 10.",
            "Around 0.6 a run warmed up like this failed: start a factor of 3 to 10 below, and try.": "the test gives a place to start, in one short run. Where it blows up depends on how fast the rate is raised: the sweep's lowest training loss lay above the slowest test's jump.",
            "No rate above 0.6 can be of use.": "this run failed there. A slower or a faster test fails at another rate, and training at one steady rate is another thing again.",
        },
        "Around 0.6 a run warmed up like this failed: start a factor of 3 to 10 below, and try.",
    ),
    Question(
        # claim: d10dee77
        "The examples disagree at the minimum, and minibatch training hovers: the loss has stopped falling, and jitters. What brings it down soonest?",
        {
            "Lower the learning rate": "if the noise stays, the weights shake around the minimum, less at a smaller lr: for freshly drawn batches the variance goes with lr / B. A schedule lowers lr by plan.",
            "Raise the learning rate": "the shaking grows with the rate.",
            "Wait": "drift and noise are in balance: at a constant rate it stays like this, because the noise does not go away where the examples disagree at the minimum.",
        },
        "Lower the learning rate",
    ),
]
