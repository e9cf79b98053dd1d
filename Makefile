# Each target makes .venv when it is missing or out of date. Students need none of this: see their kit.
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
BIN := .venv/bin
READY := .venv/.ready
export OMP_NUM_THREADS ?= 1

.PHONY: demo test test-slow lint bench gpu template readme clean

demo: $(READY)
	$(BIN)/autograder demo

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

test-slow: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadscope -m slow

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	@for script in tests/bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

gpu: $(READY)
	$(BIN)/python tests/gpu_results.py $(if $(DATA),--data "$(DATA)") $(if $(OUT),--out "$(OUT)") $(if $(ONLY),--only $(ONLY))

template: $(READY)
	$(BIN)/python -m autograder.release.template
	$(BIN)/python -m autograder.release.overview

readme: $(READY)
	$(BIN)/python -m autograder.release.overview

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: sudo apt-get install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "venv is missing: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info demo-out
