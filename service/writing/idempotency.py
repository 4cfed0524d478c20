"""Does a batch once, however often it comes under one Idempotency-Key, and answers it the same."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from catalog.errors import Contradiction
from catalog.kept_answers import forget_answers, keep_answer, kept_answer
from catalog.models import now
from service.access.actor import Actor
from service.errors import BadRequestValue
from service.wiring import Services
from service.writing.lines import BATCH, Line, told_of, write_batch

HEADER = "Idempotency-Key"
KEY = r"^[!-~]{1,128}$"
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What tells a request from every other: who asks by which key, and the body."""

    digest: str
    body: str


def repeatable(key: str | None, body: bytes, by: Actor) -> Repeatable | None:
    """Read a key; None where none came. Raises: BadRequestValue."""
    if key is None:
        return None
    if not re.fullmatch(KEY, key):
        rule = f"an {HEADER} is 1 to 128 letters, digits and signs, got '{key[:40]}'"
        raise BadRequestValue(rule, {HEADER: [rule]})
    # Nobody gets what another was answered; the number of a removed account may come again.
    whose = f"{by.kind} {by.id} {by.name} {key}"
    return Repeatable(hashlib.sha256(whose.encode()).hexdigest(), hashlib.sha256(body).hexdigest())


def write_lines(
    lines: Sequence[Line], repeated: Repeatable | None, *, by: Actor, services: Services
) -> str:
    """Create products, or change what is said of known ones; return the answer, a line for each.

    What a line does not say stays as it is. Each `BATCH` lines are one transaction, in which their
    answer is kept: cut off in between, the request goes on there when it comes again.

    Raises:
        BadRequestValue: the key came with another body before.
    """
    answers = []
    for part, first in enumerate(range(0, len(lines), BATCH)):
        batch = lines[first : first + BATCH]
        with services.database.writing() as session:
            answer = None
            if repeated is not None:
                if part == 0:
                    forget_answers(session, now() - _KEPT)
                answer = _known(session, repeated, part)
            if answer is None:
                write_batch(session, batch, by=by, services=services)
                answer = b"".join(told_of(batch)).decode()
                if repeated is not None:
                    keep_answer(session, repeated.digest, part, repeated.body, answer)
        answers.append(answer)
    return "".join(answers)


def once(session: Session, repeated: Repeatable | None, do: Callable[[], str]) -> str:
    """Do something in a transaction, unless it was done under this key; return its answer.

    Raises:
        BadRequestValue: the key came with another body before.
    """
    if repeated is None:
        return do()
    forget_answers(session, now() - _KEPT)
    answer = _known(session, repeated, 0)
    if answer is None:
        answer = do()
        keep_answer(session, repeated.digest, 0, repeated.body, answer)
    return answer


def _known(session: Session, repeated: Repeatable, part: int) -> str | None:
    try:
        return kept_answer(session, repeated.digest, part, repeated.body)
    except Contradiction as error:
        rule = f"this {HEADER} came with another body before: choose another"
        raise BadRequestValue(rule, {HEADER: [rule]}) from error
