"""The debugging clinic: trainings that fail, each for one reason, with their cures.

broken = case(1)                      # the network, its history, its data
plots.curves(broken.history)          # look, then answer the card: quiz("case1")
broken.run(cured=True)                # the same training, mended
"""

from . import cases
from .tools import CASES, Case, app_answers, case, gradient_report, try_layer
