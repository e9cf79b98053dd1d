"""Feedback as a student reads it, in HTML and in Markdown."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from autograder.grading.statuses import Status
from autograder.reports.feedback import write_feedback
from autograder.reports.wording import WORDINGS

from .conftest import DIFFERENCE, MISTAKES, SEED, SUITE

VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Tags with their attributes, and the text that is seen."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self._open = [], "", []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.text += data


@pytest.fixture
def pages(rubric, tmp_path):
    def write(result):
        markdown, html = write_feedback(result, rubric, tmp_path)
        return markdown.read_text(encoding="utf-8"), html.read_text(encoding="utf-8")

    return write


def section(text, heading):
    return text.split(heading, 1)[1].split("Problem by problem", 1)[0]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_word_beside_its_colour(result_of, pages, status):
    markdown, html = pages(result_of("ann", special={"swish.values": (status, None)}))
    word = WORDINGS[status].word
    assert re.search(rf"Swish\*\*: {word},", markdown)
    item = html.split('<span class="name">Swish</span>')[1].split("</li>")[0]
    assert word in Page(item.split("</div>")[0]).text
    assert f"#i-{WORDINGS[status].family}" in item


def test_score_and_what_awaits_a_person_stand_in_the_header(result_of, pages):
    markdown, html = pages(result_of("ann"))
    assert "**Score: 72.5 / 100**" in markdown
    assert "72.5 / 100" in Page(html).text
    for page in (markdown, html):
        assert "27.5 points and 6 bonus points still to be graded by a person" in page
        assert "4 of 10 points" in page


def test_a_mistake_is_named_first_and_once(result_of, pages):
    special = {"swish": (Status.FAIL, "sigmoid_only"), "resnet20": (Status.PARTIAL, "projection_shortcut")}
    markdown, html = pages(result_of("ann", special=special))
    for text in (markdown.replace("\\", ""), Page(html).text):
        first = section(text, "What to look at next")
        for mistake in special.values():
            assert first.count(MISTAKES[mistake[1]]) == 1
        assert first.index("x times sigmoid") < first.index("1x1 convolution")


def test_one_exception_in_forty_checks_is_one_thing_to_look_at(result_of, pages):
    _, html = pages(result_of("ann", Status.ERROR))
    assert html.count('class="step ') == 1
    assert html.count("SyntaxError: expected") == 2
    assert Page(html).text.count("The same as in") > 10


def test_a_difference_says_what_was_called_returned_and_expected(result_of, pages):
    markdown, html = pages(result_of("ann", special={"resnet.block": (Status.FAIL, None)}))
    parts = ["ResNet(20)(x) in train mode", "0.734512 at index (0, 3)", "1.20871", "31 of 40 numbers differ"]
    assert all(part in DIFFERENCE for part in parts)
    listed = html.split('<dl class="difference">')[1].split("</dl>")[0]
    assert re.findall(r"<dt>(\w+)</dt><dd>(.*?)(?: <small>(.*?)</small>)?</dd>", listed) == [
        ("called", parts[0], ""),
        ("returned", parts[1], ""),
        ("expected", parts[2], parts[3]),
    ]
    assert all(part in markdown for part in parts)


def test_a_message_of_another_form_is_shown_word_for_word(result_of, pages):
    message = "layer3 holds 2 of 3 blocks"
    for page in pages(result_of("ann", special={"resnet.block": (Status.FAIL, None)}, message=message)):
        assert message in page


def test_a_grader_error_is_no_zero_and_gives_nothing_away(result_of, pages):
    result = result_of("ann", special={"dataset": (Status.GRADER_ERROR, None)})
    for page in pages(result):
        assert "not graded yet" in page
        assert "your instructor has been told" in page
        assert "68.5 points earned so far" in page
        assert "0 / 4" not in page
        assert "0 / 100" not in page
        assert "KeyError" not in page


def test_flags_seed_and_suite_stay_with_the_instructor(result_of, pages):
    for page in pages(result_of("ann", flags=("looks into sys.modules",))):
        assert "sys.modules" not in page
        assert str(SEED) not in page
        assert SUITE not in page


def test_predictions_show_accuracy_interval_and_every_class(students, pages):
    result = next(r for r in students if r.student == "abel")
    markdown, html = pages(result)
    for page in (markdown, html):
        assert f"{result.predictions.accuracy:.1%}" in page
        assert f"95% interval {result.predictions.low:.1%} to {result.predictions.high:.1%}" in page
    shares = [float(width) for width in re.findall(r'class="f-good" style="width:([\d.]+)%', html)]
    assert shares == pytest.approx([100 * share for share in result.predictions.per_class_recall], abs=0.06)


def test_a_class_without_images_has_no_recall_rather_than_zero(students, pages):
    recall = (None, *students[0].predictions.per_class_recall[1:])
    scored = students[0].predictions.model_copy(update={"per_class_recall": recall})
    markdown, html = pages(students[0].model_copy(update={"predictions": scored}))
    assert "| 0 | no images |" in markdown
    assert html.count("no images") == 1


@pytest.mark.parametrize(("isolation", "warned"), [("none", True), ("bwrap", False)])
def test_grading_without_isolation_is_said_on_top(result_of, pages, isolation, warned):
    for page in pages(result_of("ann", isolation=isolation)):
        assert ("without isolation" in page.casefold()) is warned


def test_points_given_by_hand_are_no_longer_awaited(result_of, pages):
    result = result_of("ann")
    first = result.problems[0]
    graded = tuple(c.model_copy(update={"score": 1.0}) if c.kind == "manual" else c for c in first.checks)
    problems = (first.model_copy(update={"checks": graded, "score": 30.0}), *result.problems[1:])
    _, html = pages(result.model_copy(update={"problems": problems, "score": 82.5}))
    assert "graded by a person" in html
    assert "17.5 points and 6 bonus points still to be graded" in html


def test_hostile_text_stays_text(result_of, pages):
    attack = "<script>alert(1)</script><img src=http://x/ onerror=alert(1)>"
    attack += "\x1b[31mred\x1b[0m\x1b]0;title\x07\x00\u202e\n```\n</pre>"
    result = result_of("<script>x</script>", Status.ERROR, message=attack, notes=(attack,))
    markdown, html = pages(result)
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "form"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert "<script>x</script>" in page.text
    assert "red" in page.text
    for text in (markdown, html):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", text)
        assert "[31m" not in text
    outside = re.sub(r"(?ms)^ *(`{3,})text$.*?^ *\1$", "", markdown)
    assert "script" in outside
    assert not re.search(r"(?<!\\)<", outside)


def test_a_huge_message_is_shortened_and_says_so(result_of, pages):
    for page in pages(result_of("ann", Status.ERROR, message="x\n" + "A" * 3_000_000)):
        assert len(page) < 150_000
        assert "(shortened; 3,000,002 characters in all)" in page


@pytest.mark.parametrize(
    "name", ["../../evil", "..", "a/b", "C:\\x", "", "n" * 300, "é" * 200, "\udcff", "\n", ".hidden"]
)
def test_no_name_leaves_the_folder_or_breaks_it(result_of, rubric, tmp_path, name):
    for path in write_feedback(result_of(name), rubric, tmp_path / "feedback"):
        assert path.parent == tmp_path / "feedback"
        assert path.is_file()
        assert not path.name.startswith(".")


def test_names_that_need_the_same_file_name_get_two(result_of, rubric, tmp_path):
    first, second = (write_feedback(result_of(name), rubric, tmp_path)[1] for name in ("a/b", "a:b"))
    assert first != second


def test_the_page_loads_nothing_and_its_links_have_targets(students, pages):
    for result in students[:8]:
        page = Page(pages(result)[1])
        anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        links = [a[key] for _, a in page.tags for key in ("href", "src") if key in a]
        assert links
        assert all(link == "data:," or (link.startswith("#") and link[1:] in anchors) for link in links)
        assert "url(" not in pages(result)[1]


def test_icons_are_drawn_for_every_family(result_of, pages):
    drawn = pages(result_of("ann"))[1].split("<svg width", 1)[1].split("</svg>")[0]
    symbols = ElementTree.fromstring("<svg width" + drawn + "</svg>").findall("symbol")
    assert {s.get("id") for s in symbols} == {f"i-{w.family}" for w in WORDINGS.values()}
