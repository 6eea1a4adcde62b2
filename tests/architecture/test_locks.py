"""What is installed is pinned by hash, fits what pyproject.toml asks, and is not older than the advisories allow."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("develop", "gateway")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)

# The oldest version that was read and measured for this gateway; older ones have advisories or behave otherwise.
FLOORS = {
    "authlib": "1.9.9",
    "joserfc": "1.8.0",
    "cryptography": "50.0.2",
    "fastapi": "0.165.0",
    "starlette": "1.10",
    "uvicorn": "0.54",
    "h11": "0.16.0",
    "httptools": "0.9.0",
    "aiohttp": "3.14.5",
    "httpx": "0.28.1",
    "requests": "2.34.0",
    "urllib3": "2.8.0",
    "certifi": "2026.10.19",
    "apsw": "3.54.1.0",
    "pydantic": "2.14",
    "pyyaml": "6.0.4",
    "jsonschema-rs": "0.61.0",
}
# Read word by word, so moved only together with the conformance tests.
EXACT = {"gordon-to-regorus": "0.13.0", "opa-python-client": "3.0.0"}


def text(root: Path, lock: str) -> str:
    return (root / f".locks/{lock}.lock").read_text()


def pins(root: Path, lock: str) -> dict[str, str]:
    return dict(PIN.findall(text(root, lock)))


@pytest.mark.parametrize("lock", LOCKS)
def test_security_floors_hold(root: Path, lock: str) -> None:
    pinned = pins(root, lock)
    assert {n: pinned[n] for n, floor in FLOORS.items() if Version(pinned[n]) < Version(floor)} == {}
    assert {n: pinned[n] for n in EXACT} == EXACT


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_host(root: Path, lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", text(root, lock), flags=re.MULTILINE))
    assert len(entries) == len(pins(root, lock)) > 30
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text(root, lock)
    assert "--index-url" not in text(root, lock)


def test_what_runs_is_what_was_tested(root: Path) -> None:
    develop = pins(root, "develop")
    assert {name: version for name, version in pins(root, "gateway").items() if develop.get(name) != version} == {}
    assert "pytest" not in pins(root, "gateway")


def test_the_lock_fits_the_project(root: Path) -> None:
    metadata = tomllib.loads((root / "pyproject.toml").read_text())
    asked = [*metadata["project"]["dependencies"], *metadata["build-system"]["requires"]]
    pinned = {"gateway": pins(root, "gateway"), "develop": pins(root, "develop")}
    tests = metadata["project"]["optional-dependencies"]["test"]
    for lock, wanted in (("gateway", asked), ("develop", asked + tests)):
        for requirement in map(Requirement, wanted):
            assert pinned[lock][canonicalize_name(requirement.name)] in requirement.specifier, (lock, requirement)


def test_the_build_is_pinned_too(root: Path) -> None:
    metadata = tomllib.loads((root / "pyproject.toml").read_text())
    assert metadata["build-system"]["requires"] == metadata["dependency-groups"]["build"]
