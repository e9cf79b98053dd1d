"""predictions.csv: validation, scoring against hidden labels, credit, and the hold-outs that hide them.

Nothing here knows points or rubrics, and nothing here runs a student's code.
"""
