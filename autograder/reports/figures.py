"""Bars, histograms and matrices as inline HTML and SVG: no script, no image file, no plotting library to import.

Colours are classes of style.css, so that figures follow light and dark; every figure says its numbers in text too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.grading.statuses import Status
from autograder.reports.wording import WORDINGS, number, percent

_SHADES = 8  # steps of intensity in a confusion matrix; more are not told apart
_BAND_TARGET = 20


@dataclass(frozen=True)
class Share:
    """A part of a bar: its size in any unit, its colour class, and what it is."""

    size: float
    family: str
    label: str


def bar(shares: Iterable[Share]) -> Markup:
    """One horizontal bar of the shares that are not empty, side by side."""
    part = Markup('<span class="f-{}" style="flex:{}" title="{}"></span>')
    parts = [part.format(s.family, number(s.size, 3), s.label) for s in shares if s.size > 0]
    return Markup('<span class="bar" aria-hidden="true">{}</span>').format(Markup("").join(parts))


def status_bar(counts: Mapping[Status, int]) -> Markup:
    """A check's outcomes over the class, in the order of WORDINGS."""
    return bar(Share(counts[s], WORDINGS[s].family, f"{counts[s]} {WORDINGS[s].word}") for s in WORDINGS if s in counts)


def histogram(values: Sequence[float], top: float) -> Markup:
    """How many values fall into each band between 0 and `top`, which belongs to the last band."""
    width = band_width(top)
    counts = [0] * max(1, round(-(-top // width)))
    for value in values:
        counts[min(max(int(value // width), 0), len(counts) - 1)] += 1
    tallest = max(*counts, 1)
    column = Markup(
        '<div class="column" title="{} to {} points: {}"><span class="count">{}</span>'
        '<span class="pile" style="height:{}%"></span></div>'
    )
    columns = [
        column.format(number(i * width), number((i + 1) * width), n, n or "", number(82 * n / tallest, 1))
        for i, n in enumerate(counts)
    ]
    ticks = [Markup("<span>{}</span>").format(number(top * quarter / 4)) for quarter in range(5)]
    text = f"Histogram of {len(values)} scores from 0 to {number(top)} points"
    return Markup('<div class="histogram" role="img" aria-label="{}"><div class="columns">{}</div>{}</div>').format(
        text, Markup("").join(columns), Markup('<div class="ticks">{}</div>').format(Markup("").join(ticks))
    )


def band_width(top: float) -> float:
    """A round width that cuts 0 to `top` into at most 20 bands."""
    steps = (step * 10**power for power in range(-2, 6) for step in (1, 2, 5))
    return next((step for step in steps if top / step <= _BAND_TARGET), top)


def recall_bars(recall: Sequence[float | None]) -> Markup:
    """A bar a class: which share of its images was recognised."""
    row = Markup(
        '<div class="recall"><span>class {}</span><span class="track"><span class="f-good" style="width:{}%">'
        "</span></span><span>{}</span></div>"
    )
    rows = [
        row.format(k, number(100 * (share or 0), 1), "no images" if share is None else percent(share, 0))
        for k, share in enumerate(recall)
    ]
    return Markup('<div class="recalls">{}</div>').format(Markup("").join(rows))


def confusion_table(confusion: Sequence[Sequence[int]]) -> Markup:
    """The confusion of classes as a table: a row a true class, shaded by its share of the row."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(k) for k in range(len(confusion)))
    cell = Markup('<td class="{}">{}</td>')
    rows = []
    for true, row in enumerate(confusion):
        cells = [cell.format(_shade(n, sum(row), true == called), n) for called, n in enumerate(row)]
        share = percent(row[true] / sum(row), 0) if sum(row) else "none"
        line = Markup('<tr><th scope="row">{}</th>{}<td class="share">{}</td></tr>')
        rows.append(line.format(true, Markup("").join(cells), share))
    return Markup(
        '<table class="confusion"><thead><tr><th scope="col"><span class="unseen">true class</span></th>{}'
        '<th scope="col">recall</th></tr></thead><tbody>{}</tbody></table>'
    ).format(head, Markup("").join(rows))


def confusion_thumbnail(confusion: Sequence[Sequence[int]]) -> Markup:
    """The same as a small picture; one path a shade keeps 300 of them small."""
    paths: dict[str, list[str]] = {}
    for true, row in enumerate(confusion):
        for called, n in enumerate(row):
            if n:
                paths.setdefault(_shade(n, sum(row), true == called), []).append(f"M{called} {true}h1v1h-1z")
    drawn = [
        Markup('<path class="{}" d="{}"/>').format(shade, "".join(cells)) for shade, cells in sorted(paths.items())
    ]
    size = len(confusion)
    return Markup('<svg class="thumbnail" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(
        size, size, Markup("").join(drawn)
    )


def _shade(count: int, whole: int, right: bool) -> str:
    if not count:
        return "s0"
    # A class taken for another in 10% of cases is much, so shares are spread by their root.
    return f"{'r' if right else 'w'}{max(1, round(_SHADES * (count / whole) ** 0.5))}"
