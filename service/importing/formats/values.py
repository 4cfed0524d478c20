"""What cells of shop systems mean: truth, pictures, categories, ends of sales, names cut short."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from catalog.facts import FACTS
from embeddings.tables.naming import name_of

MAX_PHOTOS = 20  # as many as a product has
MAX_LIST = 4000  # characters of a list of SKUs
_YES = {"1", "true", "yes", "y", "ja", "oui", "sí", "si", "tak", "sim", "wahr", "vrai"}
_NO = {"0", "-1", "false", "no", "n", "nein", "non", "nee", "nie", "não", "falsch", "faux"}
_ADDRESS = re.compile(r"\s*[,;|]\s*(?=(?:https?:)?//)", re.IGNORECASE)
_NO_CATEGORY = {
    "uncategorized", "uncategorised", "unkategorisiert", "non classé", "sin categorizar",
    "senza categoria", "non categorizzato", "geen categorie", "ongecategoriseerd",
    "bez kategorii", "sem categoria", "default category", "root catalog", "root", "home",
    "accueil", "startseite", "inicio", "default", "all",
}  # fmt: skip
_OFTEN = {
    "shop_colour": "shade colorway colourway",
    "size": "shoesize schuhgrösse kleidergrösse pointure",
    "gender": "targetgroup zielgruppe",
}
_TELLING = ("shop_colour", "size", "gender", "brand")
_FACTS = {
    word: fact.column
    for fact in FACTS
    if fact.column in _TELLING
    for word in (
        fact.column, "colour" if fact.column == "shop_colour" else fact.column,
        *fact.synonyms.split(), *_OFTEN.get(fact.column, "").split(),
    )
}  # fmt: skip


def bare(name: str) -> str:
    """Give a name without case, spaces and signs."""
    return re.sub(r"[\W_]", "", name_of(name))


def fact_called(name: str) -> str | None:
    """Give the fact that an option or attribute tells by its name, such as `Farbe`."""
    return _FACTS.get(bare(name.removeprefix("pa_")))


def is_yes(cell: str) -> bool:
    """Return whether a cell says yes, in some language."""
    return cell.strip().lower() in _YES


def is_no(cell: str) -> bool:
    """Return whether a cell says no; an empty one says nothing."""
    return cell.strip().lower() in _NO


def addresses(cell: str) -> list[str]:
    """Split a cell into pictures' addresses or names, which may have commas of their own."""
    parts = _ADDRESS.split(cell) if "//" in cell else re.split(r"\s*[,;|]\s*", cell)
    return [part.strip() for part in parts if part.strip()]


def pictures(names: Iterable[str]) -> tuple[str, bool]:
    """Join pictures, each once, and say whether there were more than a product has."""
    each = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    return "|".join(name.replace("|", "%7C") for name in each[:MAX_PHOTOS]), len(each) > MAX_PHOTOS


def skus(cell: str, between: str = ",") -> str:
    """Join a list of SKUs as we write it, cut where it is too long for one."""
    found: list[str] = []
    size = 0
    for part in cell.split(between):
        sku = part.strip()
        size += len(sku) + 1
        if sku and size <= MAX_LIST:
            found.append(sku)
    return "|".join(found)


def category(paths: Iterable[str], level: str) -> str:
    """Give the last step of the deepest path, such as `Dresses` of `Women > Dresses`.

    A number of somebody's taxonomy, such as `1604`, is no name.
    """
    best: list[str] = []
    for path in paths:
        steps = [step.strip() for step in path.split(level) if step.strip()]
        if steps and (steps[-1].lower() in _NO_CATEGORY or steps[-1].isdigit()):
            continue
        if len(steps) > len(best):
            best = steps
    return best[-1] if best else ""


def has_ended(cell: str, now: datetime | None = None) -> bool:
    """Return whether a sale's last day is over; what cannot be read has not ended."""
    text = cell.strip().replace("/", "-")
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        return False
    if end.tzinfo is None:
        end = end.replace(tzinfo=UTC)
    if len(text) <= 10 or text.endswith("00:00:00"):
        end = end.replace(hour=23, minute=59, second=59)
    return end < (now or datetime.now(UTC))


def shortened(name: str, longest: int = 64) -> str:
    """Cut a name that is too long so that it stays itself and no other is cut to the same."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def slug(*words: str) -> str:
    """Make one word of several, as addresses have them."""
    return "-".join(part for word in words for part in re.findall(r"\w+", word.lower()))
