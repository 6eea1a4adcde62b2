"""Run a program that ends when its parent does: `python -I tether.py PARENT PROGRAM ARGUMENT…`, where PARENT is the
parent's process id.

Rules: it replaces itself by the program, so that there is one process to end. Linux alone tells a child of its
parent's death (prctl(2) PR_SET_PDEATHSIG, kept over execve(2)); elsewhere the program runs untethered.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, program: str, *arguments: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the parent is gone")
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
