"""What a variant is: the reference's source with something changed."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass


class StaleVariant(ValueError):
    """An edit no longer fits the reference's source."""


@dataclass(frozen=True)
class Edit:
    """Replace `old`, which must stand exactly `times` times in the module, by `new`."""

    old: str
    new: str
    times: int = 1

    def apply(self, source: str) -> str:
        found = source.count(self.old)
        if found != self.times:
            raise StaleVariant(f"{self.old!r} stands {found} times in the reference, not {self.times}")
        return source.replace(self.old, self.new)


@dataclass(frozen=True)
class Define:
    """Replace the top-level function or class of the same name; imports in `code` go on top of the module."""

    code: str

    def apply(self, source: str) -> str:
        code = textwrap.dedent(self.code).strip("\n")
        body = ast.parse(code).body
        names = {n.name for n in body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        old = [n for n in ast.parse(source).body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name in names]
        if not old:
            raise StaleVariant(f"the reference defines none of {sorted(names)}")
        lines = source.splitlines()
        for node in reversed(old):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            lines[first : node.end_lineno] = code.splitlines() if node is old[0] else []
        imports = [ast.unparse(n) for n in body if isinstance(n, (ast.Import, ast.ImportFrom))]
        start = ast.parse(source).body[0].end_lineno or 0
        return "\n".join([*lines[:start], *imports, *lines[start:]]) + "\n"


@dataclass(frozen=True)
class Variant:
    """A submission that differs from the reference in one module.

    id: `topic.name`; module: the file that is edited; probes: those that must tell it from the
    reference (mistakes) or must not (accepted). A mistake's sentence is what the student reads;
    `credit` is the share of the points that it keeps.
    """

    id: str
    module: str
    edits: tuple[Edit | Define, ...]
    probes: tuple[str, ...]
    sentence: str = ""
    credit: float = 0.0
    accepted: bool = False

    def source(self, reference: str) -> str:
        """The edited module. Raises StaleVariant when the reference has moved on."""
        for edit in self.edits:
            try:
                reference = edit.apply(reference)
            except (StaleVariant, SyntaxError) as stale:
                raise StaleVariant(f"variant {self.id}: {stale}") from stale
        return reference


def mistake(
    name: str, module: str, *edits: Edit | Define, probes: tuple[str, ...], sentence: str, credit: float = 0.0
) -> Variant:
    """A wrong submission that students really make."""
    return Variant(f"{module}.{name}", module, edits, probes, sentence, credit)


def accepted(name: str, module: str, *edits: Edit | Define, probes: tuple[str, ...]) -> Variant:
    """Another right submission."""
    return Variant(f"{module}.{name}", module, edits, probes, accepted=True)
