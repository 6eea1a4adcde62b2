"""What is known of a value: its types, what is in it, and the values that the data say it may be."""

from dataclasses import dataclass
from typing import Any

from gateway.pdp.builtins import ANY, ARRAY, BOOLEAN, NUMBER, OBJECT, SET, STRING, Types

NULL = frozenset({"null"})
_JSON = {str: STRING, bool: BOOLEAN, int: NUMBER, list: ARRAY, dict: OBJECT, type(None): NULL}


@dataclass(frozen=True)
class Known:
    """`types`: of the value. `items`: what is in it. `documents`: the values that it may be, where data says so."""

    types: Types
    items: "Known | None" = None
    documents: tuple[Any, ...] = ()

    def inside(self) -> "Known | None":
        """What any element or member of it is."""
        if self.items is not None or not self.documents:
            return self.items
        listed = [each.values() if isinstance(each, dict) else each for each in self.documents if each]
        return documents([value for each in listed for value in each]) if self.types <= ARRAY | OBJECT else None


def documents(values: list[Any]) -> Known | None:
    """What one of these values of the data is; of no value nothing is known."""
    return Known(frozenset().union(*(_JSON[type(each)] for each in values)), None, tuple(values)) if values else None


def join(known: list[Known | None]) -> Known | None:
    """What is one of these; `None` where one of them is not proved."""
    proved = [each for each in known if each is not None]
    if not proved or len(proved) < len(known):
        return None
    if all(each.documents for each in proved):
        return documents([document for each in proved for document in each.documents])
    inside = [each.inside() for each in proved if each.types & (ARRAY | SET | OBJECT)]
    return Known(frozenset().union(*(each.types for each in proved)), join(inside))


def meet(known: list[Known | None]) -> Known | None:
    """What is all of these at once: each that is proved narrows it."""
    proved = [each for each in known if each is not None]
    if not proved:
        return None
    types = ANY.intersection(*(each.types for each in proved))
    listed = next((each.documents for each in proved if each.documents), ())
    fitting = tuple(document for document in listed if _JSON[type(document)] <= types)
    return Known(types, next((each.items for each in proved if each.items), None), fitting)
