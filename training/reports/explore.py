"""The data report: what a data set holds, before anything is fitted on it."""

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from embeddings.datasets.fashion_mnist import FashionMnist
from embeddings.types import Ids, Pixels
from training.reports import html

SAMPLES = 10
SHOWN_DUPLICATES = 20


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Pictures that occur more than once, byte for byte."""

    within_train: int  # pictures beyond the first of their kind
    within_test: int
    across: tuple[tuple[int, int], ...]  # (train row, test row), one for each such test picture
    of_other_labels: int  # of those across, the ones whose labels differ


def find_duplicates(data: FashionMnist) -> Duplicates:
    """Find equal pictures within and across the two parts."""
    train, test = _digests(data.train_images), _digests(data.test_images)
    first = {digest: row for row, digest in reversed(list(enumerate(train)))}
    across = tuple((first[digest], row) for row, digest in enumerate(test) if digest in first)
    return Duplicates(
        within_train=len(train) - len(set(train)),
        within_test=len(test) - len(set(test)),
        across=across,
        of_other_labels=sum(
            int(data.train_labels[one] != data.test_labels[other]) for one, other in across
        ),
    )


def data_report(data: FashionMnist, names: tuple[str, ...]) -> str:
    """Return the report as a page of HTML."""
    return html.page(
        "What the data holds",
        [
            html.paragraph(
                f"{len(data.train_images):,} training and {len(data.test_images):,} test pictures "
                f"of {data.train_images.shape[1]} x {data.train_images.shape[2]} grey pixels, "
                f"{len(names)} categories."
            ),
            _balance(data, names),
            _samples(data.train_images, data.train_labels, names),
            _means(data.train_images, data.train_labels, names),
            _pixels(data, names),
            _duplicates(data, names),
        ],
    )


def _balance(data: FashionMnist, names: tuple[str, ...]) -> Markup:
    train, test = Counter(data.train_labels.tolist()), Counter(data.test_labels.tolist())
    rows = [
        (name, f"{train[i]:,}", f"{train[i] / len(data.train_labels):.1%}", f"{test[i]:,}")
        for i, name in enumerate(names)
    ]
    head = ("category", "training", "share", "test")
    return html.section("Categories and their balance", html.table(head, rows))


def _samples(images: Pixels, labels: Ids, names: tuple[str, ...]) -> Markup:
    rows = []
    for label, name in enumerate(names):
        chosen = np.flatnonzero(labels == label)[:SAMPLES]
        rows.append(html.row(*(html.thumbnail(images[row], f"{name}, {row}") for row in chosen)))
    return html.section("The first training pictures of each category", *rows)


def _means(images: Pixels, labels: Ids, names: tuple[str, ...]) -> Markup:
    shown = []
    for label, name in enumerate(names):
        if (of_label := labels == label).any():
            mean = np.rint(images[of_label].mean(axis=0)).astype(np.uint8)
            shown.append(html.thumbnail(mean, name))
    return html.section("The mean picture of each category", *shown)


def _pixels(data: FashionMnist, names: tuple[str, ...]) -> Markup:
    rows = []
    for name, images in (("training", data.train_images), ("test", data.test_images)):
        rows.append((f"all {name}", *_statistics(images)))
    for label, name in enumerate(names):
        of_label = data.train_images[data.train_labels == label]
        if len(of_label):
            rows.append((name, *_statistics(of_label)))
    head = ("pictures", "mean", "standard deviation", "black pixels", "white pixels")
    text = "Values are 0 (background) to 255. Training pictures, where not said otherwise."
    return html.section("Pixels", html.paragraph(text), html.table(head, rows))


def _statistics(images: Pixels) -> tuple[str, str, str, str]:
    black, white = float((images == 0).mean()), float((images == 255).mean())
    return f"{images.mean():.2f}", f"{images.std():.2f}", f"{black:.1%}", f"{white:.2%}"


def _duplicates(data: FashionMnist, names: tuple[str, ...]) -> Markup:
    found = find_duplicates(data)
    rows = [
        ("training pictures that repeat an earlier one", found.within_train),
        ("test pictures that repeat an earlier one", found.within_test),
        ("test pictures that are in the training part too", len(found.across)),
        ("of these, under another label", found.of_other_labels),
    ]
    shown = [
        html.thumbnail(
            data.test_images[test],
            f"test {test}: {names[data.test_labels[test]]}, "
            f"training {train}: {names[data.train_labels[train]]}",
        )
        for train, test in found.across[:SHOWN_DUPLICATES]
    ]
    text = "Equal byte for byte; pictures that only look alike are not counted."
    table = html.table(("duplicates", "pictures"), rows)
    return html.section("Duplicates", html.paragraph(text), table, *shown)


def _digests(images: Pixels) -> list[bytes]:
    return [hashlib.sha256(image.tobytes()).digest() for image in images]
