"""Makes a worker of another version of the course (dask's --preload)."""

from autograder.grading.homework import Homework

Homework.suite = "ffffffffffffffff"
