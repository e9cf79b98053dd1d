"""The service used as a student uses it: in chromium, on a phone, without JavaScript."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import uvicorn

from autograder.leaderboard.participants import enrol, find_student
from autograder.leaderboard.web import create_app

from .conftest import csv_of, labels_with

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def served(make_board, solution):
    """A board with a class on it, served on a loopback port."""
    board = make_board(submissions_a_day=3, final="chosen")
    for number in range(24):
        enrol(board.engine, f"student{number}")
        person = find_student(board.engine, f"student{number}")
        labels = labels_with(solution, 0.5 + 0.02 * number, 0.5, seed=number)
        board.submit(person, "predictions.csv", csv_of(labels))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(board), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield board, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(params=["light", "dark"])
def tab(browser, request):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, color_scheme=request.param)
    page = context.new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    yield page
    context.close()


def assert_fits(page):
    wide, shown = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide <= shown


def test_sign_in_upload_a_broken_file_then_a_good_one_and_find_oneself(tab, served, solution, tmp_path):
    board, url = served
    broken, good = tmp_path / "broken.csv", tmp_path / "good.csv"
    broken.write_text("Id,Label\n0,cat\n")
    good.write_bytes(csv_of(labels_with(solution, 0.81, 0.4)))
    tab.goto(url)
    assert "Ranked by the public half" in tab.locator(".lead").inner_text()
    assert_fits(tab)
    tab.get_by_role("link", name="My submissions", exact=True).click()
    tab.get_by_label("The token that your instructor gave you").fill(board.tokens["ann"])
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_label("predictions.csv").set_input_files(broken)
    tab.get_by_role("button", name="Score it").click()
    assert "line 2: Label 'cat' is neither a whole number nor a class" in tab.locator(".rows").inner_text()
    tab.screenshot(path=tmp_path / "receipt.png", full_page=True)
    assert_fits(tab)
    for _ in range(2):
        tab.get_by_role("link", name="My submissions", exact=True).click()
        tab.get_by_label("predictions.csv").set_input_files(good)
        tab.get_by_role("button", name="Score it").click()
    assert tab.locator(".score").inner_text() == "81.00%"
    tab.get_by_role("link", name="Back to my submissions").click()
    assert tab.locator("svg.history .dot").count() == 2
    tab.get_by_role("button", name="let it stand").last.click()
    tab.get_by_text("stands at the end").wait_for()
    tab.screenshot(path=tmp_path / "own.png", full_page=True)
    assert_fits(tab)
    tab.get_by_role("link", name="Ranking").click()
    assert board.people["ann"].pseudonym in tab.locator("tr.own").inner_text()
    tab.screenshot(path=tmp_path / "ranking.png", full_page=True)
    tab.get_by_role("link", name="My submissions", exact=True).click()
    tab.get_by_role("button", name="Sign out").click()
    tab.get_by_text("Ranked by the public half").wait_for()
    assert tab.locator("tr.own").count() == 0
    assert tab.faults == []
