"""A participant's scores over time, drawn as SVG that needs no JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from autograder.reports.wording import percent

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 420, 190, 46, 26, 12


def history_plot(shown: Sequence[float]) -> Markup:
    """Public accuracy of each scored submission in order, and the best so far as a line; empty without any."""
    if not shown:
        return Markup("")
    low, high = _range(shown)
    step = (WIDTH - LEFT - 16) / max(1, len(shown) - 1)
    xs = [LEFT + 8 + step * i for i in range(len(shown))]

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    best = [max(shown[: i + 1]) for i in range(len(shown))]
    line = f"M{xs[0]:.1f} {y(best[0])}" + "".join(f"H{x:.1f}V{y(v)}" for x, v in zip(xs[1:], best[1:]))
    dots = Markup("").join(
        Markup('<circle class="dot" cx="{}" cy="{}" r="4"><title>submission {}: {}</title></circle>').format(
            round(x, 1), y(v), i + 1, percent(v, 2)
        )
        for i, (x, v) in enumerate(zip(xs, shown, strict=True))
    )
    grid = Markup("").join(_gridline(value, y(value)) for value in (low, (low + high) / 2, high))
    told = f"Public accuracy of {len(shown)} scored submissions, the best {percent(max(shown), 2)}"
    return Markup(
        '<svg class="history" viewBox="0 0 {} {}" role="img" aria-label="{}">{}<path class="best" d="{}"/>{}'
        '<text x="{}" y="{}">first</text><text x="{}" y="{}" text-anchor="end">latest</text></svg>'
    ).format(WIDTH, HEIGHT, told, grid, line, dots, LEFT, HEIGHT - 6, WIDTH - 8, HEIGHT - 6)


def _gridline(value: float, y: float) -> Markup:
    return Markup('<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>').format(
        LEFT, y, WIDTH, LEFT - 6, y + 4, percent(value)
    )


def _range(shown: Sequence[float]) -> tuple[float, float]:
    """Limits of the axis: at least two points of accuracy wide, never beyond 0 and 1."""
    margin = max(0.01, 0.1 * (max(shown) - min(shown)))
    return max(0.0, min(shown) - margin), min(1.0, max(shown) + margin)
