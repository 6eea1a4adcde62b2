"""What stands in a document: blocks of code with the output that is shown for them, links, tables, paths, prose.

Rules: a fenced `sh` or `python` block is a command that a reader copies; a `text` block right after it is what he will
see. In what is shown `…` stands for anything: on a line of its own for any lines, within a line for any text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"sh", "python"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """`document`: its name; `line`: where its fence stands; `shown`: the output that the document shows, if any."""

    document: str
    line: int
    language: str
    text: str
    shown: str | None

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(path: Path, name: str) -> Iterator[Block]:
    """The blocks that can be run, in order."""
    text = path.read_text()
    found = list(FENCE.finditer(text))
    for fence, after in zip(found, [*found[1:], None], strict=False):
        if fence[1] in RUN:
            follows = after is not None and after[1] == "text" and not text[fence.end() : after.start()].strip()
            line = text.count("\n", 0, fence.start()) + 1
            yield Block(name, line, fence[1], fence[2], after[2] if follows else None)


def prose(text: str) -> str:
    """A document without its code."""
    return CODE.sub("", FENCE.sub("", text))


def agrees(shown: str, said: str) -> bool:
    """Whether output is what a document shows."""
    lines = ("(?:.*\n)*?" if line == "…" else _within(line) + "\n" for line in shown.splitlines())
    return (
        re.fullmatch("".join(lines), "".join(f"{line.rstrip()}\n" for line in said.strip("\n").splitlines()))
        is not None
    )


def _within(line: str) -> str:
    return ".*".join(map(re.escape, line.rstrip().split("…")))


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is this one."""
    table = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"no table of {heading}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()]
