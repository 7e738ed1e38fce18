"""Every picture of the course, and each picture in words.

    ax = plots.decision_boundary(net, X, y)              # draws; give ax=... to draw into your own axes
    print(plots.describe_decision_boundary(net, X, y))   # the same picture as one line of numbers

A picture of one panel takes ``ax`` and returns it; a picture of several returns an array of axes. Nothing here calls
``plt.show()``, and no picture changes the network, the history or the data it is given.
"""

from . import words
from .boundaries import decision_boundary, describe_decision_boundary
from .confusion import confusion_matrix, describe_confusion_matrix
from .distributions import describe_gradient_norms, describe_histograms, gradient_norms, histograms
from .film_strip import describe_film_strip, film_strip
from .hinges import describe_hinge_lines, hinge_lines
from .images import describe_image_grid, image_grid
from .learning_curves import curves, describe_curves
from .networks import describe_network_diagram, network_diagram
from .paths import describe_optimizer_paths, optimizer_paths

PICTURES = [name for name in globals() if f"describe_{name}" in globals()]
globals().update({name: words.described(globals()[name], globals()[f"describe_{name}"]) for name in PICTURES})
