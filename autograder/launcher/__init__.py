"""Runs inside the sandbox, before any student code: forks one confined worker a submission. Standard library only."""
