"""What all experiments share: the question and its buttons, the controls, the pictures."""
