"""What a shopper narrows a search or a listing to."""

from dataclasses import dataclass

from catalog.errors import BadFilter


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; None asks nothing. Prices are inclusive."""

    category: str | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    in_stock: bool = False  # True: only what can be bought now
    text: str | None = None  # words that must all be in the title or be the SKU

    def __post_init__(self) -> None:
        """Refuse prices that no product can have.

        Raises:
            BadFilter: a price is below zero, or the lowest is above the highest.
        """
        low, high = self.min_price_cents, self.max_price_cents
        for price in (low, high):
            if price is not None and price < 0:
                raise BadFilter(f"a price is at least 0, got {price} cents")
        if low is not None and high is not None and low > high:
            raise BadFilter(f"the lowest price ({low} cents) is above the highest ({high} cents)")

    @property
    def narrow(self) -> bool:
        """Whether any condition is set."""
        return self != Filters()
