"""Create .venv from the hash-pinned lock, with pip alone, so that .venv/bin/gateway exists; then fetch the styling.

Rules: runs on whatever `python3` is there (this file keeps to the syntax of Python 3.6) and looks for one that is new
enough; installs nothing whose hash the lock does not pin and compiles nothing (wheels alone); the stamp is written
last, so a half-made environment is made anew; what a machine lacks is told in one sentence, with the way out of it;
without the desk's styling (.ci/assets.py) all works, so that stops nothing.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "setup.stamp")
LOG = os.path.join(VENV, "setup.log")
LOCK = os.path.join(".locks", "develop.lock")
OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3")
PROBE = """
import sys
print(sys.version_info[0], sys.version_info[1], getattr(sys, "_base_executable", sys.executable))
import ensurepip, venv
print("can make an environment")
"""

# What pip says when it fails, and what it means; the first that fits is told.
CAUSES = (
    (r"No space left on device", "the disk is full: make room, then try again."),
    (
        r"NewConnectionError|NameResolutionError|Connect(?:ion|Timeout)Error|ConnectTimeout|ReadTimeout|ConnectionReset"
        r"|ProxyError|SSLError|Max retries exceeded|Network is unreachable",
        "the package registry cannot be reached: check the network or pip's configured index, then try again.",
    ),
    (
        r"DO NOT MATCH THE HASHES.*\n\s+(?P<what>\S+)",
        "what the registry sent for {what} is not the file that the lock pins, so nothing was installed.",
    ),
    (
        r"(?:These do not:|Hashes are required in --require-hashes mode.*)\s+(?P<what>[\w.-]+)",
        "{what} is not pinned in the lock: run `make lock`.",
    ),
    (
        r"No matching distribution found for (?P<what>[\w.-]+==[\w.+-]+)",
        "there is no wheel of {what} for this platform and Python: use Python 3.11 to 3.13 on Linux or macOS.",
    ),
)


class Lacking(Exception):
    """What the machine lacks, as one sentence for the person who typed `make`."""


def interpreter():
    """Return the path of the first Python >= 3.11 that can make an environment."""
    seen, bare = [], None
    for name in CANDIDATES:
        try:
            probe = subprocess.run([name, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            continue
        lines = probe.stdout.decode().splitlines()
        if not lines:
            continue
        major, minor, path = lines[0].split(" ", 2)
        if (int(major), int(minor)) < OLDEST:
            seen.append(major + "." + minor)
        elif len(lines) < 2:
            bare = bare or major + "." + minor
        else:
            return path
    if bare:
        raise Lacking(
            f"Python {bare} is here, but not its venv module: install it "
            f"(Debian, Ubuntu: apt install python{bare}-venv), then try again."
        )
    found = "only Python " + ", ".join(sorted(set(seen))) if seen else "no Python"
    raise Lacking(f"Python 3.11 or newer is needed and {found} was found: install it, then try again.")


def fingerprint():
    """Return what .venv depends on: the lock, the project's metadata, this script and the place of the clone."""
    digest = hashlib.sha256(ROOT.encode())
    for name in (LOCK, "pyproject.toml", os.path.join(".ci", "setup.py")):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_current(wanted):
    """Tell whether .venv was made from exactly this and still answers."""
    try:
        with open(STAMP) as file:
            same = file.read().strip() == wanted
        return same and os.access(os.path.join(VENV, "bin", "gateway"), os.X_OK) and os.stat(PYTHON) is not None
    except OSError:
        return False


def explain(output):
    """Return the sentence that fits pip's output."""
    for pattern, sentence in CAUSES:
        met = re.search(pattern, output)
        if met:
            return sentence.format(**met.groupdict())
    said = [line.strip() for line in output.splitlines() if line.strip()]
    return "pip failed: " + (said[-1] if said else "it said nothing")


def pip(*arguments):
    """Run the environment's own pip; its output goes to the log and is explained when it fails."""
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = done.stdout.decode(errors="replace")
    with open(LOG, "a") as log:
        log.write(output)
    if done.returncode:
        raise Lacking(explain(output) + " (All that pip said: .venv/setup.log)")


def build():
    """Make .venv anew, install the lock, then the project itself in place."""
    python = interpreter()
    made = subprocess.run([python, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        said = made.stdout.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise Lacking(f"{python} could not make .venv: {said[-1]}")
    print(f"setup: installing what {LOCK} pins into .venv", flush=True)
    pip("install", "--require-hashes", "--only-binary", ":all:", "--requirement", LOCK)
    pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", ".")


def main():
    os.chdir(ROOT)
    place = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds all done
    try:
        wanted = fingerprint()
        if not is_current(wanted):
            build()
            with open(STAMP, "w") as file:
                file.write(wanted)
            print("setup: .venv is ready")
        subprocess.run([PYTHON, os.path.join(ROOT, ".ci", "assets.py")])  # tells by itself what it could not fetch
    except Lacking as lacking:
        print(f"setup: {lacking}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"setup: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: stopped half-way; the same command begins it anew", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
