"""What an answer earns, what the student reads, and what is put in front of the person who grades."""

import pytest

from autograder.answers.entry import AnswerVerdict, KeyEntry
from autograder.answers.given import Given, GivenAnswers
from autograder.answers.judging import judge_answer, judge_explanation
from autograder.answers.kinds.true_false import TrueFalseEntry

SETTLED = TrueFalseEntry(name="answer_1_6", kind="true_false", statement="S.", value=True, reason="L1 reaches zero.")
DISPUTED = TrueFalseEntry.model_validate(
    SETTLED.model_dump() | {"name": "answer_1_5", "reason": "They overlap.", "disputed": True, "note": "It can."}
)


def given(value: object, **more: object) -> Given:
    return Given("answer_1_6", value, **more)  # type: ignore[arg-type]


def test_a_right_answer_earns_full_credit_and_the_reason() -> None:
    expected = AnswerVerdict(1.0, "Right, the statement is true. L1 reaches zero.", None, True)
    assert judge_answer(given("T"), SETTLED) == expected


def test_a_wrong_answer_earns_nothing_and_the_reason() -> None:
    expected = AnswerVerdict(0.0, "You answered False, but the statement is true. L1 reaches zero.", None, True)
    assert judge_answer(given(0), SETTLED) == expected


def test_an_unusable_answer_earns_nothing_and_does_not_give_the_key_away() -> None:
    expected = AnswerVerdict(0.0, "answer_1_6 is 'maybe': write True or False", None, True)
    assert judge_answer(given("maybe"), SETTLED) == expected


@pytest.mark.parametrize("entry", [SETTLED, DISPUTED])
def test_an_open_question_is_not_attempted_and_does_not_give_the_key_away(entry: KeyEntry) -> None:
    expected = AnswerVerdict(0.0, f"{entry.name} is not answered: write True or False", None, False)
    assert judge_answer(Given(entry.name), entry) == expected


@pytest.mark.parametrize("value", [True, False])
def test_a_disputed_question_is_credited_either_way_and_flagged(value: bool) -> None:
    verdict = judge_answer(Given("answer_1_5", value), DISPUTED)
    assert verdict.credit == 1.0
    assert verdict.message == "Either answer is credited. It can. They overlap."
    assert verdict.flag == f"disputed, credited either way; answered {value}: It can."


def test_a_disputed_question_answered_with_rubbish_earns_nothing() -> None:
    assert judge_answer(Given("answer_1_5", "both"), DISPUTED).credit == 0.0


def test_two_different_answers_are_flagged() -> None:
    assert judge_answer(given(True, notes=("twice",)), SETTLED).flag == "twice"


def test_a_file_that_could_not_be_read_is_named_where_its_answer_is_missing() -> None:
    answers = GivenAnswers({"answer_1_1": Given("answer_1_1", True)}, ("a.ipynb is empty",))
    verdict = judge_answer(answers["answer_1_6"], SETTLED)
    assert verdict.message == "answer_1_6 is not answered: write True or False; a.ipynb is empty"
    assert verdict.flag == "a.ipynb is empty"
    assert answers["answer_1_1"].notes == ()


EXPLANATIONS = [
    ("", "no explanation"),
    ("?!", "no explanation"),
    ("1 2 3 4 5 6", "no explanation"),
    ("because", "explanation of 1 word"),
    ("it doesn't, I think", "explanation of 4 words"),
    ("sparse - - - -", "explanation of 1 word"),
    ("the gradient of L1 is constant", None),
    ("L1正则化使权重稀疏", None),
    ("weil der Gradient überall gleich groß ist", None),
]


@pytest.mark.parametrize(("text", "flag"), EXPLANATIONS)
def test_an_explanation_under_five_words_is_flagged(text: str, flag: str | None) -> None:
    assert judge_explanation(given(True, explanation=text), SETTLED).flag == flag


def test_the_reader_of_a_disputed_question_sees_the_note() -> None:
    assert judge_explanation(given(True, explanation="so"), DISPUTED).flag == "explanation of 1 word; disputed: It can."
