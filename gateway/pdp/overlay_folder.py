"""What stands in the folder of overlays now, without reading any of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

_NAME = re.compile(r"(\d{20})(\.tar\.gz|\.withdrawn|)", re.ASCII)
State = tuple[tuple[str, int, int, int], ...]


class Misnamed(Exception):
    """The folder cannot be read, or holds names that mean nothing. `rest`: what else it holds, None: nothing known."""

    def __init__(self, what: str, rest: "Mapping[str, Entry] | None" = None) -> None:
        super().__init__(what)
        self.rest = rest


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is of one partner. `state` changes when any file of it does: paths, times, sizes and numbers."""

    packed: Path | None = None
    bare: Path | None = None
    marked: bool = False
    state: State = ()

    @property
    def twice(self) -> bool:
        return self.packed is not None and self.bare is not None

    @property
    def withdrawn(self) -> bool:
        """An overlay that is there counts, whatever is said of it."""
        return self.marked and self.packed is None and self.bare is None


def read_entries(folder: Path) -> Mapping[str, Entry]:
    """OIN → what there is of it."""
    entries: dict[str, Entry] = {}
    strange = []
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            named = _NAME.fullmatch(path.name)
            if named is None or path.is_symlink() or path.is_dir() is bool(named[2]):
                strange.append(path.name)
                continue
            entry = entries.get(named[1], Entry())
            state = (*entry.state, *_state(path))
            match named[2]:
                case ".withdrawn":
                    entries[named[1]] = replace(entry, marked=True, state=state)
                case ".tar.gz":
                    entries[named[1]] = replace(entry, packed=path, state=state)
                case _:
                    entries[named[1]] = replace(entry, bare=path, state=state)
    except OSError as error:
        raise Misnamed(f"cannot be read: {error.strerror}") from error
    if strange:
        raise Misnamed(f"neither <oin>.tar.gz nor <oin>/ nor <oin>.withdrawn: {', '.join(strange)}", entries)
    return entries


def _state(path: Path) -> Iterator[tuple[str, int, int, int]]:
    found = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
    for each in found:
        about = each.lstat()
        yield str(each), about.st_mtime_ns, about.st_size, about.st_ino
