from ..cards import Question

QUESTIONS = [
    Question(
        "20 customers, 50 orders of each. You want to predict orders of customers who sign up next year. What do you split?",
        {
            "The 1,000 orders, at random.": "then nearly every customer is on both sides, and the test asks about people it knows.",
            "The customers: all orders of one customer stay together.": "what is new in use is new in the test. Only 20 of them: expect a wide error.",
            "The orders by size.": "then the test asks about orders that are larger than any in training.",
        },
        "The customers: all orders of one customer stay together.",
    ),
    Question(
        "96 % of the parts are fine. A network has an accuracy of 96 %, and its balanced accuracy is 50 %. What are its answers worth?",
        {
            "Much: it is right in 96 of 100 cases.": "so is a rubber stamp that says fine.",
            "Nothing: it says fine to every part.": "recall 100 % of the fine parts and 0 % of the others: the mean is 50 %. Its probabilities may still hold more: try another threshold.",
            "Half of what is possible.": "with two classes 50 % is the balanced accuracy of always giving one answer, or of tossing a coin.",
        },
        "Nothing: it says fine to every part.",
    ),
    Question(
        "A column is the date on which the loan was written off. The target is whether the loan was paid back. What do you do?",
        {
            "Turn the date into a number of days, and keep it.": "it is filled in only after the target is known. A new loan has no such date.",
            "Leave it out: it is known only after the target.": "a column that knows the answer is a leak, however well it scores.",
            "Fill the empty dates with the mean.": "whether it was empty is the answer itself.",
        },
        "Leave it out: it is known only after the target.",
    ),
    Question(
        "Where do the mean and the deviation for scaling one new row come from?",
        {
            "From the new row.": "its numbers have different units, and each of them alone has no spread.",
            "From all rows that you have, the test rows too.": "then the test rows helped to build what they are to judge.",
            "From the training part, saved with the network.": "the network has learned in these units. Without them its file is of no use.",
        },
        "From the training part, saved with the network.",
    ),
    Question(
        "On the test part R^2 is -0.2. Is that a bug?",
        {
            "Yes: a square cannot be negative.": "R^2 is 1 minus a ratio, and the ratio can be above 1.",
            "Not necessarily: the mean of the test targets would have been the better prediction.": "0 is as good as always saying that mean. Below 0 is worse.",
            "No: the sign only says that the slope is negative.": "that is a correlation. R^2 compares squared errors.",
        },
        "Not necessarily: the mean of the test targets would have been the better prediction.",
    ),
]
