"""The OPA of deploy/: its two command lines, started with the paths of this machine, and asked over its unix socket."""

import http.client
import json
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.deploy.processes import running, wait_for
from tests.deploy.units import directives


class OverSocket(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("opa", timeout=10)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def of_compose(root: Path) -> list[str]:
    """The command line in compose.yaml."""
    return ["opa", *yaml.safe_load((root / "deploy/compose.yaml").read_text())["services"]["opa"]["command"]]


def of_systemd(root: Path) -> list[str]:
    """The command line in the systemd unit."""
    return shlex.split(directives(root / "deploy/systemd/sluis-opa.service")["ExecStart"][0])


@contextmanager
def started(command: list[str], root: Path, opa: Path, folder: Path, config: Path) -> Iterator[Path]:
    """Run the command line with the OPA of this machine, `folder` for its socket and a configuration that knows a
    signer; yield the socket's path.
    """
    words = [str(opa), *command[1:]]
    for there, here in (("/run/sluis-opa", folder), ("/etc/sluis/opa.yaml", config), ("/opt/sluis", root)):
        assert any(there in word for word in words), f"the command line no longer says {there}"
        words = [word.replace(there, str(here)) for word in words]
    path = folder / "opa.sock"
    with running(words) as process:
        wait_for(lambda: path.exists() and ask(path, "GET", "/health")[0] == 200, process)
        yield path


def ask(path: Path, method: str, target: str, body: object = None) -> tuple[int, dict]:
    """Ask once; the status (0 where nobody answered) and the JSON of the answer."""
    connection = OverSocket(path)
    try:
        connection.request(method, target, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        said = answer.read()
    except ConnectionError:
        return 0, {}
    finally:
        connection.close()
    return answer.status, json.loads(said or b"{}")
