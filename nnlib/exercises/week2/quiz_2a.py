from ..cards import Question

QUESTIONS = [
    Question(
        "A gate computes f = a * b with a = 4 and b = -0.5. The gradient that arrives is dL/df = 6. What is dL/da?",
        {
            "24": "this is 6 * 4, the gradient of b: each input takes the value of the other one.",
            "-0.5": "this is the slope of the gate alone; the upstream gradient, 6, multiplies it.",
            "-3": "the slope of a * b for a is b = -0.5, times what arrives: 6 * (-0.5).",
            "-12": "this multiplies by the output a * b = -2; the slope for a is b alone.",
        },
        "-3",
    ),
    Question(
        "x goes into two gates. 4 comes back from one of them and -1 from the other. What is dL/dx?",
        {
            "-1": "keeping the last one forgets a path. It is the bug of = in place of +=.",
            "-4": "slopes are multiplied along one path; what comes back on different paths is added.",
            "1.5": "an average would be half the effect: the loss feels both paths in full.",
            "3": "nudging x moves the loss along both paths, and the two effects add up: 4 + (-1).",
        },
        "3",
    ),
    Question(
        # claim: c7f893cd
        "A hidden ReLU unit has z = -2 for this example. What do its weights and its bias learn from the example?",
        {
            "The bias learns, the weights do not.": "the bias sits before the same closed gate: db = dz = 0.",
            "Nothing: their gradients are 0.": "the max gate has slope 0 there, and every gradient before it is multiplied by that 0.",
            "They get negative gradients.": "the sign of z does not pass to the gradient; the slope at z = -2 is 0.",
            "As much as in any other unit.": "that would be so without the max gate, whose slope is 0 for z < 0.",
        },
        "Nothing: their gradients are 0.",
    ),
    Question(
        # claim: d5f07a92
        "Why are the gradients computed from the loss back to the inputs, and not from the inputs on?",
        {
            "Forward, the chain rule does not hold.": "it holds in both directions; but forward you need one pass for every parameter.",
            "The loss is known before the activations.": "it is the other way round: the forward pass comes first, and its values are used on the way back.",
            "One pass then serves all parameters.": "each gate is visited once, and the number that arrives is shared by everything before the gate.",
        },
        "One pass then serves all parameters.",
    ),
    Question(
        "The loss is 2.25 and dL/dw = 6. You change w from 1.5 to 1.501. About where does the loss go?",
        {
            "8.25": "6 is the change for a step of 1 if the slope stayed; the step here is 0.001.",
            "2.256": "the slope times the step, 6 * 0.001, is added.",
            "2.244": "that would be a step against the gradient; w went up, and the slope is positive.",
            "2.25": "it moves a little: slope times step, 0.006.",
        },
        "2.256",
    ),
]
