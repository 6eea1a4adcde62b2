"""The citizen service number (burgerservicenummer): its form alone. Nothing here says whose one is."""

import re

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-/]?\d){7,8}(?!\d)", re.ASCII)


def is_bsn(text: str) -> bool:
    """Nine digits that pass the elfproef; nine zeros are nobody."""
    if len(text) != 9 or not (text.isascii() and text.isdigit()) or text == "0" * 9:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 11 == 0


def names_somebody(text: str) -> bool:
    """Whether a text has a number in it that could be a BSN: eight or nine digits that pass the elfproef, whatever
    stands between them.
    """
    digits = (re.sub(r"\D", "", each) for each in _NUMBER.findall(text))
    return any(is_bsn(each.zfill(9)) for each in digits)
