"""What an overlay said is read as grants and refusals, and anything else as a refusal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.overlay import OverlayAnswer, OverlayFailure, Verdict
from gateway.pdp.overlay_answer import MOST_REASONS, read_verdicts

TEXTS = frozenset({"niet van ons", "na overleg", "a", "b", "c", "d", "e"})
GRANT = {"granted": True, "reasons": []}


def verdict(document: Any) -> Verdict:
    """On the field `naam`, as the exchange will read it."""
    read = read_verdicts(document, ("naam",), TEXTS)
    failure = OverlayFailure.MALFORMED if read is None else None
    return OverlayAnswer("1", "1", False, read or {}, failure).of("naam")


def test_a_grant_and_a_refusal():
    assert verdict({"fields": {"naam": GRANT}}) == Verdict(True)
    refusal = {"granted": False, "reasons": ["na overleg", "niet van ons"]}
    assert verdict({"fields": {"naam": refusal}}) == Verdict(False, ("na overleg", "niet van ons"))


@pytest.mark.parametrize("document", [{"fields": {}}, {"fields": {"anders": GRANT}}])
def test_a_field_that_is_not_named_is_refused(document: Any):
    assert verdict(document) == Verdict(False)


@pytest.mark.parametrize(
    "entry",
    [
        True,
        None,
        [],
        {},
        {"granted": True},
        {"reasons": []},
        {"granted": "true", "reasons": []},
        {"granted": 1, "reasons": []},
        {"granted": 0, "reasons": []},
        {"granted": None, "reasons": []},
        {"granted": True, "reasons": None},
        {"granted": True, "reasons": {}},
        {"granted": True, "reasons": ["a"]},
        {"granted": True, "reasons": [], "obligations": []},
        {"granted": False, "reasons": "a"},
        {"granted": False, "reasons": [1]},
        {"granted": False, "reasons": [["a"]]},
        {"granted": False, "reasons": ["made of the facts"]},
        {"granted": False, "reasons": ["a", "b", "c", "d", "e"][: MOST_REASONS + 1]},
    ],
)
def test_what_means_nothing_is_a_refusal_without_words(entry: Any):
    assert verdict({"fields": {"naam": entry}}) == Verdict(False, (), broken=True)


@pytest.mark.parametrize("document", [{}, {"fields": None}, {"fields": [{"name": "naam", **GRANT}]}, {"naam": GRANT}])
def test_an_answer_without_fields_is_none(document: Any):
    assert verdict(document) == Verdict(False, (), broken=True)


def test_of_what_was_not_asked_nothing_is_read():
    assert read_verdicts({"fields": {"naam": GRANT, "bsn": GRANT}}, ("naam",), TEXTS) == {"naam": Verdict(True)}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(sorted(TEXTS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["granted", "reasons", "x"]), JSON))
def test_nothing_but_a_plain_grant_grants(entry: dict[str, Any]):
    assert verdict({"fields": {"naam": entry}}).granted is (entry.get("granted") is True and entry == GRANT)
