"""The pages in Debian's chromium, without JavaScript and without a network."""

import pytest

from autograder.grading.statuses import Status
from autograder.reports import write_feedback, write_reports
from autograder.reports.wording import WORDINGS

from .conftest import make_class

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def pages(rubric, tmp_path_factory):
    out = tmp_path_factory.mktemp("pages")
    write_reports(make_class(rubric, isolation="none"), rubric, out)
    return out


@pytest.fixture(params=["light", "dark"])
def tab(browser, request):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, color_scheme=request.param)
    page = context.new_page()
    page.requests = []
    page.faults = []
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.on("console", lambda message: page.faults.append(message.text))
    yield page
    context.close()


def assert_fits(page):
    wide = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]


def test_the_class_page_fits_a_phone_loads_nothing_and_warns(tab, pages):
    tab.goto((pages / "report.html").as_uri())
    for summary in tab.locator("summary").all():
        summary.click()
    assert tab.locator(".banner").is_visible()
    assert "without isolation" in tab.locator(".banner").inner_text()
    assert_fits(tab)
    assert tab.requests == [(pages / "report.html").as_uri()]
    assert tab.faults == []


@pytest.mark.parametrize("student", ["abel", "ritz", "=HYPERLINK(1)", "<script>alert(1)</script>", "Zoë Å / #1?%"])
def test_a_student_is_reached_from_the_class_page(tab, pages, student):
    tab.goto((pages / "report.html").as_uri())
    tab.locator("table.students").get_by_role("link", name=student, exact=True).click()
    assert tab.locator(".meta bdi").inner_text() == student
    assert tab.locator(".banner").is_visible()
    assert_fits(tab)
    assert len(tab.requests) == 2
    assert all(url.startswith(pages.as_uri()) for url in tab.requests)
    assert tab.faults == []


def test_a_mistake_leads_to_its_check(tab, pages):
    tab.goto((pages / "feedback" / "dirac.html").as_uri())
    link = tab.locator(".step a").first
    title = link.inner_text()
    link.click()
    target = tab.locator("li:target .name")
    assert target.inner_text() == title
    assert target.evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_text_can_be_read_against_its_background(tab, pages, rubric, result_of, tmp_path):
    checks = [check.id for check in rubric.checks() if check.kind == "probe"]
    special = {check: (status, None) for check, status in zip(checks, Status)}
    tab.goto(write_feedback(result_of("ann", special=special, isolation="none"), rubric, tmp_path)[1].as_uri())
    badges = {f".badge.t-{wording.family}" for wording in WORDINGS.values()}
    for place in ("h1", ".under", ".checks p", ".points", ".banner", ".step a", "dt", "dd", *sorted(badges)):
        assert tab.locator(place).first.evaluate(CONTRAST) >= 4.5, place


# Contrast ratio of WCAG 2.1, 1.4.3, of an element's text against the nearest background that is not transparent.
CONTRAST = """element => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  const clear = () => getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)';
  while (behind.parentElement && clear()) behind = behind.parentElement;
  const pair = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)];
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
