"""The enforcement point: the story in `pipeline.py`, what it needs in `ports.py`, one file a step."""
