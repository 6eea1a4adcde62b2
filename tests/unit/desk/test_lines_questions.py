"""Questions that somebody keeps: theirs alone, and never something that is no list."""

import re
from html import unescape

import pytest

from gateway.desk.lists.questions import MOST
from gateway.model.codes import Tenant
from tests.support.desk import OpenDesk, main_of

LIST = "/zvh/verstrekkingen"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_is_kept_shown_and_removed(one_desk: OpenDesk) -> None:
    mine, other = one_desk.sign_in(who="mies"), one_desk.sign_in(who="otto")
    query = "besluit=geweigerd&groep=casus"
    answer = await mine.post(f"{LIST}/vragen", {"naam": "  Mijn   weigeringen ", "vraag": query})
    assert answer.headers["location"] == f"{LIST}?{query}"
    page = (await mine.get(LIST)).text
    assert "De vraag is bewaard" in main_of(page)
    assert (f"{LIST}?{query}", "Mijn weigeringen") in [
        (unescape(link), name) for link, name in re.findall(r'href="([^"]+)">([^<]+)</a>', page)
    ]
    assert "Mijn weigeringen" not in (await other.get(LIST)).text
    assert "Mijn weigeringen" not in (await mine.get("/gemeente/verstrekkingen")).text
    [question] = one_desk.desk.questions.all("mies", Tenant.ZVH)
    await other.post(f"{LIST}/vragen/weg", {"vraag": question.id})
    assert one_desk.desk.questions.all("mies", Tenant.ZVH) == [question]
    await mine.post(f"{LIST}/vragen/weg", {"vraag": question.id})
    assert one_desk.desk.questions.all("mies", Tenant.ZVH) == []


async def test_the_same_name_takes_the_place_of_the_former(one_desk: OpenDesk) -> None:
    mine = one_desk.sign_in(who="nora")
    for query in ("fase=1", "fase=2"):
        await mine.post(f"{LIST}/vragen", {"naam": "Fase", "vraag": query})
    assert [each.query for each in one_desk.desk.questions.all("nora", Tenant.ZVH)] == ["fase=2"]


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "fase=1"), ("x" * 81, "fase=1"), ("a\x00b", "fase=1"), ("Goed", "bsn=999993653"), ("Goed", "fase=9")],
)
async def test_what_is_no_question_is_not_kept(one_desk: OpenDesk, name: str, query: str) -> None:
    mine = one_desk.sign_in(who="pim")
    await mine.post(f"{LIST}/vragen", {"naam": name, "vraag": query})
    assert "De vraag is niet bewaard" in main_of((await mine.get(LIST)).text)
    assert one_desk.desk.questions.all("pim", Tenant.ZVH) == []


async def test_there_is_an_end_to_them(one_desk: OpenDesk) -> None:
    questions = one_desk.desk.questions
    for number in range(MOST):
        assert questions.keep("roos", Tenant.ZVH, f"vraag {number:02d}", "fase=1")
    assert not questions.keep("roos", Tenant.ZVH, "een te veel", "fase=1")
    assert questions.keep("roos", Tenant.ZVH, "vraag 07", "fase=2")
    assert len(questions.all("roos", Tenant.ZVH)) == MOST
    assert questions.remove("roos", Tenant.ZVH, "niets") is None
    assert questions.remove("roos", Tenant.ZVH, "9" * 30) is None
