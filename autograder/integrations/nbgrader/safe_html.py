"""Filters for formgrader's and feedback's pages: what a student wrote or saved cannot run script in a reader's browser.

nbgrader shows saved HTML outputs and markdown as they are, and whoever reads them in formgrader may change grades.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import bleach
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter

_TAGS = {
    *bleach.ALLOWED_TAGS,
    *("p", "br", "hr", "div", "span", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "sub", "sup", "del", "dl", "dt", "dd"),
}
_ATTRIBUTES = {
    "*": ["class", "title"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
}


def clean(html: object) -> str:
    """`html` without script, style, event handlers and addresses other than http, https, mailto and data."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    return str(_cleaner().clean(text))


@pass_context
def markdown(context: Context, source: str) -> str:
    """nbconvert's HTML of a markdown cell, cleaned; pictures pasted into the cell stay."""
    return clean(_exporter().markdown2html(context, source))


@cache
def _cleaner() -> Any:
    # A data: address is an image or a download; browsers do not navigate to one.
    return bleach.Cleaner(_TAGS, _ATTRIBUTES, protocols={*bleach.ALLOWED_PROTOCOLS, "data"}, strip_comments=True)


@cache
def _exporter() -> Any:
    make: Any = HTMLExporter
    return make()
