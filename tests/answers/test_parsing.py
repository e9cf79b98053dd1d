"""Several submissions are read at once, in threads; CPython 3.11's parser is not made for that."""

import subprocess
import sys

THREADS = """
import gc, sys, threading, time

from autograder.answers.parsing import parse
from autograder.grading.store import EvidenceStore
from reference_solutions.mistakes.variant import Define, Variant

SOURCE = "x = f(1 + (2 * g(3 + h(4))))\\n" * 200
DEFINED = "import torch\\n\\n\\ndef step():\\n" + "    x = f(1 + (2 * g(3)))\\n" * 200


class Store(EvidenceStore):  # asked for evidence, it only makes the source
    def request(self, changed, *run):
        return changed


def edit():
    variant = Variant("activations.other", "activations", (Define(DEFINED.replace("step", "swish_derivative")),), ())
    Store(["activations"]).request_variant(variant, "activations.swish", 1)


def work():
    for _ in range(8):
        try:
            parse(SOURCE)
            edit()
        except SystemError as error:
            failed.append(error)


failed = []
gc.set_threshold(100)
gc.callbacks.append(lambda *about: time.sleep(0.001))  # another thread's turn, in the middle of a tree
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(str(failed) if failed else 0)
"""


def test_threads_that_parse_at_the_same_time_do_not_disturb_each_other():
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
