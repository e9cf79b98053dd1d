"""Proves the grader with the catalogue: reference full, stub zero, accepted variants full, mistakes caught and named.

Runs trusted code only, so nothing here needs the sandbox.
"""
