# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test faults differences mutants bench bench-log bench-desk lock
PYTHON ?= python3
ARGS ?=

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Create .venv from the hash-pinned lock (needs Python >= 3.11 and pip alone); quick when nothing changed
	@command -v $(PYTHON) >/dev/null || { echo "setup: there is no $(PYTHON) on this machine: install Python 3.11 or newer, then try again." >&2; exit 1; }
	@$(PYTHON) .ci/setup.py

run: setup ## Start gateway and sandbox holder, show a granted, a partial and a refused request, and keep serving
	@exec .venv/bin/gateway run $(ARGS)

test: setup ## Run every test; parts that this machine lacks are named at the end (ARGS="-k name" for some)
	@exec .venv/bin/python -m pytest $(ARGS)

faults: setup ## Kill, cut the power, fill the disk and more, and count what was lost (ARGS="--only power-cuts --count 20")
	@exec .venv/bin/python -m tests.faults $(ARGS)

differences: setup ## Decide 10,000 documents by both engines and count the differences (ARGS="--seed 7 --count 1000")
	@exec .venv/bin/python -m tests.policy.differences $(ARGS)

mutants: setup ## Change the policies in hundreds of small wrong ways, and report which of them the tests see
	@exec nice -n 10 .venv/bin/python -m tests.policy.mutation $(ARGS)

bench: setup ## Measure a disclosure and its primitives: a table and JSON
	@exec .venv/bin/python deploy/bench/bench.py $(ARGS)

bench-log: setup ## Measure the log by itself, on SQLite and PostgreSQL, beside the disk and Tessera
	@exec .venv/bin/python deploy/bench/logs.py $(ARGS)

bench-desk: setup ## Measure the FG's desk over a million records: lists, start, memory, follower
	@exec .venv/bin/python deploy/bench/desk.py $(ARGS)

lock: ## Resolve the dependencies of pyproject.toml anew into .locks/
	@bash .ci/lock $(ARGS)
