"""The service log holds nothing that a library says: its words and tracebacks could be of somebody."""

import json
import subprocess
import sys

SPEAKS = """
import logging
from gateway.cli._serving import log_as_json
log_as_json()
try:
    raise ValueError("999993653")
except ValueError:
    logging.getLogger("a.library").exception("%s went wrong", "999993653", stack_info=True)
"""


def test_of_a_library_it_says_that_it_spoke_and_no_word_of_it() -> None:
    said = subprocess.run([sys.executable, "-c", SPEAKS], capture_output=True, text=True, check=True)
    assert json.loads(said.stderr) == {"level": "ERROR", "event": "library", "logger": "a.library"}
    assert said.stdout == ""
