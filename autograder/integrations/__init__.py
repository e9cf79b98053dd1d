"""Other people's grading systems, fed from our releases and results: nbgrader first."""
