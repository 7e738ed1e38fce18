"""Experiments to predict, run and explain, in the browser.

``from nnlib.experiments import hinges, show`` and ``show(hinges)`` open one.

frame/        what all experiments share: show.py the question, the run and the buttons; controls.py what can be set;
              pictures.py what is drawn, for the browser (canvas.js) and for matplotlib
playground/   a network, its data and its training in one live panel
every other file is one experiment
"""

from .frame.show import show
