"""Grades in the CSV files of learning-management systems, and who is who in them. Decides no point."""
