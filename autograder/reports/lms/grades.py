"""Grades on their way into a learning-management system, and what is written where for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.grading.results import Result
from autograder.reports.lms.people import Claim, Person, Roster, Unmatched
from autograder.reports.lms.worksheet import Worksheet
from autograder.reports.wording import number, one_line

# Moodle keeps five decimals of a grade.
DECIMALS = 5


@dataclass(frozen=True)
class LmsGrade:
    """A student's grade: points after penalties with bonus on top, or None and why there is none yet.

    None without a reason is a student whose grade is not wanted.
    """

    person: Person
    points: float | None
    why: str = ""


@dataclass(frozen=True)
class Options:
    """overwrite: also change grades that are there. cap: write nothing above the maximum. decimal: point or comma."""

    overwrite: bool = False
    cap: bool = False
    decimal: str = "."


@dataclass(frozen=True)
class Row:
    """A student's row of a worksheet, and the maximum that it states; None where it states none."""

    index: int
    claim: Claim
    maximum: float | None


@dataclass
class Fill:
    """What was done to a worksheet: how many grades it got, and a line for all that it did not get."""

    written: int = 0
    notes: list[str] = field(default_factory=list)


def fill(
    sheet: Worksheet, column: int, rows: Sequence[Row], grades: Sequence[LmsGrade], maximum: float, options: Options
) -> Fill:
    """Write grades into one column of `sheet`, scaled from `maximum` to what each row states.

    A row that fits no student or that shares its student with another row is left alone, and so is a grade
    that is there, unless `options` say otherwise. An open grade writes nothing.
    """
    done = Fill()
    by_student = {grade.person.id: grade for grade in grades}
    matched = _match(rows, Roster([grade.person for grade in grades]), done)
    scales = {row.maximum for row in matched.values() if row.maximum not in (None, maximum)}
    done.notes += [f"grades are scaled from {maximum:g} to the worksheet's maximum of {top:g}" for top in scales if top]
    for student, row in matched.items():
        _write(sheet, column, row, by_student[student], maximum, options, done)
    for student, grade in by_student.items():
        if student not in matched and grade.points is not None:
            done.notes.append(f"{student}: has {number(grade.points, DECIMALS)} points, but no row in {sheet.name}")
    return done


def _match(rows: Sequence[Row], roster: Roster, done: Fill) -> dict[str, Row]:
    found: list[tuple[str, Row]] = []
    for row in rows:
        try:
            found.append((roster.find(row.claim).id, row))
        except Unmatched as problem:
            done.notes.append(f"{_shown(row.claim)}: row without a grade: {problem}")
    twice = {student for student, times in Counter(student for student, _ in found).items() if times > 1}
    done.notes += [f"{student}: has several rows, and got a grade in none" for student in sorted(twice)]
    return {student: row for student, row in found if student not in twice}


def _write(
    sheet: Worksheet, column: int, row: Row, grade: LmsGrade, maximum: float, options: Options, done: Fill
) -> None:
    student, present = grade.person.id, sheet.cell(row.index, column)
    if grade.points is None:
        done.notes += [f"{student}: left as it is: {grade.why}"] if grade.why else []
        return
    top = maximum if row.maximum is None else row.maximum
    value = round(grade.points * top / maximum, DECIMALS)
    if options.cap and value > top:
        done.notes.append(f"{student}: {number(value, DECIMALS)} is written as {top:g}, as more would be refused")
        value = top
    if present not in ("", "-"):
        before = read_number(present)
        if before is not None and abs(before - value) < 0.01:
            return
        if not options.overwrite:
            done.notes.append(f"{student}: has {present} already, {number(value, DECIMALS)} was not written")
            return
    sheet.put(row.index, column, number(value, DECIMALS).replace(".", options.decimal))
    done.written += 1


def read_number(text: str) -> float | None:
    """A number with a decimal point or comma; None for anything else."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def result_grades(results: Sequence[Result], awaiting_as_zero: bool = False) -> list[LmsGrade]:
    """Grades of `autograder grade`'s results; what awaits a person leaves a grade open unless it is to count as 0."""
    return [_result_grade(result, awaiting_as_zero) for result in results]


def _result_grade(result: Result, awaiting_as_zero: bool) -> LmsGrade:
    person = Person(result.student)
    if result.score is None or result.bonus is None:
        return LmsGrade(person, None, "the grader itself failed on a check")
    if result.awaiting and not awaiting_as_zero:
        return LmsGrade(person, None, f"a person has still to grade {result.awaiting:g} points")
    return LmsGrade(person, result.score + result.bonus)


def _shown(claim: Claim) -> str:
    named = dict.fromkeys((claim.name, *claim.ids, claim.email, claim.lms_id))
    return one_line(", ".join(filter(None, named)), 100) or "a row without a name"
