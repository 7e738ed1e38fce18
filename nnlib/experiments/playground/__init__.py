"""The playground: a small network, its data and its training in one live panel. ``playground.Panel()`` opens it.

panel.py      the buttons, and training beside the kernel's other work; layout.py puts its widgets in place
session.py    the run itself, without a widget; export.py writes the lines of nnlib that repeat it
pictures.py   what is drawn
data.py       what can be set, and the data; upload.py reads a CSV file; layers.py holds two activations of its own
"""

from .data import hills, plane
from .layers import Sine, Swish
from .panel import Panel
from .session import Session
