"""The families of questions, one file for each notebook, and two across notebooks: false lines and orders, causes."""

from ..family import FAMILIES

from . import start_here, week1a, week1b, week2a, week2b, week3, week3_softmax, week4, week4_scores  # isort: skip
from . import week5, week5_repair, week6a, week6a_batches, week6b, week7a, week7a_batch_norm, week7b, week8  # isort: skip
from . import own_data, lines, clinic  # isort: skip
