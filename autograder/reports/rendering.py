"""Renders templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.reports import figures
from autograder.reports.markdown import fenced, plain_markdown
from autograder.reports.wording import MARKS, WORDINGS, clean, megabytes, number, one_line, percent, points


@cache
def _environment(escape: bool, package: str) -> Environment:
    own = PackageLoader("autograder.reports")
    environment = Environment(
        loader=own if package == "autograder.reports" else ChoiceLoader([PackageLoader(package), own]),
        autoescape=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=number, percent=percent, points=points, megabytes=megabytes, clean=clean, one_line=one_line
    )
    environment.filters.update(md=plain_markdown, fenced=fenced)
    environment.globals.update(wordings=WORDINGS, marks=MARKS, figures=figures, style=_style())
    return environment


def render(template: str, /, **values: object) -> str:
    """Fill a template of this package; those that end in .html.j2 escape every value."""
    return render_from("autograder.reports", template, **values)


def render_from(package: str, template: str, /, **values: object) -> str:
    """Fill a template of `package`, which may build on those of this one."""
    return _environment(template.endswith(".html.j2"), package).get_template(template).render(**values)


def _style() -> str:
    return Markup((Path(__file__).parent / "style.css").read_text(encoding="utf-8"))
