"""student_template/ is generated; a change of its sources that was not carried over is found here."""

from autograder.grading.homework import COURSE, homeworks
from autograder.release.template import TEMPLATE, write_template


def tree(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_the_committed_template_is_what_its_sources_generate(tmp_path):
    write_template(tmp_path)
    fresh, committed = tree(tmp_path), tree(COURSE / TEMPLATE)
    remedy = "run `make template`"
    assert sorted(fresh) == sorted(committed), remedy
    assert [name for name in fresh if fresh[name] != committed[name]] == [], remedy


def test_every_homework_has_a_template_with_stubs_handout_and_tests():
    committed = tree(COURSE / TEMPLATE)
    for name in homeworks():
        for file in ("handout.md", "requirements.txt", "pytest.ini", "tests/test_public.py", "tests/conftest.py"):
            assert f"{name}/{file}" in committed


def test_generating_twice_gives_the_same_and_removes_what_is_stale(tmp_path):
    write_template(tmp_path)
    first = tree(tmp_path)
    stale = tmp_path / homeworks()[0] / "old_stub.py"
    stale.write_text("x = 1\n", encoding="utf-8")
    write_template(tmp_path)
    assert tree(tmp_path) == first
