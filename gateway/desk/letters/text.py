"""The letter's words: what `review.subject.letter` found, said in the language of whoever asked.

Rules: everything here is text, and no layout puts it together as markup; names of organisations come from the registers
and kinds of data from the published dictionary; the letter knows neither name nor number of whoever gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gateway.catalogue import Catalogue
from gateway.catalogue.catalogue import Language
from gateway.desk import dates
from gateway.desk.locale import Locale
from gateway.facts.dictionary import Dictionary
from gateway.model.codes import Tenant
from gateway.model.record import RecordClass
from gateway.review.subject.letter import Letter, Party, Row

PAGE = "letter"
Said = Callable[..., str]


@dataclass(frozen=True)
class Words:
    """What the letter takes its words from. `organisations`: OIN → name; `contacts`: where somebody can turn to, by
    tenant; empty where nobody said.
    """

    locale: Locale
    catalogue: Catalogue
    organisations: Callable[[str], str]
    contacts: Mapping[Tenant, str]
    fields: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: {each["name"]: each for each in Dictionary.load().document()["fields"]}
    )

    def kinds(self, fields: Sequence[str], language: Language) -> list[str]:
        """Kinds of data, a line each: `Wonen: huidig adres`."""
        by: dict[str, list[str]] = {}
        for name in fields:
            if (known := self.fields.get(name)) is not None:
                by.setdefault(known["category"], []).append(_inside(known["description"][language]))
        title = partial(self.locale.text, PAGE, language)
        return [f"{title(f'category.{category}')}: {'; '.join(names)}" for category, names in by.items()]


def text(words: Words, letter: Letter, *, large: bool = False) -> dict[str, Any]:
    """Everything that the letter says, in its order: `{lang, large, title, sender, facts, address, greeting, opening,
    sections: [{heading, paragraphs, parties: [{name, contact, columns, rows: [[[lines]]]}]}], closing}`.
    """
    language: Language = "en" if letter.language == "en" else "nl"
    return _Writer(words, letter, language).whole() | {"large": large}


class _Writer:
    def __init__(self, words: Words, letter: Letter, language: Language) -> None:
        self._words, self._letter, self._language = words, letter, language
        self._t: Said = partial(words.locale.text, PAGE, language)
        self._sender = self._t(f"sender.{letter.tenant}")
        self._contact = words.contacts.get(letter.tenant) or self._sender

    def whole(self) -> dict[str, Any]:
        t, letter = self._t, self._letter
        day = partial(dates.day, language=self._language)
        facts = (("reference", letter.number), ("asked_on", day(letter.received_on)), ("made_on", day(letter.made_on)))
        return {
            "lang": self._language,
            "title": t("title"),
            "sender": self._sender,
            "facts": [[t(key), value] for key, value in facts],
            "address": {"label": t("address"), "hint": t("address.hint")},
            "greeting": t("greeting"),
            "opening": self._opening(),
            "sections": [each for each in self._sections() if each is not None],
            "closing": [t("closing"), self._sender],
            "page": t("page"),
        }

    def _opening(self) -> list[str]:
        t, letter = self._t, self._letter
        if not letter.total:
            return [t("opening"), t("nothing")]
        counted = [("total", letter.total), ("shown", letter.shown)]
        counted += [(key, n) for key, n in (("withheld", letter.withheld), ("erased", letter.erased)) if n]
        return [t("opening"), " ".join(t(key, n=n) for key, n in counted), t("no_values")]

    def _sections(self) -> Sequence[dict[str, Any] | None]:
        t, letter = self._t, self._letter
        unseen = [t("unseen.why"), t("unseen.later")] if letter.withheld else []
        unseen += [t("erased.why")] if letter.erased else []
        rights = [t("rights.wrong"), t("rights.object"), t("rights.complain"), t("contact", contact=self._contact)]
        return [
            self._parties("given", letter.given, ["given.none"], "column.from") if letter.total else None,
            self._parties("asked", letter.asked, ["asked.none"], "column.asked_of") if letter.total else None,
            _section(t("unseen"), unseen) if unseen else None,
            _section(t("complete"), self._complete()),
            _section(t("rights"), rights),
        ]

    def _complete(self) -> list[str]:
        t, letter = self._t, self._letter
        number = partial(dates.number, language=self._language)
        seals = [t("complete.seal", origin=s.origin, lines=number(s.size), root=s.root) for s in letter.seals]
        found = [t("complete.all"), *seals] if seals else [t("complete.none")]
        return [*found, t("complete.gone"), t(f"complete.only.{letter.tenant}")]

    def _parties(self, heading: str, parties: Sequence[Party], none: Sequence[str], last: str) -> dict[str, Any]:
        t = self._t
        intro = [t(key) for key in none] if not parties else [t("asked.intro")] if heading == "asked" else []
        columns = [t(key) for key in ("column.when", "column.what", "column.why", last)]
        return _section(t(heading), intro) | {
            "parties": [
                {
                    "name": self._words.organisations(party.oin),
                    "contact": t("contact", contact=self._contact),
                    "columns": columns,
                    "rows": [self._row(row) for row in party.rows],
                }
                for party in parties
            ]
        }

    def _row(self, row: Row) -> list[list[str]]:
        """The four cells of a row, each of some lines."""
        return [
            [dates.moment(row.at, self._language), *self._fetched(row)],
            [*self._words.kinds(row.fields, self._language), *self._refused(row)],
            [*self._outcome(row), *self._why(row)],
            [self._words.organisations(row.holder)],
        ]

    def _refused(self, row: Row) -> list[str]:
        kinds = self._words.kinds(row.refused, self._language)
        return [self._t("refused_too", fields=" · ".join(kinds))] if kinds else []

    def _fetched(self, row: Row) -> list[str]:
        if row.kind is not RecordClass.VERSTREKKING or row.recipient == row.requester:
            return []
        if row.collected_at is None:
            return [self._t("not_fetched")]
        return [self._t("fetched_later", day=dates.moment(row.collected_at, self._language))]

    def _outcome(self, row: Row) -> list[str]:
        if row.kind is RecordClass.PROEF:
            return [self._t("dry_run")]
        if row.kind is RecordClass.STORING:
            return [self._t("fault")]
        if row.kind is RecordClass.WEIGERING:
            why = [_inside(self._code(each).title) for each in row.reasons if each in self._words.catalogue]
            return [self._t("not_given", why="; ".join(dict.fromkeys(why)))]
        return []

    def _why(self, row: Row) -> list[str]:
        t, brought = self._t, row.requester != row.recipient
        found = [t("brought_by", organisation=self._words.organisations(row.requester))] if brought else []
        found += [t(f"activity.{row.activity}")] if row.activity in _ACTIVITIES else []
        found += [t("task", task=", ".join(row.tasks))] if row.tasks else []
        if row.basis in self._words.catalogue:
            found.append(f"{self._code(row.basis).title}. {self._code(row.basis).sentence}")
        return found + ([t("articles", articles=", ".join(row.articles))] if row.articles else [])

    def _code(self, code: str) -> Any:
        return self._words.catalogue[code].text(self._language)


_ACTIVITIES = frozenset(
    {
        "opvragen",
        "verstrekken",
        "aanmelden",
        "bevragen-ander-zvh",
        "resultaat-delen",
        "derde-verstrekken",
        "casus-sluiten",
        "inzage",
        "log-raadplegen",
    }
)


def _inside(said: str) -> str:
    """As it stands within a sentence; an abbreviation stays as it is."""
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def _section(heading: str, paragraphs: Sequence[str]) -> dict[str, Any]:
    return {"heading": heading, "paragraphs": list(paragraphs), "parties": []}
