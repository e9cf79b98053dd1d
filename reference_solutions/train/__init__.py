"""Reference training: the networks of all homeworks from image files to measured results, fast on whatever is there.

What belongs here is the trainer alone; networks, optimisers, losses and landscape are the reference solutions' own.
Students never get this package, and no score depends on it. `python -m reference_solutions.train MODEL ...`.
"""
