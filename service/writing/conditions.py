"""What a product must be like for a write to happen: If-Match and If-None-Match of RFC 9110."""

from dataclasses import dataclass

from catalog.errors import ConditionFailed

ANY = "*"


@dataclass(frozen=True, slots=True)
class Conditions:
    """The marks that a write names; None: it does not care.

    `ANY` stands for every state that there is, so not for a product that is not there.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def check(self, sku: str, mark: str | None) -> None:
        """Compare with the mark that a product has now; to be done where nobody else writes.

        Raises:
            ConditionFailed: the product is not in a state that was named.
        """
        if self.match is not None and not _names(self.match, mark):
            now = "there is no such product" if mark is None else f'its ETag is "{mark}" now'
            raise ConditionFailed(f"If-Match does not name the product '{sku}' as it is: {now}")
        if self.none_match is not None and _names(self.none_match, mark):
            raise ConditionFailed(
                f"If-None-Match excludes the product '{sku}' as it is: its ETag is \"{mark}\""
            )


ALWAYS = Conditions()


def _names(marks: frozenset[str], mark: str | None) -> bool:
    return mark is not None and (mark in marks or ANY in marks)
