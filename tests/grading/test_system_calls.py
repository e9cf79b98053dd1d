"""What a worker may ask of the kernel: each forbidden call is refused in a real one, the ordinary ones work."""

import ctypes.util
import sys

import pytest

from autograder.checks.engine.probe import find_probe
from autograder.grading.sandbox import SandboxUnavailable, open_sandbox, seccomp
from autograder.grading.worker_client import run_probes

pyseccomp = pytest.importorskip("pyseccomp", exc_type=RuntimeError)
NATIVE = pyseccomp.Arch.NATIVE
DENIED = {name: pyseccomp.resolve_syscall(NATIVE, name) for name in seccomp._DENIED} | seccomp._DENIED_BY_NUMBER
CALLS = {name: number for name, number in DENIED.items() if number >= 0}
ASK = """
import ctypes, errno, os, socket, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

def ask(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(number), *(ctypes.c_ulong(a) for a in (*arguments, *(0,) * (6 - len(arguments)))))
    return errno.errorcode.get(ctypes.get_errno(), "done")

def in_child(number):
    child = os.fork()
    if child == 0:
        ask(number)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


@pytest.fixture(scope="module", params=["warm", pytest.param("bwrap", marks=pytest.mark.slow)])
def asked(request, tmp_path_factory):
    """Runs lines in a worker after ASK, and gives what they leave in `said`."""
    sandbox = open_sandbox(request.param)

    def ask(lines):
        root = tmp_path_factory.mktemp("submission")
        (root / "activations.py").write_text(f"{ASK}\n{lines}\nraise ValueError(said)")
        report = run_probes(root, [find_probe("activations.swish")], 1, sandbox)
        return report.outcomes["activations.swish"].message.partition("\n")[0].removeprefix("ValueError: ")

    yield ask
    sandbox.close()


def test_each_forbidden_call_is_refused(asked):
    said = asked(f"""
found = {{number: ask(number) for number in {sorted(CALLS.values())}}}
said = {{number: answer for number, answer in found.items() if answer != "EPERM"}}
""")
    assert len(CALLS) >= 35
    assert said == "{}"


def test_new_namespaces_are_refused_and_clone3_is_unknown(asked):
    clone = pyseccomp.resolve_syscall(NATIVE, "clone")
    flags = [*seccomp._CLONE_NEW, sum(seccomp._CLONE_NEW)]
    assert asked(f"said = {{ask({clone}, flag | 17) for flag in {flags}}}, ask(435)") == "({'EPERM'}, 'ENOSYS')"


def test_only_ordinary_families_of_sockets_exist(asked):
    number = pyseccomp.resolve_syscall(NATIVE, "socket")
    families = f"found = {{f: ask({number}, f, 1) for f in [*range(64), 2**32 + 40, 2**64 - 1]}}"
    said = asked(f"{families}\nsaid = [f for f in found if found[f] != 'EAFNOSUPPORT']")
    assert said == "[1, 2, 10]"


def test_calls_of_another_architecture_end_the_process(asked):
    if CALLS["mount"] != 165:
        pytest.skip("x32 exists beside x86-64 only")
    assert asked("said = in_child(0x40000000 + 39), in_child(39)") == "(-31, 0)"


def test_ordinary_programs_work(asked):
    work = """
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
printed = subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True, text=True).stdout
said = printed, len(socket.socketpair())
"""
    assert asked(work) == r"('5\n', 2)"


def test_without_libseccomp_grading_is_refused_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None if name == "seccomp" else "libc.so.6")
    monkeypatch.delitem(sys.modules, "pyseccomp")
    with pytest.raises(SandboxUnavailable, match="sudo apt-get install libseccomp2"):
        open_sandbox("auto")
