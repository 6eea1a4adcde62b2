"""A time-stamping authority of our own: openssl's, behind a loopback server that a test can make lie."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ req ]
distinguished_name = name
[ name ]
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ leaf ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


def openssl(*arguments: object) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=True).stdout


class Authority:
    """Keys, certificates and stamps in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._config = folder / "openssl.cnf"
        self._config.write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self.roots = folder / "root.pem"
        self._certify("root", "root")
        self._certify("tsa", "leaf", signed_by="root")
        self.asked = 0
        self.answer: Callable[[bytes], Response] | None = None

    def _certify(self, name: str, section: str, signed_by: str | None = None) -> None:
        key, out = self._folder / f"{name}.key", self._folder / f"{name}.pem"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key))
        more = ["-CA", str(self.roots), "-CAkey", str(self._folder / "root.key")] if signed_by else []
        request = ["req", "-new", "-x509", "-config", str(self._config), "-key", str(key), "-subj", f"/CN={name}"]
        openssl(*request, "-extensions", section, "-days", "2", "-out", str(out), *more)

    def stamp(self, query: bytes) -> bytes:
        """The answer to a query, DER, as `openssl ts -reply` makes it."""
        place = self._folder / "query.tsq"
        place.write_bytes(query)
        reply = self._folder / "reply.tsr"
        openssl("ts", "-reply", "-config", str(self._config), "-queryfile", str(place), "-out", str(reply))
        return reply.read_bytes()

    def holds(self, token: bytes, data: bytes) -> bool:
        """Whether openssl verifies a stamp over `data`."""
        (self._folder / "held.tsr").write_bytes(token)
        (self._folder / "held.data").write_bytes(data)
        verify = ["ts", "-verify", "-in", str(self._folder / "held.tsr"), "-data", str(self._folder / "held.data")]
        return b"OK" in openssl(*verify, "-CAfile", str(self.roots))

    def app(self) -> Starlette:
        """The authority over HTTP (RFC 3161 section 3.4); `answer` takes its place where a test sets it."""

        async def reply(request: Request) -> Response:
            self.asked += 1
            query = await request.body()
            if self.answer is not None:
                return self.answer(query)
            stamped = await asyncio.to_thread(self.stamp, query)
            return Response(stamped, media_type="application/timestamp-reply")

        return Starlette(routes=[Route("/", reply, methods=["POST"])])
