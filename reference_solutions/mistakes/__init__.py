"""The catalogue of variants, one module a topic: mistakes with names and sentences, and accepted formulations.

A variant is an edit of the reference's source, so that it can be handed to the grader as a submission.
"""
