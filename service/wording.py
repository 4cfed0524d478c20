"""Numbers in sentences: with their noun, in the form that goes with them."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its thousands apart and its noun: `1 product`, `2,000 products`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def was_or_were(number: int) -> str:
    """Return the verb that goes with a counted noun."""
    return "was" if number == 1 else "were"
