"""The class report as an instructor reads it."""

import random
import re
import time
from urllib.parse import unquote

import pytest

from autograder.grading.statuses import Status
from autograder.reports import write_reports
from autograder.reports.class_report import write_class_report
from autograder.reports.figures import histogram
from autograder.reports.summary import check_tallies, class_confusion, mistakes_made, most_confused

from .conftest import MISTAKES, SEED, SUITE, make_predictions


@pytest.fixture
def page(rubric, tmp_path):
    return lambda results: write_class_report(results, rubric, tmp_path / "report.html").read_text(encoding="utf-8")


def test_all_files_are_written_and_returned(students, rubric, tmp_path):
    paths = write_reports(students, rubric, tmp_path)
    assert sorted(paths) == sorted(p for p in tmp_path.rglob("*") if p.is_file())
    assert len(paths) == 2 + 2 * len(students)


def test_every_student_is_linked_to_the_page_that_exists(students, rubric, tmp_path):
    write_reports(students, rubric, tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    table = html.split('id="students"')[1].split("</table>")[0]
    links = re.findall(r'href="(feedback/[^"]+)"', table)
    assert len(set(links)) == len(students)
    assert all((tmp_path / unquote(link)).is_file() for link in links)


def test_the_hardest_check_comes_first_and_grader_errors_do_not_count(students, rubric):
    tallies = check_tallies(students, rubric)
    assert [t.rate for t in tallies] == sorted(t.rate for t in tallies)
    assert tallies[0].id == "resnet20.values"
    items = next(t for t in tallies if t.id == "dataset.items")
    assert sum(items.counts.values()) == len(students)
    assert items.counts[Status.GRADER_ERROR] == 1
    assert items.rate == pytest.approx(items.counts[Status.PASS] / (len(students) - 1))


def test_every_decided_check_has_a_bar_and_manual_ones_have_none(students, rubric, page):
    html = page(students).split('class="tally"')[1].split("</ul>")[0]
    assert html.count('class="bar"') == sum(c.kind != "manual" for c in rubric.checks())


def test_mistakes_are_counted_by_student_with_sentence_and_who(students, page):
    made = {m.id: m for m in mistakes_made(students)}
    assert made["relu_before_sum"].students == ("dirac", "gauss", "Zoë Å / #1?%")
    assert made["relu_before_sum"].sentence == MISTAKES["relu_before_sum"]
    counts = [len(m.students) for m in mistakes_made(students)]
    assert counts == sorted(counts, reverse=True)
    html = page(students).split('id="mistakes"')[1].split("</section>")[0]
    assert all(mistake in html for mistake in made)


def test_confusion_is_summed_whatever_the_number_of_classes(result_of, students):
    few = students[0].predictions.model_copy(update={"confusion": ((3, 1), (0, 4))})
    many = few.model_copy(update={"confusion": ((1, 0, 2), (0, 5, 0), (0, 0, 6))})
    whole = class_confusion([result_of("a", predictions=few), result_of("b", predictions=many), result_of("c")])
    assert whole == [[4, 1, 2], [0, 9, 0], [0, 0, 6]]
    assert most_confused(whole)[0] == (0, 2, pytest.approx(2 / 7))


def test_each_student_with_predictions_has_a_small_matrix(students, page):
    assert page(students).count('class="thumbnail"') == sum(r.predictions is not None for r in students) == 15


def test_what_needs_attention_is_listed_with_who(students, page):
    html = page(students).split('id="attention"')[1].split("</section>")[0]
    for text, student in [("KeyError in judge.py", "ritz"), ("sys.modules", "kahn"), ("not valid JSON", "noether")]:
        assert re.search(rf"{re.escape(text)}.*?>{student}</a>", html, re.DOTALL), text


def test_the_same_flag_of_many_students_is_one_entry(result_of, page):
    html = page([result_of(f"s{i}", flags=("opens a socket",)) for i in range(40)])
    assert html.count("opens a socket") == 1
    assert "<summary>40 students</summary>" in html


def test_isolation_seed_and_suite_are_said(students, page, result_of):
    html = page(students)
    assert str(SEED) in html
    assert SUITE in html
    assert "Graded without isolation" not in html
    assert "1 of 2 submissions" in page([result_of("a"), result_of("b", isolation="none")])


def test_a_histogram_counts_every_score_once_and_full_marks_in_the_last_band():
    counts = re.findall(r'points: (\d+)"', histogram([0, 4.99, 5, 99.9, 100, 100], 100))
    assert len(counts) == 20
    assert [i for i, n in enumerate(counts) if n != "0"] == [0, 1, 19]
    assert (counts[0], counts[1], counts[19]) == ("2", "1", "3")


@pytest.mark.parametrize("students_of", [lambda build: [], lambda build: [build("pauli", Status.GRADER_ERROR)]])
def test_an_empty_class_and_one_without_any_score_have_a_page(result_of, page, students_of):
    assert page(students_of(result_of)).rstrip().endswith("</html>")


def test_names_and_notes_are_escaped(result_of, page):
    html = page([result_of("<script>x</script>", notes=("<img src=x>\x1b[31m",), flags=("<iframe>",))])
    assert not re.search(r"<(script|img|iframe)|\x1b", html)
    assert "&lt;script&gt;x" in html
    assert "&lt;iframe&gt;" in html


def test_three_hundred_students_are_written_in_seconds_and_a_small_page(students, rubric, tmp_path):
    chance = random.Random(1)
    crowd = [
        chance.choice(students).model_copy(
            update={"student": f"student{i:03}", "predictions": make_predictions(chance, 0.9), "notes": (f"note {i}",)}
        )
        for i in range(300)
    ]
    began = time.process_time()
    path = write_class_report(crowd, rubric, tmp_path / "report.html")
    assert time.process_time() - began < 5
    assert path.stat().st_size < 3_000_000
