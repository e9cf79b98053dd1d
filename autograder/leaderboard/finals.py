"""Which submission stands for each participant, and the standings made of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Row, func, select

from autograder.leaderboard.board import LABELS, Board
from autograder.leaderboard.ranking import Entry, Standing, rank
from autograder.leaderboard.rules import Rules
from autograder.leaderboard.store import participants, reading, submissions
from autograder.predictions.solution import Usage


@dataclass(frozen=True)
class Standings:
    """A ranking and what it was made from: `usage` is the half of the hidden images that ranks."""

    usage: Usage
    standings: tuple[Standing, ...]

    def for_everybody(self, rules: Rules, now: datetime) -> Standings:
        """These standings without what the rules keep from participants at `now`."""
        if rules.tells_recall(now):
            return self
        return replace(self, standings=tuple(standing.without_recall() for standing in self.standings))


class Rankings:
    """Standings of a board, kept until another submission was scored or the deadline passed."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._kept: dict[tuple[Usage, bool], tuple[object, Standings]] = {}
        self._lock = threading.Lock()

    def shown(self) -> Standings:
        """What everybody may see: the public half before the deadline, the private half after it."""
        rules, now = self.board.rules, self.board.now()
        return self.of(rules.usage(now)).for_everybody(rules, now)

    def of(self, usage: Usage, real_names: bool = False) -> Standings:
        """Standings on one half. The private half is for the instructor's eyes until the deadline."""
        with self._lock:
            state = self._state()
            kept = self._kept.get((usage, real_names))
            if kept is None or kept[0] != state:
                kept = (
                    state,
                    Standings(usage, tuple(rank(entries(self.board, usage, real_names), self.board.solution, usage))),
                )
                self._kept[usage, real_names] = kept
            return kept[1]

    def _state(self) -> object:
        s = submissions.c
        with reading(self.board.engine) as connection:
            scored = connection.execute(select(func.count(), func.max(s.id)).where(s.state == "scored")).one()
            chosen = connection.execute(select(func.sum(participants.c.chosen), func.count())).one()
        return tuple(scored), tuple(chosen)


def entries(board: Board, usage: Usage, real_names: bool) -> list[Entry]:
    """What stands for each participant who had something scored, by the rules' `final`."""
    s, p = submissions.c, participants.c
    columns = (
        s.id,
        s.participant,
        s.public,
        s.shown,
        p.student,
        p.pseudonym,
        p.chosen,
        p.rung,
        p.shown.label("rung_shown"),
    )
    with reading(board.engine) as connection:
        rows = connection.execute(
            select(*columns).join(participants, s.participant == p.id).where(s.state == "scored", ~p.instructor)
        ).all()
        by_participant: dict[int, list[Row]] = {}  # type: ignore[type-arg]
        for row in rows:
            by_participant.setdefault(row.participant, []).append(row)
        final = {owner: _final(board, own) for owner, own in by_participant.items()}
        labels = dict(
            connection.execute(select(s.id, s.labels).where(s.id.in_([row.id for row in final.values()])))
            .tuples()
            .all()
        )
    found = []
    for owner, row in final.items():
        named = real_names or not board.rules.pseudonyms
        shown = row.rung_shown if board.rules.ladder and usage == "Public" else None
        decoded = np.frombuffer(labels[row.id], LABELS).astype(np.int64)
        found.append(Entry(row.student if named else row.pseudonym, decoded, len(by_participant[owner]), shown))
    return found


def _final(board: Board, own: list[Row]) -> Row:  # type: ignore[type-arg]
    rule = board.rules.final
    if rule == "last":
        return max(own, key=lambda row: row.id)
    if rule == "chosen":
        for row in own:
            if row.id == row.chosen:
                return row
    if board.rules.ladder:
        return next(row for row in own if row.id == row.rung)
    return max(own, key=lambda row: (row.public, -row.id))
