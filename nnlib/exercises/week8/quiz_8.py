from ..cards import Question

QUESTIONS = [
    Question(
        # claim: tests/exercises/test_clinic.py::test_what_each_case_shows
        "A training loss stands still at log 10 from the first step on. What do you look at first?",
        {
            "The learning rate: try ten others.": "it costs an hour and tells little. Zero gradients stay zero at every rate.",
            "The length of dW in each layer, and the activations.": "if dW is exactly 0, something is dead or zero, and no rate will help. It takes one line.",
            "The number of hidden units.": "a network that is too small still moves. This one does not.",
        },
        "The length of dW in each layer, and the activations.",
    ),
    Question(
        # claim: f7484fe1
        "You compare 30 settings, and report the best one's accuracy on the images that chose it. What is that number?",
        {
            "Too high, on average: the best of 30 was lucky too.": "choosing uses the images up. Report on a test set that took no part in any choice.",
            "Fair: no setting was trained on those images.": "they chose among the settings, and that is a kind of training.",
            "Too low: with more settings it would be better.": "more settings would flatter more: the best of 60 is luckier still.",
        },
        "Too high, on average: the best of 30 was lucky too.",
    ),
    Question(
        # claim: cd58a08e
        "Two networks have 97.8 % and 98.1 % on the same 359 test images. Is the second better?",
        {
            "Yes: it made fewer errors.": "by a single image. Another 359 images may well turn it round.",
            "No: the difference shows that they are equal.": "it does not show that either. It is too small to tell.",
            "Nobody can tell: they differ by one image.": "0.3 % of 359 is one. Images that both get right, or neither, do not tell them apart; of the others one more can be luck.",
        },
        "Nobody can tell: they differ by one image.",
    ),
    Question(
        # claim: tests/exercises/test_clinic.py::test_minibatches_in_the_order_of_the_classes_make_the_loss_leap_at_each_change
        "The data are sorted by class, and somebody's own loop takes minibatches in that order. What will the first epoch show?",
        {
            "Nothing special: the gradient is the same on average.": "on average over an epoch, but each step sees one class only and pushes every answer to it.",
            "The loss leaps up at each change of class.": "the network learns to predict the class of the moment, and forgets the others. Shuffle every epoch.",
            "It overfits sooner.": "the rows are the same. It learns more slowly.",
        },
        "The loss leaps up at each change of class.",
    ),
    Question(
        # claim: tests/exercises/test_clinic.py::test_the_gradient_check_finds_the_one_wrong_layer_and_no_other
        "The gradient check passes, and the network learns nothing. What is still possible?",
        {
            "Nothing: if the gradient is right, it learns.": "training follows the slope of this loss, on these data, from this start. Each of them can be wrong.",
            "The backward pass of a layer is wrong.": "that is just what the check has ruled out, away from saturation.",
            "Data, labels, start weights or learning rate.": "the check compares the backward pass with the loss. It says nothing about any of these.",
        },
        "Data, labels, start weights or learning rate.",
    ),
]
