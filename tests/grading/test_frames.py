"""What a worker writes is read strictly, and only in the order of an honest worker."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.engine.evidence import LENGTHS, encode_frame
from autograder.checks.engine.probe import Probe, exact
from autograder.grading.frames import Frame, FrameReader, ProtocolViolation, parse, printable
from autograder.grading.transcript import Transcript


def a_probe(name: str) -> Probe:
    return Probe(name, ("m",), {"a": exact("a"), "b": exact("b")}, lambda code, draws: iter(()), 1.0)


def evidence(value: object) -> bytes:
    return encode_frame({"event": "evidence", "probe": "t.one", "key": "a"}, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [True, 3, 0.5, "text", [1, [2.5, "x"]], np.arange(6.0).reshape(2, 3), [np.zeros(0), np.ones((1, 1), "f4")]]
)
def test_honest_evidence_arrives_unchanged_however_it_is_cut(value: object) -> None:
    data = evidence(value)
    reader = FrameReader(10_000)
    (frame,) = [f for i in range(len(data)) for f in reader.feed(data[i : i + 1])]
    assert repr(frame.value) == repr(value)


BAD = {
    "not an object": b"[]",
    "no event": b"{}",
    "unknown event": b'{"event": "score"}',
    "event of a wrong type": b'{"event": ["ready"]}',
    "field too many": b'{"event": "ready", "points": 1}',
    "field missing": b'{"event": "begin"}',
    "name is no text": b'{"event": "begin", "probe": 1}',
    "unknown ending": b'{"event": "end", "probe": "x", "ending": "passed", "message": "", "violations": []}',
    "violations no list": b'{"event": "end", "probe": "x", "ending": "complete", "message": "", "violations": "x"}',
    "no value": b'{"event": "evidence", "probe": "x", "key": "a", "value": null}',
    "reference to no tensor": b'{"event": "evidence", "probe": "x", "key": "a", "value": {"array": 0}}',
    "reference by text": b'{"event": "evidence", "probe": "x", "key": "a", "value": {"array": "0"}}',
    "huge integer": b'{"event": "evidence", "probe": "x", "key": "a", "value": 1' + b"0" * 30 + b"}",
    "endless integer": b'{"event": "evidence", "probe": "x", "key": "a", "value": 1' + b"0" * 5000 + b"}",
    "not UTF-8": b'{"event": "\xff"}',
    "deep": b'{"event": "evidence", "probe": "x", "key": "a", "value": ' + b"[" * 50 + b"]" * 50 + b"}",
}


@pytest.mark.parametrize("case", BAD)
def test_a_malformed_message_is_a_violation(case: str) -> None:
    with pytest.raises(ProtocolViolation):
        parse(BAD[case], b"")


def test_a_tensor_that_nothing_refers_to_is_a_violation() -> None:
    text = json.dumps({"event": "begin", "probe": "t.one"}).encode()
    data = evidence(np.zeros(3))
    tensors = data[LENGTHS.size + LENGTHS.unpack_from(data)[0] :]
    with pytest.raises(ProtocolViolation, match="belong to nothing"):
        parse(text, tensors)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_random_bytes_give_a_frame_or_a_violation_and_nothing_else(text: bytes, tensors: bytes) -> None:
    with contextlib.suppress(ProtocolViolation):
        assert isinstance(parse(text, tensors), Frame)
    with contextlib.suppress(ProtocolViolation):
        list(FrameReader(1000).feed(text + tensors))


def test_more_bytes_than_the_limit_are_a_violation() -> None:
    reader = FrameReader(100)
    with pytest.raises(ProtocolViolation, match="more evidence"):
        list(reader.feed(bytes(101)))


def test_messages_lose_what_a_terminal_or_a_file_could_choke_on() -> None:
    assert printable("a\x1b[2J\ud800\x00b\n\tc") == "a\ufffd[2J\ufffd\ufffdb\n\tc"
    assert len(printable("x" * 10**6)) < 5000


def said(*events: Frame) -> Transcript:
    transcript = Transcript([a_probe("t.one"), a_probe("t.two")])
    for event in events:
        transcript.accept(event)
    return transcript


READY, DONE = Frame("ready"), Frame("done")
ONE, TWO = Frame("begin", probe="t.one"), Frame("begin", probe="t.two")
A, END = Frame("evidence", probe="t.one", key="a", value=1), Frame("end", probe="t.one", ending="complete")
END_TWO = Frame("end", probe="t.two", ending="complete")


def test_an_honest_conversation_is_accepted() -> None:
    busy = Frame("importing", module="m"), Frame("imported", module="m")
    transcript = said(READY, ONE, *busy, A, END, TWO, END_TWO, DONE)
    assert transcript.done
    assert transcript.claims["t.one"].evidence == {"a": 1}
    assert transcript.claims["t.two"].end == END_TWO


ORDERS = {
    "before ready": [ONE],
    "ready twice": [READY, READY],
    "probes out of order": [READY, TWO],
    "two probes open": [READY, ONE, TWO],
    "a probe begun again": [READY, ONE, END, ONE],
    "unknown probe": [READY, Frame("begin", probe="t.three")],
    "evidence with none open": [READY, A],
    "evidence for another": [READY, ONE, END, TWO, A],
    "unknown key": [READY, ONE, Frame("evidence", probe="t.one", key="score", value=1)],
    "a key twice": [READY, ONE, A, A],
    "an end twice": [READY, ONE, END, END],
    "the end of another": [READY, ONE, END_TWO],
    "done too early": [READY, ONE, END, DONE],
    "done while open": [READY, ONE, END, TWO, DONE],
    "after done": [READY, ONE, END, TWO, END_TWO, DONE, ONE],
    "imported without importing": [READY, ONE, Frame("imported", module="m")],
    "importing with none open": [READY, Frame("importing", module="m")],
    "importing a path": [READY, ONE, Frame("importing", module="../m")],
}


@pytest.mark.parametrize("case", ORDERS)
def test_frames_out_of_order_are_a_violation(case: str) -> None:
    *before, last = ORDERS[case]
    transcript = said(*before)
    with pytest.raises(ProtocolViolation):
        transcript.accept(last)
