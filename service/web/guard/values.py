"""What a form of the staff's pages sent: short fields, each once or several times."""

from flask import request

from service.errors import BadRequestValue

_LONGEST = 2_000


def sent(name: str, longest: int = _LONGEST) -> str:
    """Give a field of the form; empty where it was not sent. Raises: BadRequestValue."""
    value = request.form.get(name, "")
    if len(value) > longest:
        raise BadRequestValue(f"{name}: at most {longest} characters, got {len(value)}")
    return value


def sent_several(name: str) -> tuple[str, ...]:
    """Give a field that may come several times. Raises: BadRequestValue."""
    return tuple(value[:_LONGEST] for value in request.form.getlist(name)[:_LONGEST])


def sent_number(name: str, otherwise: int | None) -> int | None:
    """Give a whole number of the form; `otherwise` where it was left empty.

    Raises: BadRequestValue.
    """
    value = sent(name).strip()
    if not value:
        return otherwise
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        rule = f"{name} is a whole number, got '{value[:40]}'"
        raise BadRequestValue(rule, {name: [f"{rule}."]})
    return int(value)
