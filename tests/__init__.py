"""The tests: one folder a kind; see the paths in pyproject.toml. A package, so that `python -m tests.faults` runs."""
