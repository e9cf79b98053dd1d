"""Collecting: downloads of a learning-management system and the nbgrader exchange, checked for missing files."""
