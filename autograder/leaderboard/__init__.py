"""The class's competition: submissions of predictions.csv, their ranking, its pages and its service.

How a file is read and scored belongs to predictions/; student code runs nowhere here but in `checkpoint`, sandboxed.
"""
