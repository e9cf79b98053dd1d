"""Grades deep-learning homeworks: releases them, checks submissions in a sandbox, scores and reports."""
