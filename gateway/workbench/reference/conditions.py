"""The columns of a row as plain sentences, rung by rung.

Rule: a rung that does not apply to a row (`passed: null` in its ladder) and asks nothing has no sentence; every column
that a rung reads has one, so that a row that differs in a column differs on its page.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from gateway.catalogue.catalogue import Language
from gateway.workbench.reference.words import dutch, group, sentence, term

Row = Mapping[str, Any]
Kinds = Mapping[str, bool | None]


def conditions(row: Row, rung: str, kinds: Kinds, language: Language) -> list[str]:
    """What must hold at `rung` under `row`, as sentences in HTML. `kinds`: true public, false private, null neither."""
    return _Reader(row, kinds, language).at(rung)


class _Reader:
    def __init__(self, row: Row, kinds: Kinds, language: Language) -> None:
        self._row, self._kinds, self._language = row, kinds, language

    def at(self, rung: str) -> list[str]:
        rungs: Mapping[str, Callable[[], list[str]]] = {
            "grondslag": self._basis,
            "deelnemer": self._who,
            "casus": self._case,
            "betrokken": lambda: self._listed("involved", self._involved()),
            "persoon": self._person,
            "categorie": self._data,
            "noodzaak": self._necessity,
            "beroepsgeheim": self._secrecy,
            "verstrekker": lambda: self._true("statement") + self._true("competent_authority"),
            "bijzondere-route": self._route,
            "bewaartermijn": self._term,
            "bezwaar": lambda: [] if self._row["objection"] == "none" else self._value("objection"),
        }
        return rungs[rung]()

    def _say(self, name: str, *filled: str) -> str:
        return sentence(name, self._language, *filled)

    def _true(self, column: str) -> list[str]:
        return [self._say(column)] if self._row[column] else []

    def _value(self, column: str) -> list[str]:
        """The sentence of a column's value, where it has one and is not null."""
        return [self._say(f"{column}_{self._row[column]}")] if self._row[column] else []

    def _listed(self, column: str, words: Sequence[str]) -> list[str]:
        return [self._say(column, ", ".join(words))] if words else []

    def _terms(self, codes: Sequence[str]) -> list[str]:
        return [dutch(", ".join(term(code) for code in codes), self._language)] if codes else []

    def _involved(self) -> list[str]:
        return [self._say(f"involved_{party}") for party in self._row["involved"]]

    def _basis(self) -> list[str]:
        return [
            *self._listed("activities", self._terms(self._row["activities"])),
            *self._listed("circumstances", self._terms(self._row["circumstances"])),
        ]

    def _who(self) -> list[str]:
        row = self._row
        said = [self._party(name) for name in ("requester", "recipient", "holder")]
        said += self._true("same_organisation") + self._true("on_behalf")
        if row["roles"] == "any":
            said.append(self._say("roles_any"))
        else:
            roles = f'<a href="../terms.html#roles-{row["roles"]}">{group(row["roles"], self._language)}</a>'
            said.append(self._say("roles", roles))
        return said + [self._say(name) for name in row["actor"]] + self._value("coordinator")

    def _party(self, name: str) -> str:
        party = self._row["parties"].get(name)
        if party is None:
            return self._say(f"{name}_none")
        allowed, kinds = party["allowed"], party["kinds"]
        if allowed not in ("deelnemer", "publiek"):
            return self._say(name, self._say(f"allowed_{allowed}", *self._terms(kinds)))
        who = f'<a href="../terms.html#kinds">{self._say(f"allowed_{allowed}")}</a>'
        others = self._terms([kind for kind in kinds if self._kinds[kind] is None])
        return self._say(name, self._say("or_else", who, *others) if others else who)

    def _case(self) -> list[str]:
        row = self._row
        return [
            *self._listed("track", self._terms(row["track"] or [])),
            *(self._listed("states", self._terms(row["states"])) if row["track"] else []),
            *self._true("pga"),
            *self._true("linked_active"),
            *self._true("intake"),
            *(self._listed("ave", [str(phase) for phase in row["ave"]]) if row["track"] else []),
        ]

    def _person(self) -> list[str]:
        row = self._row
        if row["relations"] is None:
            return []
        return [
            *self._listed("relations", self._terms(row["relations"])),
            *self._true("kring"),
            *self._value("consent"),
            *self._true("emergency"),
        ]

    def _data(self) -> list[str]:
        said = self._listed("categories", self._terms(self._row["categories"]))
        said += [
            self._say("sources", *self._terms(kinds), *self._terms([category]))
            for category, kinds in sorted(self._row["sources"].items())
        ]
        return said + ([self._say("secrecy_never")] if self._row["secrecy"] == "never" else [])

    def _necessity(self) -> list[str]:
        row = self._row
        prefix = [self._say("task_prefix", escape(row["task_prefix"].strip()))] if row["task_prefix"] else []
        return self._true("necessity") + prefix + self._listed("tasks", [escape(task) for task in row["tasks"]])

    def _secrecy(self) -> list[str]:
        return [] if self._row["secrecy"] in ("none", "never") else self._value("secrecy")

    def _route(self) -> list[str]:
        return self._value("onward") + (self._true("third") + self._value("third") if self._row["third"] else [])

    def _term(self) -> list[str]:
        return self._true("renewal") if self._row["renewal"] else self._true("retention")
