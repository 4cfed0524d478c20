"""What a catalogue must hold, worked out from what was said to it and in which order."""

from copy import deepcopy
from dataclasses import dataclass, field

from catalog.labelling import Speaker
from catalog.stored import ProductRecord

FACTS = ("title", "price_cents", "stock", "brand", "style")


@dataclass
class Kept:
    """A product, as those who spoke of it left it."""

    facts: dict
    photos: list[str]  # source digests, in order
    word: str | None = None
    spoken: int = 0  # rises each time that a person decides; 0: nobody has


@dataclass
class Told:
    """Every product by its SKU. It knows nothing of tables and transactions."""

    products: dict[str, Kept] = field(default_factory=dict)
    decisions: int = 0
    # Of each key under which a batch came: what came, and what was answered.
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)

    def copy(self) -> "Told":
        """Remember this moment."""
        return deepcopy(self)

    def spoken(self, sku: str) -> int:
        """Give what tells a person's last decision from the others; 0 where there is none."""
        kept = self.products.get(sku)
        return 0 if kept is None else kept.spoken

    def lacks(self, record: ProductRecord) -> bool:
        """Say whether a record speaks of a product that is not there."""
        whole = "title" in record.facts | record.new_facts and record.photos is not None
        return record.sku not in self.products and not whole

    def say(self, record: ProductRecord, known: int | None = None) -> str:
        """Take a record in, and say what became of it; `known` is `spoken` as a person knew it."""
        kept = self.products.get(record.sku)
        photos = list(dict.fromkeys(each.source_digest for each in record.photos or ()))
        word = record.word
        if kept is None:
            unsaid = dict.fromkeys(FACTS) | {"stock": 0}
            facts = unsaid | record.new_facts | record.facts
            kept = Kept({name: facts[name] for name in FACTS}, photos)
            self.products[record.sku] = kept
            if word is not None and word.speaker is not Speaker.MODEL:
                self._decide(kept, word.category)
            return "added"
        before = deepcopy(kept)
        kept.facts |= {name: value for name, value in record.facts.items() if name in FACTS}
        if record.photos is not None:
            kept.photos = photos
        refused = False
        if word is not None and word.category != kept.word and word.speaker is not Speaker.MODEL:
            person = word.speaker is Speaker.PERSON and known in (None, kept.spoken)
            if person or not kept.spoken:
                self._decide(kept, word.category)
            else:
                refused = True
        if kept != before:
            return "updated"
        return "kept" if refused else "unchanged"

    def label(self, sku: str, word: str | None) -> None:
        """Take a person's word in."""
        if self.products[sku].word != word or (word is None and not self.products[sku].spoken):
            self._decide(self.products[sku], word)

    def remove(self, skus) -> None:
        """Forget these products; unknown ones are ignored."""
        for sku in skus:
            self.products.pop(sku, None)

    def _decide(self, kept: Kept, word: str | None) -> None:
        self.decisions += 1
        kept.word, kept.spoken = word, self.decisions
