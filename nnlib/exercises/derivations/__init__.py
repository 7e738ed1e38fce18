"""Derivations, checked line by line: each line is a statement about numbers, and is tried at random points.

reading.py      text -> lines, each a few syntax trees of plain arithmetic; nothing else is let in
arithmetic.py   a syntax tree and a point -> a number or an array, with its work bounded
derivation.py   what a derivation is: what is given, its points, its worked lines
checking.py     lines -> true, false, blank, no step; which steps are missing
naming.py       a false line -> the mistake that made it false
typeset.py      a line -> a formula
sheet.py        the sheet to fill in: an editor where widgets render, plain text everywhere
"""
