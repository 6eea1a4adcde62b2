"""Starts what deploy/ starts: the same files, with the paths of a machine replaced by a test's own."""

import datetime as dt
import ipaddress
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.containerfile import copied, instructions
from tests.deploy.processes import listens, running, wait_for

NGINX_MAIN = """
daemon off;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{}}
http {{
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    include {work}/sluis.conf;
}}
"""


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path is short enough for a unix socket (108 bytes)."""
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fullchain.pem and privkey.pem for 127.0.0.1, made for this run."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
    return folder


@pytest.fixture
def nginx_configuration(root: Path, tmp_path: Path, certificate: Path) -> Callable[[int, int], Path]:
    """`make(port, gateway_port)`: deploy/nginx/sluis.conf on these ports, in a main file of its own."""

    def make(port: int, gateway_port: int) -> Path:
        text = (root / "deploy/nginx/sluis.conf").read_text()
        for here, there in (
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("127.0.0.1:8400;", f"127.0.0.1:{gateway_port};"),
            ("/etc/nginx/tls/", f"{certificate}/"),
            ("/dev/stdout", f"{tmp_path}/access.log"),
        ):
            assert here in text, f"deploy/nginx/sluis.conf no longer says {here!r}"
            text = text.replace(here, there)
        (tmp_path / "sluis.conf").write_text(text)
        main = tmp_path / "nginx.conf"
        main.write_text(NGINX_MAIN.format(work=tmp_path))
        return main

    return make


@pytest.fixture
def nginx_in_front(
    nginx_configuration: Callable[[int, int], Path],
) -> Callable[[int, int], AbstractContextManager[None]]:
    """`with nginx_in_front(port, gateway_port)`: the real nginx with the real file."""

    @contextmanager
    def start(port: int, gateway_port: int) -> Iterator[None]:
        with running(["nginx", "-c", str(nginx_configuration(port, gateway_port))]) as process:
            wait_for(lambda: listens(port), process)
            yield

    return start


@pytest.fixture
def containerfile(root: Path) -> list[tuple[str, str]]:
    return instructions(root)


@pytest.fixture
def image(containerfile: list[tuple[str, str]], root: Path, tmp_path: Path) -> Path:
    """The files of the project as they stand in the image, and no other."""
    for source in copied(containerfile):
        target = tmp_path / "opt/sluis" / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (root / source).is_dir():
            shutil.copytree(root / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / source, target)
    return tmp_path / "opt/sluis"
