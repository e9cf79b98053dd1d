"""The demo: a hold-out from real digits, a trained network, a class of students, graded.

Nothing here decides a grade; it only prepares what the real commands work on.
"""
