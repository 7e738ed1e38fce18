from ..cards import Question

QUESTIONS = [
    Question(
        # claim: d36eaf5d
        "The logit is z = 8, the label y = 0. Which loss gives the larger gradient with respect to z?",
        {
            "The squared error of the sigmoid": "it holds the slope p (1 - p), which is 3.4e-4 here: the gradient is 7e-4 in size.",
            "The cross-entropy": "its gradient is p - y, here almost 1: the more wrong, the stronger the pull, up to 1.",
            "Both the same": "they differ by the factor 2 p (1 - p), which is nearly 0 for a saturated sigmoid.",
        },
        "The cross-entropy",
    ),
    Question(
        # claim: a7aa88bd
        "A new network for 20 classes prints a first loss of 60. What do you conclude?",
        {
            "Nothing: the first loss is random.": "for small first scores it is near log 20 = 3.0, whatever the data.",
            "It is near 20 * log 20, as expected for 20 classes.": "the loss of a prediction of 1/20 each is -log(1/20) = 3.0, once for each example.",
            "The first scores are large, or the loss is added up wrongly.": "3.0 is what 1/20 each costs; twenty times that is confident nonsense or a sum too many.",
        },
        "The first scores are large, or the loss is added up wrongly.",
    ),
    Question(
        # claim: 89a1bb21
        "Why does logsumexp subtract the row's maximum first?",
        {
            "It makes the result smaller, so that training is faster.": "the result is the same number: the maximum is added again.",
            "No e^ overflows, at least one is 1, and the result is the same.": "the largest power is e^0 = 1, so the sum lies between 1 and k, and its log is safe.",
            "It turns the scores into probabilities.": "that is the division by the sum. The shift alone changes no probability.",
        },
        "No e^ overflows, at least one is 1, and the result is the same.",
    ),
    Question(
        # claim: 3f852aaf
        "The loss is the sum over 4 outputs, averaged over the examples. Somebody uses the gradient of np.mean over all entries. What happens?",
        {
            "The gradient check fails: it is 4 times too small.": "np.mean divides by the number of outputs as well. Training runs, as if at a quarter of the rate.",
            "Training goes uphill.": "the direction is right, only the length is wrong; so a falling curve does not tell.",
            "Nothing: a constant factor is no error.": "the factor comes back as a learning rate that is not the one you set, and the check against the printed loss fails.",
        },
        "The gradient check fails: it is 4 times too small.",
    ),
    Question(
        # claim: d4054e8b
        "Which assumption about the data turns maximum likelihood into the squared error?",
        {
            "Every target is the output plus Gaussian noise of one fixed width.": "minus the log of the bell curve is the squared distance over 2 sigma^2, plus a constant.",
            "Every target is 0 or 1, and the output is the probability of 1.": "that is a coin: minus its log is the binary cross-entropy.",
            "The inputs are Gaussian.": "nothing is assumed about the inputs: only about the target, given the input.",
        },
        "Every target is the output plus Gaussian noise of one fixed width.",
    ),
]
