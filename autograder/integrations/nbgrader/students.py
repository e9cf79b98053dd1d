"""The gradebook's students as people whom a learning-management system may know."""

from __future__ import annotations

from nbgrader.api import Gradebook

from autograder.reports.lms.people import Person


def people(gradebook: Gradebook) -> list[Person]:
    """The gradebook's students; nbgrader's lms_user_id is Canvas's number for the user."""
    return [
        Person(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
        for s in gradebook.students
    ]
