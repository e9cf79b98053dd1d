"""nbgrader: the course it releases, and the scores it shows. No point or message is made up here."""
