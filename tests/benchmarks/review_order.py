"""How soon the review comes upon wrong categories that were planted in a supplier's file.

    python -m tests.benchmarks.review_order [--photos N] [--wrong SHARE] [--split validation]

Real product photos come with their shop's own words, as by a file; some are given another word of
that shop. A person works the queue, question by question, and says what the shop said: the share of
planted words that they come upon within their first questions is told, beside that of a queue in no
order. A real shop's words are wrong here and there, too: that counts as nothing found.
"""

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.access.terms import ActorKind, Role
from catalog.labelling import Word
from embeddings.datasets.product_photos import ProductPhoto, load_product_photos
from embeddings.photos.photo import open_photo
from service.access.actor import Actor
from service.review.asking import next_question
from service.review.deciding import decide
from service.review.figures import count_left
from service.review.looking import look_at_all
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import Services, build_services
from tests.stock_of_pictures import product_of

SEED = 12
WITHIN = (10, 20, 30, 50, 100)
_BATCH = 64
_SOMEBODY = Actor(ActorKind.ACCOUNT, "somebody", 1, Role.EDITOR)


@dataclass(frozen=True, slots=True)
class Planted:
    """A shop's words, and what a file says in their place."""

    truth: dict[str, str]  # by SKU
    said: dict[str, str | None]  # likewise; None: the file says nothing

    @property
    def wrong(self) -> set[str]:
        """The SKUs of which the file says something else."""
        return {sku for sku, word in self.said.items() if word not in (None, self.truth[sku])}


def planted(photos: Sequence[ProductPhoto], wrong: float, unnamed: float) -> Planted:
    """Give a share of the products another of the shop's words, and a share none."""
    draw = random.Random(SEED)
    truth = {photo.name: photo.article_type for photo in photos}
    words = sorted(set(truth.values()))
    said: dict[str, str | None] = dict(truth)
    skus = draw.sample(sorted(truth), len(truth))
    some = round(wrong * len(skus))
    for sku in skus[:some]:
        said[sku] = draw.choice([each for each in words if each != truth[sku]])
    for sku in skus[some : some + round(unnamed * len(skus))]:
        said[sku] = None
    return Planted(truth, said)


def fill(photos: Sequence[ProductPhoto], words: Planted, services: Services) -> None:
    """Import the photos, with the words of the file."""
    for start in range(0, len(photos), _BATCH):
        some = photos[start : start + _BATCH]
        items = [
            product_of(services, each.name, open_photo(each.path.read_bytes())) for each in some
        ]
        said = [words.said[each.name] for each in some]
        record_batch(
            [
                replace(item, word=None if word is None else Word(word))
                for item, word in zip(items, said, strict=True)
            ],
            services=services,
        )


def work(words: Planted, most: int, services: Services) -> list[tuple[str, tuple[str, ...]]]:
    """Answer the first questions with the truth; return which product each asked about, and why."""
    asked: list[tuple[str, tuple[str, ...]]] = []
    while len(asked) < most:
        question = next_question(by=_SOMEBODY, services=services)
        if question is None:
            break
        sku = question.product.sku
        asked.append((sku, tuple(each.value for each in question.opinion.reasons)))
        decide(sku, words.truth[sku], question.seen, by=_SOMEBODY, services=services)
    return asked


def report(words: Planted, asked: Sequence[tuple[str, tuple[str, ...]]], left: int) -> None:
    """Print what was come upon within the first questions."""
    total, wrong = len(words.truth), len(words.wrong)
    print(f"{total} products, {wrong} with a wrong word of the file; {left} wanted a look")
    print("within  found    of the wrong  in no order")
    for most in WITHIN:
        found = sum(sku in words.wrong for sku, _ in asked[:most])
        print(f"{most:6}  {found:3} of {wrong:<3} {found / wrong:8.0%} {most / total:12.0%}")
    why = Counter(reason for _, reasons in asked for reason in reasons)
    print("reasons:", ", ".join(f"{name} {count}" for name, count in why.most_common()))


def main() -> None:
    """Fill a shop, plant, work the queue, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--wrong", type=float, default=0.1, help="share of wrong words")
    parser.add_argument("--unnamed", type=float, default=0.0, help="share without a word")
    parser.add_argument("--split", default="validation")
    parser.add_argument("--seed", type=int, default=SEED)
    told = parser.parse_args()
    photos = [each for each in load_product_photos() if each.split == told.split]
    photos = random.Random(told.seed).sample(photos, told.photos)
    words = planted(photos, told.wrong, told.unnamed)
    with tempfile.TemporaryDirectory() as home:
        services = build_services(Settings(home=Path(home)))
        fill(photos, words, services)
        look_at_all(services=services)
        left = count_left(services=services)
        report(words, work(words, max(WITHIN), services), left)
        services.close()


if __name__ == "__main__":
    main()
