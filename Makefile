PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
# The demo keeps to this folder; installed, the program uses the user data folder.
demo chat: export OSUSUME_HOME ?= $(CURDIR)/.osusume

.PHONY: demo chat test benchmark clean

demo: $(VENV)/installed
	@$(BIN)/osusume web

chat: $(VENV)/installed
	@$(BIN)/osusume chat

# One thread of numbers for each of the two test processes: more of them only wait for each other.
test: export OMP_NUM_THREADS = 1
test: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

benchmark: $(VENV)/tested
	$(BIN)/python -m tests.benchmarks

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Osusume needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Osusume (once, under a minute) ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/tested: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Osusume and its test tools (once) ..."
	@$(PIP) -e '.[training,models,test]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
