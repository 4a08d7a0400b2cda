# The Gradient Playground: `make run` and `make test` need Python 3.11 to 3.13 with pip, and nothing else.

# A version manager may offer a name that does not run, so ask it for its answer.
PYTHON ?= $(shell python3.11 -c 'print("python3.11")' 2>/dev/null || echo python3)
PORT ?= 8501
BASE_PATH ?=
# Test processes. Browser tests share one of them, and one Chromium.
WORKERS ?= 2
# What does not wait for each other is done side by side: the browser is brought while packages are installed.
MAKEFLAGS += --jobs=2
# Tests begin dozens of processes, each of which would otherwise compile all of the playground.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run install test install-dev chromium lint types pytest test-torch bench format health clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run health: export PORT := $(PORT)
run health: export BASE_PATH := $(BASE_PATH)

run: install  ## serve the playground (PORT=8501, BASE_PATH= for a path prefix)
	.venv/bin/python -m streamlit run app.py --server.headless true --server.port "$$PORT" --server.baseUrlPath "$$BASE_PATH"

install:  ## bring .venv to what requirements.txt pins
	$(PYTHON) tools/install.py requirements.txt

install-dev:
	$(PYTHON) tools/install.py requirements-dev.txt

chromium:
	$(PYTHON) tools/chromium.py

test: chromium lint types pytest  ## everything: lint, types, unit, statistical, page and browser tests

lint: install-dev  ## ruff: rules and layout
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .

types: install-dev  ## mypy
	.venv/bin/python -m mypy playground app.py pages benchmarks tools

# Last, so that its closing line is what `make test` ends with. The browser's tests are the longest group: they begin.
pytest: chromium lint types
	.venv/bin/python -m pytest --numprocesses $(WORKERS) --dist loadgroup --no-loadscope-reorder

# Apart from all others: PyTorch is optional, and as large as everything else together.
test-torch: install-dev  ## what is compared with PyTorch does the same work there; installs PyTorch
	.venv/bin/python -m pip install --disable-pip-version-check -q -r requirements-torch.txt -c requirements.txt
	.venv/bin/python -m pytest tests_torch

bench: install-dev chromium  ## print the figures that the README quotes
	.venv/bin/python -m playground bench

format: install-dev  ## let ruff rewrite what it can
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .

health:  ## ask the running playground whether it is well
	.venv/bin/python tools/health.py /_stcore/health

clean:  ## remove what these commands made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
