"""Run logs that students' training loops wrote: read statically, and held against what a homework asks for.

A log is what a student reports about a run. What is verified is that the runs asked for are there, complete and
consistent with themselves and each other; that they took place cannot be, so what looks invented is shown to the
person who grades and costs no points. Nothing here knows points, rubrics or homeworks.
"""
