from ..cards import Question

QUESTIONS = [
    Question(
        # claim: f74ea4ca
        "Training loss falls, validation loss has risen for 200 epochs, validation accuracy stays. What is going on?",
        {
            "The network overfits: it gets more confident in its errors.": "the accuracy counts errors, the loss weighs how confident they are. Restore the weights of the lowest validation loss.",
            "Nothing: the accuracy stays, so all is well.": "its probabilities get worse: it predicts 99 % and is wrong. Whoever uses them is misled.",
            "The learning rate is too large.": "then the training loss would jump or rise as well. It falls.",
        },
        "The network overfits: it gets more confident in its errors.",
    ),
    Question(
        # claim: dedf1595
        "Learning rate 0.2, l2 = 0.05, plain gradient descent. The gradient of the data is 0. What does one step do to a weight?",
        {
            "It multiplies it by 0.99.": "w - lr * l2 * w = (1 - 0.01) w. With dW = 0 that is all that is left.",
            "It subtracts 0.01.": "a fixed step towards 0 is what the penalty sum of |w| does (L1). For L2 the pull is in proportion to w.",
            "It multiplies it by 0.95.": "that would be 1 - l2: the gradient of the penalty is multiplied by the learning rate as well.",
            "Nothing: without data there is no gradient.": "the penalty has its own gradient, l2 * w, whether or not the data pulls.",
        },
        "It multiplies it by 0.99.",
    ),
    Question(
        # claim: 0cc1a6b1
        "Dropout with rate 0.6, inverted scaling. By what is a kept value multiplied in training, and all values in evaluation?",
        {
            "2.5, and 1": "1 / (1 - 0.6) = 2.5 keeps the mean, so evaluation needs nothing.",
            "1.67, and 1": "that is 1 / rate, the wrong p: the mean becomes 0.4 / 0.6 of what it was. At rate 0.5 it could not be seen.",
            "1, and 0.4": "the older form. Sound, but not inverted: evaluation has to remember the rate.",
            "2.5, and 0.4": "then evaluation pays a second time: its mean is 0.4 of that in training.",
        },
        "2.5, and 1",
    ),
    Question(
        # claim: 09502a31
        "Why must the way back use the mask of the forward pass?",
        {
            "A fresh mask would be slower.": "a draw costs little. The result would be wrong, not slow.",
            "The gradient belongs to the function that was computed.": "A = X * M has the slope M. With another mask the result is the gradient of no network.",
            "So that the same units are dropped in every step.": "the next step draws again. Only the two passes of one step share their mask.",
        },
        "The gradient belongs to the function that was computed.",
    ),
    Question(
        # claim: e9227b67
        "Method A beats B by 1 point over 8 paired seeds; the standard error of the difference is 0.9 points. What do you report?",
        {
            "A is better.": "a difference of about one standard error is seen often between equal methods.",
            "A and B are equally good.": "that is not shown either: with more seeds a difference might come out.",
            "The difference is within the spread; it would take more seeds to tell.": "1 is less than 2.4 * 0.9. Say both numbers and the number of seeds.",
        },
        "The difference is within the spread; it would take more seeds to tell.",
    ),
]
