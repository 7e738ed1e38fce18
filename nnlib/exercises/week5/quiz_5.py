from ..cards import Question

QUESTIONS = [
    Question(
        # claim: d2cf4cb4
        "A network with ReLU hidden units starts with all weights and biases at 0. One class is more frequent than the other. What learns?",
        {
            "All hidden units learn the same thing.": "that is the constant start. At zero every hidden activation is 0 and every gradient of W is exactly 0.",
            "Only the output bias.": "all activations are 0 and nothing comes back through W = 0; what is left is db of the last layer.",
            "Nothing at all.": "the output bias has the gradient mean(p - y), which needs no hidden activation. It would be 0 for classes of equal size.",
        },
        "Only the output bias.",
    ),
    Question(
        # claim: bdd4b653
        "All weights start at 0.3, all biases at 0. After long training, how many different hidden units does the layer have?",
        {
            "One": "equal units get equal gradients, so they stay equal after every step.",
            "As many as the data need": "the data reach all units in the same way; nothing in them tells one unit from another.",
            "All are different, if the learning rate is high enough": "a larger step is the same larger step for every unit.",
        },
        "One",
    ),
    Question(
        # claim: 931d4b87
        "A ReLU layer has 500 inputs and 100 units. Which Var W keeps the mean square of z the same from layer to layer, forward?",
        {
            "2/100": "100 is n_out: this keeps the gradients, backward. Forward the sum runs over the 500 inputs.",
            "2/600": "this is Xavier's compromise between n_in and n_out, derived without a ReLU.",
            "1/500": "this is LeCun's, right for a linear layer: the ReLU halves the mean square, and the 2 makes up for it.",
            "2/500": "each z is a sum over 500 inputs, whose mean square the ReLU has halved: 500 * (2/500) / 2 = 1.",
        },
        "2/500",
    ),
    Question(
        # claim: 8585d58a
        "In a deep sigmoid network the histograms of the activations look fine in every layer. What do you conclude?",
        {
            "The start is fine.": "the spread over the units says nothing about the gradients, and nothing about whether examples still differ.",
            "Nothing yet: look at the gradients too.": "in this notebook such a network had gradients 1e12 times smaller in layer 1 than at the end.",
            "The weights are too large.": "too large weights would show as activations piled up at 0 and 1.",
        },
        "Nothing yet: look at the gradients too.",
    ),
    Question(
        # claim: b2bcc0eb
        "A layer has 300 inputs and 100 units. You draw its weights from U(-a, a), and want Xavier's variance. What is a?",
        {
            "0.071, the root of 2/400": "this is the standard deviation. Uniform numbers reach root 3 times as far: their variance is a^2 / 3.",
            "0.122, the root of 6/400": "a^2 / 3 = 2 / (300 + 100), so a is the root of 6 / 400.",
            "0.141, the root of 6/300": "this is made for the forward pass alone. Xavier's rule has n_in + n_out below.",
        },
        "0.122, the root of 6/400",
    ),
]
