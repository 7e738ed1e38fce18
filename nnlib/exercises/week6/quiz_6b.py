from ..cards import Question

QUESTIONS = [
    Question(
        # claim: 0b419be5
        "A quadratic has curvatures from 1 to 10,000. Each method at its best setting: how do the steps of gradient descent and of momentum compare?",
        {
            "About 10 times fewer with momentum, since beta = 0.9 makes the steps 10 times longer.": "beta = 0.9 is not the best one here, and the longer steps could as well come from lr. What counts is the factor of a step.",
            "About 100 times fewer with momentum, in the long run.": "gradient descent needs steps in proportion to kappa = 10,000, momentum to its root, 100. (To a millionth the gain is smaller: the distance falls like t sqrt(beta)^t.)",
            "The same: momentum only smooths the path.": "it does more: at its best setting the factor of a step depends on the root of kappa instead of kappa.",
        },
        "About 100 times fewer with momentum, in the long run.",
    ),
    Question(
        # claim: 63c29796
        "Somebody compares plain descent with momentum in the averaged form, (1 - beta) g with beta = 0.9, at the same lr, and finds no difference. Why?",
        {
            "Momentum does not help on this problem.": "that may be, but this comparison cannot tell: the averaged form was run at a tenth of its usual step.",
            "The averaged form equals the other one at lr (1 - beta), so in the long run both move at the pace lr.": "a constant gradient g gives v = g in the averaged form, so each step is lr g, as without momentum. Its lr has to be about 10 times larger.",
            "There is a bug: averaging must change the result.": "no bug needed: only the convention, and one shared lr.",
        },
        "The averaged form equals the other one at lr (1 - beta), so in the long run both move at the pace lr.",
    ),
    Question(
        # claim: 8a21a6a0
        "Adam, lr = 0.001, first step. One weight has the gradient 5, another 0.0005. How far do they move?",
        {
            "The first 10,000 times as far as the second.": "that is plain gradient descent. Here the gradient is divided by its own size.",
            "Both by about 0.001.": "with the corrections m_hat = g and s_hat = g^2, so the step is lr g / |g|: only the sign is left.",
            "Both by about 0.0001, because m holds only a tenth of g.": "the correction divides by 1 - 0.9, and gives the tenth back.",
        },
        "Both by about 0.001.",
    ),
    Question(
        # claim: 8a21a6a0
        "Adam without its bias corrections, with beta1 = 0.8 and beta2 = 0.999. How long is the first step?",
        {
            "0.2 times lr": "m is 5 times too small, but sqrt(s), below it, is 32 times too small.",
            "6.3 times lr": "m holds 0.2 of g, sqrt(s) holds sqrt(0.001) = 0.032 of its size: 0.2 / 0.032 = 6.3.",
            "lr": "that is the step with both corrections. Without them m and sqrt(s) start low by different factors.",
        },
        "6.3 times lr",
    ),
    Question(
        # claim: c8e68b3c
        "A blog shows: at lr = 0.003, RMSProp 91 %, momentum 83 %. What follows?",
        {
            "RMSProp is the better method.": "not from this: 0.003 is near RMSProp's usual rates, and may be far below momentum's best.",
            "At most: 0.003 suits RMSProp better on this task, for this many steps.": "that is all. A comparison of methods tunes each one, over several seeds, and reports data not trained on.",
            "Momentum is stuck in a local minimum.": "nothing here says so. It may only be slow: try a larger rate, or more steps.",
        },
        "At most: 0.003 suits RMSProp better on this task, for this many steps.",
    ),
]
