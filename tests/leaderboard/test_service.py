"""The web service: what each route answers, to whom, and that no answer holds what is hidden."""

from __future__ import annotations

import csv
import json

import pytest
from fastapi.testclient import TestClient

from autograder.leaderboard.web import create_app
from autograder.predictions.reading import most_bytes

from .conftest import DEADLINE, csv_of, labels_with


@pytest.fixture
def board(make_board):
    return make_board(submissions_a_day=3)


@pytest.fixture
def client(board):
    with TestClient(create_app(board), follow_redirects=False) as client:
        yield client


def bearer(board, name):
    return {"Authorization": f"Bearer {board.tokens[name]}"}


def sign_in(client, board, name):
    answer = client.post("/login", data={"token": board.tokens[name]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    return answer


def upload(client, content, name="predictions.csv"):
    return client.post("/me/submissions", files={"file": (name, content, "text/csv")})


def test_a_student_signs_in_uploads_and_reads_the_outcome(client, board, solution):
    cookie = sign_in(client, board, "ann").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    answer = upload(client, csv_of(labels_with(solution, 0.84, 0.52)))
    page = client.get(answer.headers["location"]).text
    assert "84.00%" in page
    own = client.get("/me").text
    assert "2 of 3 scorings left today" in own
    assert '<svg class="history"' in own
    ranking = client.get("/").text
    assert board.people["ann"].pseudonym in ranking
    assert 'class="own"' in ranking


def test_every_problem_of_a_file_stands_on_its_page_escaped(client, board):
    sign_in(client, board, "ann")
    answer = upload(client, b"Id,Label\n0,<script>alert(1)</script>\n", name="<b>.csv")
    page = client.get(answer.headers["location"]).text
    assert "400 problems, the first 200" in page
    assert "line 2: Label &#39;&lt;script&gt;alert(1)&lt;/script&gt;&#39;" in page
    assert "<script>" not in page
    assert "<b>.csv" not in page
    assert "3 of 3 scorings left today" in client.get("/me").text


def test_the_api_answers_by_status(client, board, solution, clock):
    content = csv_of(labels_with(solution, 0.84, 0.52))

    def post(body):
        return client.post("/api/submissions", content=body, headers=bearer(board, "ann"))

    first = post(content)
    assert (first.status_code, first.json()["shown"]) == (201, 0.84)
    assert post(b"").status_code == 422
    assert [post(content).status_code for _ in range(3)] == [201, 201, 429]
    assert [row["state"] for row in client.get("/api/submissions", headers=bearer(board, "ann")).json()] == [
        "scored",
        "invalid",
        "scored",
        "scored",
        "refused",
    ]
    clock.now = DEADLINE
    assert (post(content).status_code, "deadline was" in post(content).text) == (403, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/submissions"), ("POST", "/api/submissions"), ("GET", "/me/submissions/1"), ("GET", "/instructor")],
)
def test_without_a_token_there_is_nothing_to_see(client, method, path):
    assert client.request(method, path).status_code == 401
    assert client.request(method, path, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_wrong_token_is_told_and_sets_no_cookie(client):
    answer = client.post("/login", data={"token": "guess"})
    assert answer.status_code == 403
    assert "No participant has this token" in answer.text
    assert "set-cookie" not in answer.headers


def test_nobody_reads_another_ones_submission(client, board, solution):
    number = client.post("/api/submissions", content=csv_of(solution.labels), headers=bearer(board, "ann")).json()["id"]
    assert client.get(f"/me/submissions/{number}", headers=bearer(board, "bob")).status_code == 404
    assert client.post("/me/choose", data={"number": number}, headers=bearer(board, "bob")).status_code == 404
    assert client.get(f"/me/submissions/{number}", headers=bearer(board, "ann")).status_code == 200


@pytest.mark.parametrize("announced", [True, False])
def test_too_much_is_stopped_while_it_is_read(client, board, announced):
    most = most_bytes(len(board.solution)) + 16_384
    sent = 0

    def chunks():
        nonlocal sent
        for _ in range(100):
            sent += most
            yield b"x" * most

    body = b"x" * (2 * most) if announced else chunks()
    answer = client.post("/api/submissions", content=body, headers=bearer(board, "ann"))
    assert answer.status_code == 413
    assert "larger than" in answer.text
    assert client.get("/api/submissions", headers=bearer(board, "ann")).json() == []


def test_files_of_the_class_as_csv_and_json(client, board, solution):
    client.post("/api/submissions", content=csv_of(labels_with(solution, 0.9, 0.3)), headers=bearer(board, "ann"))
    (row,) = csv.DictReader(client.get("/board.csv").text.splitlines())
    assert (row["name"], float(row["accuracy"])) == (board.people["ann"].pseudonym, 0.9)
    assert client.get("/board.json").json()["usage"] == "Public"
    private = client.get("/instructor/private.json", headers=bearer(board, "teacher")).json()
    assert [(s["name"], s["accuracy"]) for s in private["standings"]] == [("ann", 0.3)]
    assert client.get("/instructor/else.csv", headers=bearer(board, "teacher")).status_code == 404


def responses(client, board, number):
    """Every route that a student can call, with and without a token; a new route must be added here."""
    requests = [
        ("GET", "/", {}),
        ("GET", "/board.csv", {}),
        ("GET", "/board.json", {}),
        ("GET", "/healthz", {}),
        ("POST", "/login", {"data": {"token": board.tokens["ann"]}}),
        ("GET", "/me", {}),
        ("GET", f"/me/submissions/{number}", {}),
        ("POST", "/me/submissions", {"files": {"file": ("p.csv", b"Id,Label\n", "text/csv")}}),
        ("POST", "/me/choose", {"data": {"number": str(number)}}),
        ("GET", "/api/submissions", {}),
        ("POST", "/api/submissions", {"content": b"rubbish"}),
        ("GET", "/instructor", {}),
        ("GET", "/instructor/private.csv", {}),
        ("GET", "/instructor/private.json", {}),
        ("GET", "/nowhere", {}),
        ("POST", "/logout", {}),
    ]
    for headers in ({}, bearer(board, "ann"), bearer(board, "bob")):
        for method, path, arguments in requests:
            client.cookies.clear()
            answer = client.request(method, path, headers=headers, **arguments)
            yield path, f"{answer.headers}\n{answer.text}"


def test_no_answer_before_the_deadline_holds_a_hidden_label_or_a_private_score(client, board, solution):
    mine = labels_with(solution, 0.845, 0.395)
    number = client.post("/api/submissions", content=csv_of(mine), headers=bearer(board, "ann")).json()["id"]
    called = set()
    right = "".join(map(str, solution.labels.tolist()))
    for path, text in responses(client, board, number):
        called.add(path.replace(f"/{number}", "/{number}"))
        for secret in ("39.5", "0.395", "62.0", "0.62", right[:12], ",".join(right[:8]), ", ".join(right[:8])):
            assert secret not in text, f"{path} tells {secret}"
    routes = {route.path for route in client.app.routes}
    assert len(routes) == 13, "so the set below is not empty"
    routes = {r.replace("/instructor/{half}.{form}", "/instructor/private.csv") for r in routes}
    assert routes <= called | {"/instructor/private.csv"}, "a route that this test does not call"


def test_after_the_deadline_the_private_half_ranks(client, board, solution, clock):
    for name, public, private in (("ann", 0.9, 0.3), ("bob", 0.5, 0.7)):
        content = csv_of(labels_with(solution, public, private))
        client.post("/api/submissions", content=content, headers=bearer(board, name))
    clock.now = DEADLINE
    found = client.get("/board.json").json()
    assert found["usage"] == "Private"
    assert [s["accuracy"] for s in found["standings"]] == [0.7, 0.3]
    assert "Nothing is accepted now" in client.get("/me", headers=bearer(board, "ann")).text


def test_under_the_ladder_no_recall_tells_of_single_classes(make_board, solution, clock):
    board = make_board(ladder=True)
    with TestClient(create_app(board)) as client:
        client.post("/api/submissions", content=csv_of(solution.labels), headers=bearer(board, "ann"))
        assert "recall" not in client.get("/board.csv").text
        assert "Recall by class" not in client.get("/").text
        clock.now = DEADLINE
        assert "recall_9" in client.get("/board.csv").text


def test_the_instructor_is_told_of_equal_files_and_shared_mistakes(client, board, solution):
    labels = labels_with(solution, 0.8, 0.8)
    for name in ("ann", "bob"):
        client.post("/api/submissions", content=csv_of(labels), headers=bearer(board, name))
    page = client.get("/instructor", headers=bearer(board, "teacher")).text
    assert "ann and bob handed in the same 400 labels." in page
    assert client.get("/instructor", headers=bearer(board, "ann")).status_code == 404


def test_what_a_killed_service_left_is_scored_when_it_starts(board, solution):
    board._store(board.people["ann"], "p.csv", csv_of(solution.labels))
    with TestClient(create_app(board)) as client:
        assert client.get("/api/submissions", headers=bearer(board, "ann")).json()[0]["shown"] == 1.0


def test_json_is_json_even_for_odd_names(client, board):
    sign_in(client, board, "ann")
    upload(client, b"", name='"; drop\ttable\n.csv')
    assert json.loads(client.get("/api/submissions").text)[0]["state"] == "invalid"
    assert "drop\ttable" not in client.get("/me").text, "nothing that a terminal or a page would act on is kept"
