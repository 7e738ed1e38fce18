"""Experiments to predict, run and explain, in the browser: ``from nnlib.experiments import hinges, show``, then ``show(hinges)``.

frame.py is what all share, pictures.py and canvas.js what moves, controls.py what can be set; playground*.py is the playground, and every
other file is one experiment. From here on NumPy multiplies on one thread: the matrices are small, so a second one gains little, and
a slider needs that core for the browser.
"""

from threadpoolctl import threadpool_limits

from .frame import show

threadpool_limits(1)
