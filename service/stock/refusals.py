"""Why a product, or a row beside it, cannot be brought back: somebody has changed it since."""

from catalog.facts import FACTS, Kind
from catalog.kept_states import CATEGORY, CREATED_AT, ID, PICTURES, State
from service.tables.prices import text_from_cents

_FACTS = {fact.name: fact for fact in FACTS}
_LONGEST_SHOWN = 60
ANEW = "what was decided with it has been decided anew since"


def why_not(after: State | None, present: State | None) -> str | None:
    """Return why a product is no longer as a change has left it; None where it is.

    `after` is what the change has left, None: no product; of a changed product only what the change
    was about, so that who has changed something else meanwhile is not in the way.
    """
    if after is None:
        return None if present is None else "a product of this SKU is there again"
    if present is None:
        return "it is not there any more"
    if present[ID] != after[ID]:
        return "it was withdrawn since, and another has come under its SKU"
    others = [name for name in after if name != CREATED_AT and present[name] != after[name]]
    if not others:
        return None
    return "changed since: " + ", ".join(_told(name, present) for name in others)


def why_not_row(after: State | None, present: State | None) -> str | None:
    """Return why a row beside a product is no longer as a change has left it; None where it is."""
    if after is None or present is None:
        same = after is present
    else:
        same = all(present.get(name) == value for name, value in after.items())
    return None if same else ANEW


def _told(name: str, present: State) -> str:
    if name == PICTURES:
        return "its pictures are others now"
    if name == CATEGORY:
        category = present[CATEGORY][0]
        return f"its category is '{category}' now" if category else "the model names its category"
    fact, value = _FACTS[name], present[name]
    if value is None:
        return f"it has no {fact.column} now"
    if fact.kind is Kind.PRICE and isinstance(value, int):
        value = text_from_cents(value)
    return f"its {fact.column} is '{str(value)[:_LONGEST_SHOWN]}' now"
