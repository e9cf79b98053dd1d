"""Formgrader's pages in Debian's chromium: the gradebook, a mark typed in for a submission, and a feedback page."""

import base64
import io
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
from pathlib import Path

import matplotlib.figure
import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.apps import NbGraderAPI

from autograder.grading.homework import find_homework
from autograder.integrations.nbgrader import desk
from autograder.integrations.nbgrader.course import generate_assignment, write_source
from autograder.release.kit import kit_files

from .nbgrader_class import Student, hand_in, stubs, with_few_mistakes, with_variant
from .nbgrader_course import load_config, open_gradebook

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]

HW = "hw2_cnn"
HOMEWORK = find_homework(HW)
MISTAKE = next(m for m in HOMEWORK.mistakes if m.module == "simplenn" and not m.credit)
NOTEBOOK, CELL = "simplenn-cifar10", "lab1--curves"


def draw_curves(notebooks):
    """Leave a saved plot in the notebook, as a student does who trained for hours."""
    figure = matplotlib.figure.Figure(figsize=(6, 3))
    axes = figure.subplots()
    axes.plot([1, 2, 3], [2.3, 1.6, 1.2], label="train")
    axes.legend()
    image = io.BytesIO()
    figure.savefig(image, format="png")
    png = base64.b64encode(image.getvalue()).decode()
    shown = new_output("display_data", data={"image/png": png, "text/plain": "<Figure size 600x300>"})
    cells = notebooks[NOTEBOOK].cells
    place = next(i for i, c in enumerate(cells) if c.metadata.get("nbgrader", {}).get("grade_id") == CELL)
    cells.insert(place, new_code_cell("plt.plot(losses)", outputs=[shown], execution_count=7, id="curves"))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course root with two graded submissions of hw2_cnn and their feedback."""
    root = tmp_path_factory.mktemp("course")
    write_source(HOMEWORK, kit_files(with_few_mistakes(HOMEWORK)), root)
    generate_assignment(HW, root)
    wrong = stubs(HOMEWORK) | with_variant(MISTAKE)
    students = [Student("ada", wrong, right=0.7, edit=draw_curves), Student("bo", stubs(HOMEWORK), right=0.0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        api = NbGraderAPI(config=load_config(root))
        for student in students:
            hand_in(student, HOMEWORK, root / "release" / HW, root / "submitted" / student.name / HW)
        for step in (api.autograde, api.generate_feedback):
            done = step(HW, "*")
            assert done["success"], done
    yield root
    desk.close_stores()


@pytest.fixture(scope="module")
def formgrader(course):
    """The address of a jupyter server with nbgrader's extensions in the course root, and its token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, state = secrets.token_hex(16), course.parent / f"{course.name}-jupyter"
    own = {f"JUPYTER_{kind}_DIR": str(state / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "token": token, "root_dir": course}
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
    server = subprocess.Popen(
        [*command, *(f"--ServerApp.{key}={value}" for key, value in settings.items())],
        cwd=course,
        env=os.environ | own | {"PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines, ready = [], threading.Event()

    def read():
        for line in server.stderr:
            lines.append(line)
            if "is running at" in line:
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    assert ready.wait(240), lines
    assert server.poll() is None, lines
    yield f"http://127.0.0.1:{port}", token
    server.terminate()
    server.wait(60)


@pytest.fixture
def tab(browser, request, tmp_path):
    """A page that reaches this machine only, and leaves a screenshot of what it last showed."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(60_000)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    page = context.new_page()
    yield page
    page.screenshot(path=tmp_path / f"{request.node.name}.png", full_page=True)
    context.close()


def log_in(tab, formgrader, page):
    """Open one of formgrader's pages by way of jupyter's own login page."""
    address, token = formgrader
    tab.goto(f"{address}/login?next=/formgrader/{page}")
    tab.locator("input[name=password]").first.fill(token)
    tab.locator("#login_submit").first.click()


def test_the_gradebook_lists_the_homeworks_notebooks(tab, formgrader):
    log_in(tab, formgrader, f"gradebook/{HW}")
    for name in HOMEWORK.rubric.assignment.notebooks:
        tab.get_by_role("link", name=name, exact=True).wait_for()


def test_a_mark_typed_in_for_a_submission_is_in_the_gradebook(tab, formgrader, course):
    with open_gradebook(course, "cnn") as book:
        submission = book.find_submission_notebook(NOTEBOOK, HW, "ada").id
    log_in(tab, formgrader, f"submissions/{submission}")
    box = tab.locator(f"input.score#{CELL}")
    tab.locator(f"input.score.needs_manual_grade#{CELL}").wait_for()  # the page's script has fetched the grades
    assert MISTAKE.sentence in tab.locator("body").inner_text()
    assert tab.locator(".output_png img, .output_subarea img").first.is_visible()
    with tab.expect_response(lambda reply: "/api/grade/" in reply.url and reply.request.method == "PUT") as saved:
        box.fill("0.5")
        box.press("Tab")
    assert saved.value.ok
    with open_gradebook(course, "cnn") as book:
        assert book.find_grade(CELL, NOTEBOOK, HW, "ada").manual_score == 0.5


def test_a_feedback_page_shows_the_named_mistake_and_the_students_plot(tab, course):
    tab.goto((course / "feedback" / "ada" / HW / f"{NOTEBOOK}.html").as_uri())
    message = tab.get_by_text(MISTAKE.sentence).first
    message.scroll_into_view_if_needed()
    assert message.is_visible()
    assert tab.locator("img").first.evaluate("image => image.naturalWidth") > 0
