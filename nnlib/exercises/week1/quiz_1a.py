from ..cards import Question

QUESTIONS = [
    Question(
        # claim: distance-0
        "A neuron has w = (6, 8) and b = -10. What happens to its line if b alone is doubled?",
        {
            "nothing": "that is so if w is doubled with b. With b = -20 other points have the score 0.",
            "it moves away from the origin": "its distance from the origin is |b| / ||w||: first 10 / 10 = 1, then 20 / 10 = 2.",
            "it turns": "the line is at a right angle to w, and w stays as it is.",
        },
        "it moves away from the origin",
    ),
    Question(
        # claim: 706ffa3f
        "To which side of the line does the arrow w point?",
        {
            "to the side of class 1": "a step t w raises the score by t ||w||^2, so z > 0 lies on that side.",
            "to the side of class 0": "that would be -w: a step along w raises the score, and class 1 is where the score is positive.",
            "along the line": "the difference of two points on the line has w . (p - q) = 0, so w is at a right angle to the line.",
            "to the origin": "that depends on the sign of b: the origin has the score z = b.",
        },
        "to the side of class 1",
    ),
    Question(
        # claim: distance-0
        "w = (-8, 6), b = 5, x = (1, 3). How far is x from the line?",
        {
            "15": "that is the score z = -8 + 18 + 5. It grows with the length of w, a distance does not.",
            "1.5": "z = 15 and ||w|| = 10, so the distance is 15 / 10 = 1.5.",
            "0.15": "that is 15 / 100: you divided by ||w||^2. The foot is 0.15 of the arrow w away, and w is 10 long.",
            "10": "that is the length of w, sqrt(64 + 36).",
        },
        "1.5",
    ),
    Question(
        # claim: 8abf65b5
        "The output is p = sigmoid(z), and you predict class 1 if p > 1/2. Which points does the sigmoid turn into another class?",
        {
            "those with |z| < 1/2": "sigmoid(z) > 1/2 exactly where z > 0: a small positive z still gives more than one half.",
            "those far from the line": "far from the line p comes near 0 or 1, but it stays on its side of 1/2.",
            "none": "the sigmoid rises everywhere and is 1/2 at z = 0, so p > 1/2 says the same as z > 0.",
        },
        "none",
    ),
    Question(
        # claim: f959c252
        "How many of the four XOR corners can one line get right at most?",
        {
            "2": "a line that cuts off the single corner (1, 1) gets three right: only (0, 0) is wrong.",
            "3": "four would need z(0,0) + z(1,1) <= 0 and z(0,1) + z(1,0) > 0, but both sums are w1 + w2 + 2b.",
            "4": "the sums of z over the two diagonals are equal for every w and b, so their signs cannot differ.",
        },
        "3",
    ),
]
