"""Kind `table`: numbers or shapes in rows, credited by cell or by row, with follow-through.

    [answer_2_1]
    kind = "table"
    statement = "How many parameters has each layer, and how many are there in total?"
    reason = "A filter has ... weights and one bias."
    credit = "row"                  # "cell" (default): each cell counts alike; "row": a row counts as its worst cell
    columns = ["weights", "biases"] # optional; without it a table has one column
    exact = true                    # optional, for all numbers, like digits and tolerance of kind number
    formulas = {total = "sum(rows)"}# optional: dependent rows (or columns), for follow-through
    [answer_2_1.rows]               # a number, arithmetic as text, a shape as text "(m, 10)", or a list in the
    conv1 = 2800                    # order of the columns, or a table by column; a cell may be a table of
    conv2 = {value = 180200, also = [{value = 180400, note = "..."}]}     # kind number's (shape's) keys
    conv3 = 720400
    total = 903400
    [[answer_2_1.mistakes]]         # named wherever one of these cells holds this value
    name = "forgot_biases"
    sentence = "The biases are missing: each filter has one."
    credit = 0.5                    # of that cell
    cells = {conv1 = 2700, conv2 = 180000, conv3 = 720000, total = 902700}  # "row.column" in wider tables

Follow-through: a cell of a dependent row or column that is wrong earns its credit all the same where it is what
the formula gives for the student's own cells, at least one of which is right. A row's formula names rows,
a column's names columns, written in small letters with _ for anything else ("FC 6" is fc_6); `sum(rows)` adds the
rows that have no formula.

Students hand out a dict by row ({"conv1": 2800, ...}; in wider tables a dict, list or tuple a row), a dict by column,
a list of rows in order, or one answer a row: answer_2_1_conv1 = 2800. Blank cells are None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from autograder.answers.entry import (
    AnswerMistake,
    AnswerVerdict,
    KeyEntry,
    Look,
    NamedMistake,
    NotAnAnswer,
    Specimen,
)
from autograder.answers.formulas import Formula, InvalidFormula, parse_formula
from autograder.answers.given import Given, GivenAnswers, short
from autograder.answers.kinds.number import NumberCell
from autograder.answers.kinds.shape import NotAShape, ShapeCell
from autograder.answers.written import FEWEST_DIGITS, Agreement, NotANumber, Written

Cell = NumberCell | ShapeCell
Place = tuple[str, str]
_ONLY = "value"
# Of a student's rows no more are looked at; the longest table of the course has 25.
MOST_ROWS = 500


class TableMistake(NamedMistake):
    """Wrong cells known by one name: the values by row, or by row.column."""

    cells: dict[str, Any] = Field(min_length=1)


class TableEntry(KeyEntry):
    """A question whose answer is a table."""

    kind: Literal["table"]
    columns: list[str] = Field(default=[_ONLY], min_length=1)
    rows: dict[str, Any] = Field(min_length=1)
    credit: Literal["cell", "row"] = "cell"
    exact: bool = False
    digits: int = Field(default=FEWEST_DIGITS, ge=1)
    tolerance: float = Field(default=0.0, ge=0, lt=1)
    formulas: dict[str, str] = Field(default_factory=dict)
    mistakes: list[TableMistake] = Field(default_factory=list)

    @model_validator(mode="after")
    def _usable(self) -> TableEntry:
        if len({slug(row) for row in self.rows}) < len(self.rows):
            raise ValueError("two rows have the same name, but for spaces and capitals")
        places = set(self.cells)
        for mistake in self.mistakes:
            for where in mistake.cells:
                if self._place(where) not in places:
                    raise ValueError(f"mistake {mistake.name!r}: there is no cell {where!r}")
        try:
            follows = self.follows
        except InvalidFormula as invalid:
            raise ValueError(f"formulas: {invalid}") from None
        for (row, column), (formula, inputs) in follows.items():
            values = {
                name: cell.right for name, place in inputs.items() if isinstance(cell := self.cells[place], NumberCell)
            }
            cell = self.cells[row, column]
            if len(values) < len(inputs) or not isinstance(cell, NumberCell):
                raise ValueError(f"the formula of {row} needs numbers")
            if Fraction(formula.at(values)) != cell.right:
                raise ValueError(f"{row}: the key's own cells do not give {cell.value} by its formula")
        return self

    @cached_property
    def cells(self) -> dict[Place, Cell]:
        """The key's cells by row and column, mistakes included."""
        return {(row, column): self._cell(row, column) for row in self.rows for column in self.columns}

    def _cell(self, row: str, column: str) -> Cell:
        value = self._of_row(row, self.rows[row])[column]
        if value is None:
            raise ValueError(f"row {row!r} has no value for column {column!r}")
        about = dict(value) if isinstance(value, dict) else {"value": value}
        wrong = [
            {"name": m.name, "sentence": m.sentence, "credit": m.credit, "value": wrong_value}
            for m in self.mistakes
            for where, wrong_value in m.cells.items()
            if self._place(where) == (row, column)
        ]
        own = about.get("mistakes", [])
        about["mistakes"] = [*(own if isinstance(own, list) else [own]), *wrong]
        shaped = isinstance(about.get("value"), list) or str(about.get("value")).lstrip().startswith(("(", "["))
        common = {} if shaped else {"exact": self.exact, "digits": self.digits, "tolerance": self.tolerance}
        try:
            return (ShapeCell if shaped else NumberCell).model_validate({**common, **about})
        except ValidationError as invalid:
            raise ValueError(f"row {row!r}: {invalid.errors()[0]['msg'].removeprefix('Value error, ')}") from None

    def _of_row(self, row: str, value: object) -> Mapping[str, object]:
        """The key's or a student's row by column."""
        if isinstance(value, dict) and not (self.columns == [_ONLY] or "value" in value):
            named = {slug(str(k)): v for k, v in value.items()}
            return {c: named.get(slug(c)) for c in self.columns}
        if len(self.columns) == 1:
            return {self.columns[0]: value}
        listed = list(value) if isinstance(value, (list, tuple)) else [value]
        return dict(zip(self.columns, [*listed, *[None] * len(self.columns)]))

    def _place(self, where: str) -> Place:
        row, dot, column = where.rpartition(".")
        return (row, column) if dot and row in self.rows else (where, self.columns[0])

    @cached_property
    def follows(self) -> dict[Place, tuple[Formula, dict[str, Place]]]:
        """Dependent cells: formula, and the cells it is computed from by the names it uses."""
        found = {}
        for target, text in self.formulas.items():
            if target in self.rows:
                free = ", ".join(slug(row) for row in self.rows if row not in self.formulas)
                others = {slug(row): row for row in self.rows if row != target}
                formula = parse_formula(re.sub(r"\bsum\(rows\)", f"({free.replace(', ', '+')})", text), others)
                for column in self.columns:
                    found[target, column] = (formula, {n: (others[n], column) for n in formula.names()})
            elif target in self.columns:
                others = {slug(column): column for column in self.columns if column != target}
                formula = parse_formula(text, others)
                for row in self.rows:
                    found.setdefault((row, target), (formula, {n: (row, others[n]) for n in formula.names()}))
            else:
                raise InvalidFormula(f"{target!r} is neither a row nor a column")
        return found

    @property
    def advice(self) -> str:
        """What to write."""
        per_row = "" if len(self.columns) == 1 else f" with {', '.join(self.columns)}"
        return f"fill in the rows {', '.join(self.rows)}{per_row}"

    def named_mistakes(self) -> dict[str, str]:
        """Sentences of the mistakes of the table and of its cells, by name."""
        return {m.name: m.sentence for cell in self.cells.values() for m in cell.mistakes}

    def gather(self, answers: GivenAnswers) -> Given:
        """The table, with rows given as answers of their own filled in where the table leaves them open."""
        whole = answers[self.name]
        own = {row: answers[f"{self.name}_{slug(row)}"] for row in self.rows}
        told = {row: given for row, given in own.items() if not given.blank}
        if not told:
            return whole
        base = whole.value if isinstance(whole.value, dict) else {}
        value = {
            **{row: given.value for row, given in told.items()},
            **{k: v for k, v in base.items() if v is not None},
        }
        notes = (*whole.notes, *(note for given in told.values() for note in given.notes))
        problem = "; ".join(given.problem for given in told.values() if given.problem)
        readable = any(v is not None for v in value.values())
        return Given(self.name, value, whole.source, None if readable else problem, whole.explanation, notes)

    def verdict(self, given: Given) -> AnswerVerdict:
        """Credit a cell or a row, a sentence for everything that is not right, and the reason."""
        grid, unknown = self._grid(given.value)
        if not grid:
            raise NotAnAnswer(f"{self.name} is {short(given.value)}: {self.advice}")
        looks = self._followed(grid, {place: self._look(place, grid.get(place)) for place in self.cells})
        made = next((look.mistake for look in looks.values() if look.mistake), None)
        units = [[looks[row, c] for c in self.columns] for row in self.rows]
        if self.credit == "cell":
            units = [[look] for unit in units for look in unit]
        earned = [min(look.credit for look in unit) for unit in units]
        right = sum(credit == 1 for credit in earned)
        lines = [f"{self._called(place)}: {_said(look, made)}" for place, look in looks.items() if look.remark]
        lines += [f"there is no row {short(name, 30)} (the rows are {', '.join(self.rows)})" for name in unknown[:3]]
        lines.append(f"{right} of {len(units)} {self.credit}s are right. {self.reason}")
        named = AnswerMistake(f"{self.name}.{made.name}", made.sentence) if made else None
        return AnswerVerdict(round(sum(earned) / len(units), 6), "\n".join(lines), None, True, named)

    def _called(self, place: Place) -> str:
        return f"row {place[0]}" + ("" if len(self.columns) == 1 else f", {place[1]}")

    def _look(self, place: Place, value: object) -> Look:
        cell = self.cells[place]
        if value is None or value == "":
            return Look(0.0, "not answered")
        try:
            look = cell.look(value)
        except (NotANumber, NotAShape) as problem:
            return Look(0.0, f"you wrote {short(value)}, which {problem}")
        quiet = look.credit == 1 and look.remark.startswith("Right")
        return Look(look.credit, "" if quiet else look.remark[0].lower() + look.remark[1:], look.mistake)

    def _followed(self, grid: Mapping[Place, object], looks: dict[Place, Look]) -> dict[Place, Look]:
        """`looks` with the credit of dependent cells that follow from the student's own."""
        found = dict(looks)
        for place, (formula, inputs) in self.follows.items():
            if looks[place].credit < 1 and any(looks[i].credit == 1 for i in inputs.values()):
                written = {name: self._number(i, grid.get(i)) for name, i in (inputs | {"": place}).items()}
                own = {name: number for name, number in written.items() if number is not None}
                if len(own) == len(written) and self._agrees(place, formula, own):
                    remark = f"{own[''].text} follows from your own numbers and is credited, though not the right value"
                    found[place] = Look(1.0, remark)
        return found

    def _number(self, place: Place, value: object) -> Written | None:
        cell = self.cells[place]
        try:
            return cell.read(value) if isinstance(cell, NumberCell) else None
        except NotANumber:
            return None

    def _agrees(self, place: Place, formula: Formula, own: Mapping[str, Written]) -> bool:
        cell = self.cells[place]
        inputs = {name: number for name, number in own.items() if name}
        try:
            computed = Fraction(formula.at({name: number.value for name, number in inputs.items()}))
        except InvalidFormula:
            return False
        slack = sum((number.step for number in inputs.values()), Fraction(0))
        return isinstance(cell, NumberCell) and cell.closeness.agreement(own[""], computed, slack) is Agreement.RIGHT

    def _grid(self, value: object) -> tuple[dict[Place, object], list[str]]:
        """A student's cells by the key's rows and columns, and the names of rows that the key does not have."""
        columns = {slug(column): column for column in self.columns}
        found: dict[Place, object] = {}
        unknown: list[str] = []
        for name, content in self._by_name(value):
            row = self._row(name)
            if row is not None:
                found |= {(row, column): cell for column, cell in self._of_row(row, content).items()}
            elif slug(name) in columns and isinstance(content, (dict, list, tuple)):
                cells = content.items() if isinstance(content, dict) else zip(self.rows, content)
                known = {self._row(str(r)): cell for r, cell in islice(cells, MOST_ROWS)}
                found |= {(r, columns[slug(name)]): cell for r, cell in known.items() if r is not None}
            else:
                unknown.append(name)
        return {place: cell for place, cell in found.items() if cell is not None}, unknown

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return {row: slug(row) for row in self.rows}

    def _row(self, name: str) -> str | None:
        """The key's row that a student calls `name`; conv1 and conv_1 are the same where that is unambiguous."""
        wanted = slug(name)
        exact = [row for row, known in self._slugs.items() if known == wanted]
        loose = [row for row, known in self._slugs.items() if known.replace("_", "") == wanted.replace("_", "")]
        return exact[0] if exact else loose[0] if len(loose) == 1 else None

    def _by_name(self, value: object) -> Iterator[tuple[str, object]]:
        if isinstance(value, dict):
            yield from ((str(name), content) for name, content in islice(value.items(), MOST_ROWS))
        elif isinstance(value, (list, tuple)):
            for row, content in zip(self.rows, value):
                if isinstance(content, (list, tuple)) and content and self._row(str(content[0])):
                    rest = list(content[1:])
                    yield str(content[0]), rest[0] if len(rest) == 1 else rest
                else:
                    yield row, content

    def specimens(self) -> Iterator[Specimen]:
        """The key's table; each mistake's; a missing row; and a wrong row whose total adds up."""
        right = {row: {c: self._key_value(row, c) for c in self.columns} for row in self.rows}
        yield Specimen("the key's table", self._as_given(right))
        for mistake in self.mistakes:
            wrong = {row: dict(cells) for row, cells in right.items()}
            for where, value in mistake.cells.items():
                row, column = self._place(where)
                wrong[row][column] = value
            yield Specimen(mistake.name, self._as_given(wrong), None, mistake.name)
        for (row, column), cell in self.cells.items():
            for of_cell in cell.mistakes:
                if of_cell.name not in {m.name for m in self.mistakes}:
                    changed = {r: dict(cells) for r, cells in right.items()}
                    changed[row][column] = of_cell.value
                    yield Specimen(of_cell.name, self._as_given(changed), None, of_cell.name)
        first = next(iter(self.rows))
        yield Specimen("a row missing", self._as_given({r: v for r, v in right.items() if r != first}), None)

    def _key_value(self, row: str, column: str) -> object:
        return self.cells[row, column].value

    def _as_given(self, table: Mapping[str, Mapping[str, object]]) -> object:
        return {row: next(iter(v.values())) if len(self.columns) == 1 else dict(v) for row, v in table.items()}


def slug(name: str) -> str:
    """A row's or column's name in small letters, with _ for everything else: "FC 6" is fc_6."""
    return re.sub(r"[^a-z0-9]+", "_", name[:200].casefold()).strip("_")


def _said(look: Look, first: NamedMistake | None) -> str:
    """A cell's remark, with the sentence of its mistake unless that stands above the whole message."""
    other = look.mistake is not None and first is not None and look.mistake.name != first.name
    return f"{look.remark} {look.mistake.sentence}" if other and look.mistake else look.remark
