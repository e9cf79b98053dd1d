"""The board as a web service: pages for a browser without JavaScript, and the same over JSON for scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, Form, Header, HTTPException, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from autograder.leaderboard.board import Board, Closed, NotYours, Receipt
from autograder.leaderboard.exports import as_csv, as_json
from autograder.leaderboard.finals import Rankings
from autograder.leaderboard.limits import LimitBody
from autograder.leaderboard.pages import Pages
from autograder.leaderboard.participants import Participant, find_token
from autograder.predictions.reading import most_bytes
from autograder.predictions.solution import Usage

COOKIE = "board"


def signed_in(
    request: Request,
    board: Annotated[str | None, Cookie()] = None,
    authorization: Annotated[str | None, Header()] = None,
) -> Participant | None:
    """Whose token came with the request, by cookie or as `Authorization: Bearer TOKEN`."""
    kind, _, token = (authorization or "").partition(" ")
    given = token.strip() if kind.casefold() == "bearer" else board
    return find_token(request.app.state.board.engine, given) if given else None


Who = Annotated[Participant | None, Depends(signed_in)]


def known(who: Who) -> Participant:
    """The participant. Raises 401 without a token that is one's."""
    if who is None:
        raise HTTPException(401, "a participant's token is needed", headers={"WWW-Authenticate": "Bearer"})
    return who


Known = Annotated[Participant, Depends(known)]
# A multipart envelope around the file.
ENVELOPE = 16_384


def create_app(board: Board) -> FastAPI:
    """The service of one board. What was stored and not scored when it last stopped is scored as it starts."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(board.recover)
        yield

    app = FastAPI(title=board.rules.title, lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(LimitBody, most=most_bytes(len(board.solution)) + ENVELOPE)
    app.state.board = board
    _Service(board).mount(app)
    return app


class _Service:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.rankings = Rankings(board)
        self.pages = Pages(board, self.rankings)

    def mount(self, app: FastAPI) -> None:
        """Add all routes."""
        page = {"response_class": HTMLResponse}
        app.get("/", **page)(self.ranking)  # type: ignore[arg-type]
        app.get("/board.csv")(self.csv)
        app.get("/board.json")(self.json)
        app.get("/healthz")(self.health)
        app.post("/login")(self.login)
        app.post("/logout")(self.logout)
        app.get("/me", **page)(self.own)  # type: ignore[arg-type]
        app.post("/me/submissions")(self.upload)
        app.get("/me/submissions/{number}", **page)(self.receipt)  # type: ignore[arg-type]
        app.post("/me/choose")(self.choose)
        app.get("/api/submissions")(self.api_history)
        app.post("/api/submissions")(self.api_upload)
        app.get("/instructor", **page)(self.instructor)  # type: ignore[arg-type]
        app.get("/instructor/{half}.{form}")(self.instructor_file)

    def ranking(self, who: Who) -> str:
        """The ranking page."""
        return self.pages.ranking(who)

    def csv(self) -> Response:
        """The ranking as CSV."""
        found = as_csv(self.rankings.shown())
        return PlainTextResponse(found, media_type="text/csv; charset=utf-8")

    def json(self) -> Response:
        """The ranking as JSON."""
        return Response(as_json(self.rankings.shown()), media_type="application/json")

    def health(self) -> dict[str, str]:
        """For a monitor: that the service answers."""
        return {"status": "ok"}

    def login(self, request: Request, token: Annotated[str, Form()] = "") -> Response:
        """Keep the token in a cookie that no script and no other site can use."""
        if find_token(self.board.engine, token.strip()) is None:
            return HTMLResponse(self.pages.own(None, "No participant has this token: check what you pasted."), 403)
        answer = RedirectResponse("/me", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, token.strip(), httponly=True, samesite="strict", secure=secure, max_age=120 * 86400)
        return answer

    def logout(self) -> Response:
        """Forget the cookie."""
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def own(self, who: Who) -> str:
        """Sign-in, or one's own submissions."""
        return self.pages.own(who)

    async def upload(self, who: Who, file: UploadFile) -> Response:
        """A file from the form; leads to its report."""
        if who is None:
            return RedirectResponse("/me", 303)
        content, name = await file.read(), file.filename or "predictions.csv"
        try:
            receipt = await run_in_threadpool(self.board.submit, who, name, content)
        except Closed as closed:
            return HTMLResponse(await run_in_threadpool(self.pages.own, who, f"Not accepted: {closed}."), 403)
        return RedirectResponse(f"/me/submissions/{receipt.id}", 303)

    def receipt(self, who: Known, number: int) -> str:
        """What became of one's own submission."""
        return self.pages.receipt(self._receipt(who, number))

    def choose(self, who: Known, number: Annotated[int, Form()]) -> Response:
        """Have a submission stand at the end."""
        try:
            self.board.choose(who, number)
        except Closed as closed:
            return HTMLResponse(self.pages.own(who, str(closed)), 403)
        except NotYours:
            raise HTTPException(404, "no such scored submission of yours") from None
        return RedirectResponse("/me", 303)

    def api_history(self, who: Known) -> list[dict[str, object]]:
        """One's own submissions."""
        return [_as_dict(receipt) for receipt in self.board.history(who)]

    async def api_upload(self, who: Known, request: Request, filename: Annotated[str, Header()] = "") -> Response:
        """A file as the body of the request: 201 scored, 422 invalid, 429 over the daily number, 403 closed."""
        content = await request.body()
        try:
            receipt = await run_in_threadpool(self.board.submit, who, filename or "predictions.csv", content)
        except Closed as closed:
            raise HTTPException(403, str(closed)) from None
        status = {"scored": 201, "invalid": 422, "refused": 429}.get(receipt.state, 202)
        return JSONResponse(_as_dict(receipt), status)

    def instructor(self, who: Known) -> str:
        """Private ranking and signs, for an instructor's token only."""
        self._only_instructor(who)
        return self.pages.instructor()

    def instructor_file(self, who: Known, half: str, form: str) -> Response:
        """private.csv, private.json, public.csv, public.json by real name."""
        self._only_instructor(who)
        halves: dict[str, Usage] = {"private": "Private", "public": "Public"}
        if half not in halves or form not in ("csv", "json"):
            raise HTTPException(404, "private or public, csv or json")
        found = self.rankings.of(halves[half], real_names=True)
        if form == "json":
            return Response(as_json(found), media_type="application/json")
        return PlainTextResponse(as_csv(found), media_type="text/csv; charset=utf-8")

    def _receipt(self, who: Participant, number: int) -> Receipt:
        try:
            return self.board.receipt(who, number)
        except NotYours:
            raise HTTPException(404, "no such submission of yours") from None

    def _only_instructor(self, who: Participant) -> None:
        if not who.instructor:
            raise HTTPException(404, "not found")


def _as_dict(receipt: Receipt) -> dict[str, object]:
    return asdict(receipt) | {"received": receipt.received.isoformat()}
