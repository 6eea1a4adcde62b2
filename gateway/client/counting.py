"""What a recipient received, in the form against which an operator holds the log (`gateway log reconcile`)."""

from collections.abc import Iterable
from typing import Any

from gateway.client.answer import Answer


def counts(oin: str, answers: Iterable[Answer]) -> dict[str, Any]:
    """The requests of which recipient `oin` holds sealed data with a receipt, each once, as a document for JSON.
    Answers that hold no data for it (a refusal, a dry run, a receipt of what was sent to another) do not count.
    """
    received = dict.fromkeys(answer.id for answer in answers if answer.document.get("sealed"))
    return {"version": 1, "role": "recipient", "oin": oin, "requests": list(received)}
