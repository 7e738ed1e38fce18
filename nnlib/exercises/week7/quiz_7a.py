from ..cards import Question

QUESTIONS = [
    Question(
        # claim: 4aa6b8f1
        "A chain of 11 sigmoid units, one a layer, all weights 2. A sigmoid's slope is at most 1/4. What do you know about dz in layer 1?",
        {
            "It is at most 0.5^10 of that in layer 11.": "each of the ten steps back multiplies by the weight, 2, and by a slope of at most 1/4.",
            "It is exactly 0.5^10 of it.": "a slope is 1/4 only at z = 0, and smaller elsewhere: the product is a bound.",
            "Nothing, without the data.": "the data choose the slopes, but these are at most 1/4: the bound holds for all data.",
        },
        "It is at most 0.5^10 of that in layer 11.",
    ),
    Question(
        # claim: 1ced4e15
        "You multiply W of a layer that is followed by batch norm by 5. What happens to the output in training, and to dW?",
        {
            "Both are five times as large.": "the batch's deviation grows by 5 as well, and is divided out.",
            "The output stays, dW is a fifth.": "the factor cancels in (X - mean) / deviation; and if f(5W) = f(W), the slope at 5W is a fifth of that at W.",
            "The output stays, dW stays.": "the same change of W is a smaller relative change now, so the slope must be smaller.",
        },
        "The output stays, dW is a fifth.",
    ),
    Question(
        # claim: 3f59aceb
        "Why does the gradient through batch norm subtract two means, and not only multiply by gamma / deviation?",
        {
            "To make the gradient smaller, for stability.": "nothing is added for stability: it is the exact derivative, and finite differences confirm it.",
            "Because each x also moves the batch's mean and variance.": "those are two more paths from x to the loss, and the chain rule adds all paths.",
            "Because of the running values.": "those are only recorded in training: no loss depends on them.",
        },
        "Because each x also moves the batch's mean and variance.",
    ),
    Question(
        # claim: a5aa1c3e
        "In evaluation mode a batch of one image gives another answer than the same image among others. What is wrong?",
        {
            "Nothing: batch norm does that.": "in training it does. In evaluation the recorded mean and variance are used, so neighbours cannot matter.",
            "Batch statistics are used in evaluation.": "then the answer depends on the company; alone, an example is its own mean, and beta is all that is left.",
            "The momentum is too small.": "a bad record gives bad answers, but the same ones alone and in company.",
        },
        "Batch statistics are used in evaluation.",
    ),
    Question(
        "A layer of 1000 units feeds another of 1000. You halve both widths. How do the multiply-adds between the two change?",
        {
            "They halve.": "inputs and outputs are both halved, and the product has n_in * n_out terms per row.",
            "They become a quarter.": "n_in * n_out, each halved. The numbers kept for the way back only halve: they grow with one width.",
            "They become an eighth.": "that would need the batch halved as well.",
        },
        "They become a quarter.",
    ),
]
