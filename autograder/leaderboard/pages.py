"""The board's pages as HTML that needs no JavaScript; no page is given a hidden label or another's name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from autograder.leaderboard.board import Board, Receipt
from autograder.leaderboard.finals import Rankings, Standings, entries
from autograder.leaderboard.participants import Participant
from autograder.leaderboard.plots import history_plot
from autograder.leaderboard.rules import Rules, shown_time
from autograder.leaderboard.signs import signs
from autograder.leaderboard.store import participants, reading
from autograder.reports.rendering import render_from

STATES = {
    "received": "stored, not scored yet",
    "scored": "scored",
    "invalid": "not valid",
    "refused": "over today's number",
}
PACKAGE = "autograder.leaderboard"


@dataclass(frozen=True)
class Links:
    """Where the pages lead; `own` is empty on a static site."""

    board: str = "/"
    own: str = "/me"
    csv: str = "/board.csv"
    json: str = "/board.json"


class Pages:
    """Renders the pages of one board."""

    def __init__(self, board: Board, rankings: Rankings, links: Links = Links()) -> None:
        self._board, self._rankings, self._links = board, rankings, links

    def ranking(self, participant: Participant | None = None) -> str:
        """The ranking that everybody may see, the participant's own line marked."""
        return ranking_page(self._board.rules, self._rankings.shown(), self._links, self._name(participant))

    def own(self, participant: Participant | None, wrong: str = "") -> str:
        """Sign-in, or the participant's upload form, history and plot."""
        if participant is None:
            return self._page("own.html.j2", participant=None, wrong=wrong)
        history = self._board.history(participant)
        shown = [r.shown for r in history if r.shown is not None]
        now = self._board.now()
        return self._page(
            "own.html.j2",
            participant=participant,
            wrong=wrong,
            closed=self._board.rules.closed(now),
            over=self._board.rules.is_over(now),
            images=f"{len(self._board.solution):,}",
            left=self._board.left_today(participant),
            history=history[::-1],
            plot=history_plot(shown),
            words=STATES,
            chosen=self._chosen(participant),
        )

    def receipt(self, receipt: Receipt) -> str:
        """What became of one submission, every problem with its row."""
        return self._page("receipt.html.j2", receipt=receipt)

    def instructor(self) -> str:
        """Private ranking by real name, and signs to look into."""
        found = {half: self._rankings.of(half, real_names=True) for half in ("Private", "Public")}  # type: ignore[arg-type]
        told = signs(entries(self._board, "Private", real_names=True), self._board.solution)
        return self._page("instructor.html.j2", private=found["Private"], public=found["Public"], signs=told)

    def _page(self, template: str, **values: object) -> str:
        return _page(template, self._board.rules, self._links, **values)

    def _name(self, participant: Participant | None) -> str | None:
        if participant is None:
            return None
        return participant.pseudonym if self._board.rules.pseudonyms else participant.student

    def _chosen(self, participant: Participant) -> int | None:
        query = select(participants.c.chosen).where(participants.c.id == participant.id)
        with reading(self._board.engine) as connection:
            chosen: int | None = connection.execute(query).scalar_one()
        return chosen


def ranking_page(rules: Rules, found: Standings, links: Links, own: str | None = None) -> str:
    """The ranking; `own` is the name whose line is marked. Recall is shown where the standings have it."""
    return _page("ranking.html.j2", rules, links, found=found, own=own)


def _page(template: str, rules: Rules, links: Links, **values: object) -> str:
    common = {"rules": rules, "links": links, "deadline": shown_time(rules.deadline), "moment": shown_time}
    return render_from(PACKAGE, template, **common, **values)
