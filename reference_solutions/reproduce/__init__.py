"""The results of a homework anew: its recipes run one after the other, then the table and the figures.

`python -m reference_solutions.reproduce HOMEWORK --data DIR --out DIR`.
"""
