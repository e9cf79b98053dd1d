"""Answers to questions: the key, a static reading of what students wrote, and verdicts.

Nothing a student wrote is executed here, and nothing here knows points, rubrics or homeworks.
"""
