"""The citizen service number (burgerservicenummer): its form alone. Nothing here says whose one is."""

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_bsn(text: str) -> bool:
    """Nine digits that pass the elfproef; nine zeros are nobody."""
    if len(text) != 9 or not (text.isascii() and text.isdigit()) or text == "0" * 9:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 11 == 0
