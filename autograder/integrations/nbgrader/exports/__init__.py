"""Exporters for `nbgrader export`: nbgrader's scores in the files of learning-management systems."""
