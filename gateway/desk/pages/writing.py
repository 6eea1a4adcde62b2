"""What the FG writes of a record: note, flag, verdict, the account of an emergency, and into which dossier it goes.

Rules:
- It is recorded before the page says so; what is wrong with a form is said beside it, with all that was typed.
- A form says what it does (flag, or lift the flag), so that two people who write at once do not undo each other.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from gateway.desk.desk import Desk
from gateway.desk.forms import digest_of, past_day, text_of
from gateway.desk.page import Answer, Redirect
from gateway.desk.pages.entry import page, path_of, written_at
from gateway.desk.roles import Permission
from gateway.desk.routes import Handler, Route
from gateway.desk.visit import Visit
from gateway.model.writing import WritingKind
from gateway.review import judged
from gateway.review.dossiers import State, add, fold, opening
from gateway.review.judged import Unwritable
from gateway.review.records.reading import Read

Written = tuple[WritingKind, tuple[str, ...], dict[str, Any]]
"""What is written: its kind, what it is about, its content."""
Make = Callable[[Desk, Visit, Read], Awaitable[Written]]


def _form(name: str, make: Make) -> Handler:
    async def handler(desk: Desk, visit: Visit) -> Answer:
        read = await written_at(desk, visit)
        try:
            kind, about, content = await make(desk, visit, read)
        except Unwritable as error:
            return await page(desk, visit, wrong=error.member, form=name)
        await desk.writings.write(visit.tenant, who=visit.who, role=visit.role, kind=kind, about=about, content=content)
        return Redirect(path_of(*read.entry.place), said=f"said.{kind}")

    return handler


async def _note(desk: Desk, visit: Visit, read: Read) -> Written:
    record, corrects = read.entry.leaf.id, text_of(visit, "corrects")
    if corrects:
        said = judged.judged(await desk.writings.all(visit.tenant, about=record))
        if corrects not in {each.id for each in said.of(WritingKind.NOTE)} - said.corrected:
            raise Unwritable("corrects")
    return WritingKind.NOTE, (record,), judged.note(text_of(visit, "text"), corrects)


async def _flag(desk: Desk, visit: Visit, read: Read) -> Written:
    kind = WritingKind.UNFLAG if text_of(visit, "lift") else WritingKind.FLAG
    return kind, (read.entry.leaf.id,), judged.flag(text_of(visit, "reason"))


async def _verdict(desk: Desk, visit: Visit, read: Read) -> Written:
    content = judged.verdict(text_of(visit, "verdict"), text_of(visit, "why"))
    return WritingKind.VERDICT, (read.entry.leaf.id,), content


async def _account(desk: Desk, visit: Visit, read: Read) -> Written:
    content = judged.justification(past_day(visit, "received"), text_of(visit, "sender"), await digest_of(visit))
    return WritingKind.JUSTIFICATION, (read.entry.leaf.id,), content


async def _collect(desk: Desk, visit: Visit, read: Read) -> Written:
    record, chosen = read.entry.leaf.id, text_of(visit, "dossier")
    if not chosen:
        return WritingKind.DOSSIER, (record,), opening(text_of(visit, "title"), "", [record])
    dossiers = {each.id: each for each in fold(await desk.writings.all(visit.tenant, WritingKind.DOSSIER))}
    if chosen not in dossiers or dossiers[chosen].state is State.CLOSED:
        raise Unwritable("dossier")
    return WritingKind.DOSSIER, (chosen, record), add(dossiers[chosen], record)


FORMS = {"notitie": _note, "vlag": _flag, "oordeel": _verdict, "verantwoording": _account, "dossier": _collect}

ROUTES = tuple(
    Route("POST", f"/regels/{{year}}/{{number}}/{name}", Permission.WRITE, _form(name, make))
    for name, make in FORMS.items()
)
