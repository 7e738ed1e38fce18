"""Experiments to predict, run and explain, in the browser: ``from nnlib.experiments import hinges, show``, then ``show(hinges)``.

frame.py is what all share, pictures.py and canvas.js what moves, controls.py what can be set; every other file is one experiment.
"""

from .frame import show
