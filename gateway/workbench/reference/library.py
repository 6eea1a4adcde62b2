"""All pages together: made in memory, written to a folder, or held against one.

Rules: a page of a basis that is gone goes too; what is removed stands where a page would and says in its title that it
is one. Any other file in that folder is let be.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from gateway.catalogue.catalogue import LANGUAGES, Language
from gateway.workbench.reference.basis_page import basis_page
from gateway.workbench.reference.code_pages import obligation_page, reason_page
from gateway.workbench.reference.frame import TITLE, Page, render
from gateway.workbench.reference.index_pages import index_page, terms_page
from gateway.workbench.reference.sources import Sources

STYLE = "style.css"
SIGN = TITLE.encode()


def make(sources: Sources) -> dict[str, bytes]:
    """Path within the folder → content, sorted."""
    made = {
        f"{page.language}/{page.path}": render(page) for language in LANGUAGES for page in _pages(sources, language)
    }
    made[STYLE] = (files("gateway.workbench.reference") / STYLE).read_bytes()
    return dict(sorted(made.items()))


def differences(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """The paths that lack, differ or are too many in a folder, sorted."""
    there = {path.relative_to(folder).as_posix(): path for path in _ours(folder)}
    changed = {path for path, content in made.items() if path not in there or there[path].read_bytes() != content}
    return sorted(changed | (there.keys() - made.keys()))


def write(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """Make a folder hold these pages; the paths that changed."""
    changed = differences(made, folder)
    for path in changed:
        target = folder / path
        if path in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made[path])
        else:
            target.unlink()
    return changed


def _pages(sources: Sources, language: Language) -> Iterator[Page]:
    yield index_page(sources, language)
    yield terms_page(sources, language)
    yield from (basis_page(basis, sources, language) for basis in sources.bases)
    yield from (reason_page(reason, sources, language) for reason in sources.reasons)
    yield from (obligation_page(each, sources, language) for each in sources.obligations)


def _ours(folder: Path) -> Iterator[Path]:
    """The pages in a folder, and the style sheet."""
    if (folder / STYLE).is_file():
        yield folder / STYLE
    for language in LANGUAGES:
        for pattern in ("*.html", "*/*.html"):
            yield from (path for path in (folder / language).glob(pattern) if SIGN in path.read_bytes())
