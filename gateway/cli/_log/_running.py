"""What only a running gateway knows, asked on this machine alone; whatever it does not say is unknown."""

import http.client
import json
import re
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

PATIENCE = 2.0
_DEPTH = re.compile(r"^sluis_log_queue_depth\{([^}]*)\} ([0-9.e+]+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def queues(port: int | None) -> dict[tuple[str, int], int]:
    """How many records wait, by stream and year; nothing where no metrics are served."""
    text = None if port is None else _get(f"http://127.0.0.1:{port}/metrics")
    found = {}
    for labels, value in _DEPTH.findall(text or ""):
        named = dict(_LABEL.findall(labels))
        if named.get("year", "").isdigit():
            found[named.get("stream", ""), int(named["year"])] = int(float(value))
    return found


def running(host: str, port: int) -> dict[str, Any]:
    """`ready`, and its `checks` by name (`up` or `down`); `checks` is None where nobody answers."""
    text = _get(f"http://{f'[{host}]' if ':' in host else host}:{port}/readyz")
    try:
        told = json.loads(text) if text is not None else {}
        checks = told.get("checks")
    except (ValueError, AttributeError):
        checks = None
    checks = checks if isinstance(checks, dict) else None
    return {"ready": checks is not None and all(each == "up" for each in checks.values()), "checks": checks}


def _get(url: str) -> str | None:
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=PATIENCE) as response:
            return response.read(1 << 20).decode("utf-8", "replace")
    except HTTPError as error:
        return error.read(1 << 20).decode("utf-8", "replace")
    except (URLError, OSError, http.client.HTTPException):
        return None
