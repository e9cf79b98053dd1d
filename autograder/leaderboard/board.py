"""The counter of a competition: takes files in, stores each before it is scored, scores it, and ranks."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, insert, select, update

from autograder.leaderboard.ladder import climb
from autograder.leaderboard.participants import Participant
from autograder.leaderboard.rules import Rules
from autograder.leaderboard.store import participants, reading, submissions, writing
from autograder.predictions.reading import GENERIC_CLASSES, InvalidPredictions, read_predictions
from autograder.predictions.solution import Solution

# Of an invalid file, so many problems are stored; their number is kept in full.
KEPT_PROBLEMS = 200
LABELS = np.dtype("<i2")


class Closed(ValueError):
    """Nothing is accepted now; the text says why, and nothing was stored."""


class NotYours(KeyError):
    """A submission that the participant does not have, or that cannot be chosen."""


@dataclass(frozen=True)
class Receipt:
    """A submission as its owner may see it: never a private score."""

    id: int
    received: datetime
    name: str
    state: str
    problems: tuple[str, ...]
    problem_count: int
    shown: float | None
    sha256: str


class Board:
    """One competition: its rules, hidden labels and database. Thread-safe; several processes may share a database."""

    def __init__(
        self,
        engine: Engine,
        rules: Rules,
        solution: Solution,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.engine, self.rules, self.solution, self.now = engine, rules, solution, clock
        self._ids = solution.ids.tolist()
        self._classes = rules.classes or GENERIC_CLASSES
        self._public, self._private = solution.counted("Public"), solution.counted("Private")
        for half, counted in (("Public", self._public), ("Private", self._private)):
            if not counted.any():
                raise ValueError(f"the solution has no image of usage {half}: the board needs both halves")

    def submit(self, participant: Participant, name: str, content: bytes) -> Receipt:
        """Store a file, then score it. Raises Closed outside the competition's time; then nothing is stored."""
        reason = self.rules.closed(self.now())
        if reason:
            raise Closed(reason)
        number = self._store(participant, name, content)
        self._score(number, participant.id, content)
        return self.receipt(participant, number)

    def recover(self) -> int:
        """Score what was stored and not scored when a process was killed; returns how many those were."""
        columns = (submissions.c.id, submissions.c.participant, submissions.c.content)
        with reading(self.engine) as connection:
            waiting = connection.execute(
                select(*columns).where(submissions.c.state == "received").order_by(submissions.c.id)
            ).all()
        for row in waiting:
            self._score(row.id, row.participant, zlib.decompress(row.content))
        return len(waiting)

    def receipt(self, participant: Participant, number: int) -> Receipt:
        """One submission of the participant's own. Raises NotYours."""
        found = [r for r in self.history(participant) if r.id == number]
        if not found:
            raise NotYours(number)
        return found[0]

    def history(self, participant: Participant) -> list[Receipt]:
        """All submissions of a participant, oldest first."""
        s = submissions.c
        columns = (s.id, s.received, s.name, s.state, s.problems, s.problem_count, s.shown, s.sha256)
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(*columns).where(s.participant == participant.id).order_by(s.received, s.id)
            ).all()
        return [
            Receipt(
                r.id, r.received, r.name, r.state, tuple(r.problems.splitlines()), r.problem_count, r.shown, r.sha256
            )
            for r in rows
        ]

    def choose(self, participant: Participant, number: int) -> None:
        """Have this submission stand at the end. Raises Closed after the deadline, NotYours unless it was scored."""
        if self.rules.is_over(self.now()):
            raise Closed("the deadline has passed: the choice stands")
        if self.receipt(participant, number).state != "scored":
            raise NotYours(number)
        with writing(self.engine) as connection:
            connection.execute(update(participants).where(participants.c.id == participant.id).values(chosen=number))

    def left_today(self, participant: Participant) -> int:
        """How many valid submissions may still be scored this day (UTC)."""
        with reading(self.engine) as connection:
            return max(0, self.rules.submissions_a_day - self._scored_today(connection, participant.id))

    def _store(self, participant: Participant, name: str, content: bytes) -> int:
        row = {
            "participant": participant.id,
            "received": self.now(),
            "name": "".join(c for c in name if c.isprintable())[:200] or "predictions.csv",
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": zlib.compress(content, 1),
            "state": "received",
        }
        with writing(self.engine) as connection:
            (number,) = connection.execute(insert(submissions).values(**row)).inserted_primary_key or (0,)
        return int(number)

    def _score(self, number: int, participant: int, content: bytes) -> None:
        try:
            labels = read_predictions(content, self._ids, self._classes).labels
        except InvalidPredictions as invalid:
            told = "\n".join(str(problem) for problem in invalid.problems[:KEPT_PROBLEMS])
            self._settle(number, state="invalid", problems=told, problem_count=len(invalid.problems))
            return
        right = labels == self.solution.labels
        public, private = float(right[self._public].mean()), float(right[self._private].mean())
        with writing(self.engine) as connection:
            # The lock makes the count and the Ladder see all that this participant had scored before.
            owner = connection.execute(
                select(participants).where(participants.c.id == participant).with_for_update()
            ).one()
            if self._scored_today(connection, participant) >= self.rules.submissions_a_day:
                self._settle(number, connection, state="refused")
                return
            shown, rung = public, owner.rung
            if self.rules.ladder:
                best = self._right_on_public(connection, owner.rung)
                step = climb(right[self._public], best, owner.shown)
                shown, rung = step.shown, number if step.climbed else owner.rung
            settled = {"labels": labels.astype(LABELS).tobytes(), "public": public, "private": private, "shown": shown}
            if self._settle(number, connection, state="scored", **settled):
                connection.execute(
                    update(participants).where(participants.c.id == participant).values(shown=shown, rung=rung)
                )

    def _settle(self, number: int, connection: Connection | None = None, **values: object) -> bool:
        """Write the outcome of a submission, unless another process has done so."""
        if connection is None:
            with writing(self.engine) as own:
                return self._settle(number, own, **values)
        waiting = (submissions.c.id == number) & (submissions.c.state == "received")
        return connection.execute(update(submissions).where(waiting).values(**values)).rowcount == 1

    def _right_on_public(self, connection: Connection, number: int | None) -> NDArray[np.bool_] | None:
        if number is None:
            return None
        stored = connection.execute(select(submissions.c.labels).where(submissions.c.id == number)).scalar_one()
        labels = np.frombuffer(stored, LABELS)
        return np.asarray(labels[self._public] == self.solution.labels[self._public])

    def _scored_today(self, connection: Connection, participant: int) -> int:
        midnight = self.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        counted = select(func.count()).where(
            submissions.c.participant == participant,
            submissions.c.state == "scored",
            submissions.c.received >= midnight,
        )
        return int(connection.execute(counted).scalar_one())
