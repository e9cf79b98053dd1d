"""Trusted: turns submissions into results (intake, sandboxed worker, judge, diagnosis); imports no student code."""
