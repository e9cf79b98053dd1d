"""Matches the people of a learning-management system (LMS) to the gradebook's students, and never guesses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A student of the gradebook. `lms_id` is the LMS's own number for them (nbgrader's lms_user_id) or empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""


@dataclass(frozen=True)
class Claim:
    """What a file of an LMS says about one person; any part may be empty.

    ids: the institution's ids (ID number, SIS login), compared with the gradebook's student ids. lms_id:
    Canvas's number for the user, or Moodle's 'Participant 1234567', which differs from homework to homework;
    compared with lms ids only, because two systems may give one number to two people.
    """

    ids: tuple[str, ...] = ()
    email: str = ""
    lms_id: str = ""
    name: str = ""

    @property
    def provisional_id(self) -> str:
        """NAME-NUMBER, what the person is called where the gradebook has no students; empty without either."""
        number = self.lms_id.rpartition(" ")[2]
        return f"{squashed(self.name)}-{number}" if self.name and number else ""


class Unmatched(ValueError):
    """Nobody, or more than one student, fits a claim; the text says which."""


class Roster:
    """The gradebook's students, found by what an LMS says of them."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = {person.id: person for person in people}
        self._index: dict[tuple[str, str], dict[str, Person]] = {}
        for person in people:
            for key in _keys(person):
                self._index.setdefault(key, {})[person.id] = person

    def find(self, claim: Claim, by_name: bool = False) -> Person:
        """The one student whom all of the claim's ids, its LMS id and its e-mail address lead to.

        by_name: where these lead to nobody, the only student of the claim's name. Raises Unmatched.
        """
        keys = [("id", _plain(text)) for text in (*claim.ids, claim.email, claim.provisional_id)]
        keys += [("email", _plain(claim.email)), ("lms", _plain(claim.lms_id))]
        hits = self._hits(keys) or (self._namesakes(claim) if by_name else {})
        if not hits:
            raise Unmatched("no student of the gradebook fits")
        if len(hits) > 1:
            raise Unmatched(f"it fits several students: {', '.join(sorted(hits))}")
        return next(iter(hits.values()))

    def _namesakes(self, claim: Claim) -> dict[str, Person]:
        hits = self._hits([("name", squashed(claim.name))])
        if claim.lms_id.isdecimal():  # another number is another person of the same name
            return {who: p for who, p in hits.items() if p.lms_id in ("", claim.lms_id) or not p.lms_id.isdecimal()}
        return hits

    def _hits(self, keys: Sequence[tuple[str, str]]) -> dict[str, Person]:
        return {who: person for key in keys if key[1] for who, person in self._index.get(key, {}).items()}


def squashed(name: str) -> str:
    """A name as file names keep it: letters and digits only, no accents, one case."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in parts if letter.isalnum())


def _keys(person: Person) -> Iterator[tuple[str, str]]:
    yield "id", _plain(person.id)
    yield "email", _plain(person.email)
    yield "lms", _plain(person.lms_id)
    yield "name", squashed(person.first_name + person.last_name)
    yield "name", squashed(person.last_name + person.first_name)


def _plain(text: str) -> str:
    return text.strip().casefold()
