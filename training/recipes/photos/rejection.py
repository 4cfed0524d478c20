"""What is no garment to the photo network: fitted and judged on pictures it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.datasets.clothing_photos import UNDECIDED, ClothingPhoto
from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import InputSpec
from embeddings.model.rejection import Rejection
from embeddings.reading.framing import frame
from embeddings.types import Photo, Pixels
from training.data.photo_data import frame_all
from training.data.studio_articles import show
from training.judge.direction import GarmentView, fit_direction, rejection_scores
from training.judge.judged import Judged
from training.judge.rejection import Scores
from training.judge.retrieval import nearest_cosines
from training.networks.predict import Answers
from training.onnx.served import Reader
from training.others.drawn import cut_out
from training.others.real import fit_kinds, judged_kinds, other_photos
from training.progress import Progress
from training.views.photo_augment import PLAIN, draw_view

PER_KIND = 250  # pictures of other things, of a kind; where there are fewer, all of them
VIEWS = 4  # of each garment: as if the photo had been taken again
ARTICLES = 400
SEED = 0
# Of garments in every way that they come, cut-outs and worse photos among them: of plain photos
# fewer are lost. At one in a hundred half of all cats would pass for clothes.
LOST = 0.03
_UNSURE = UNDECIDED[0]  # a garment whose category nobody could tell; no network learns from it


@dataclass(frozen=True, slots=True, eq=False)
class Garments:
    """Garments that the network was not fitted on, framed, and whose each is."""

    photos: Pixels  # (n, height, width, 3)
    senders: Sequence[str]
    articles: Pixels  # (m, height, width, 3), grey studio articles


@dataclass(frozen=True, slots=True, eq=False)
class OtherPictures:
    """Framed pictures of other things, with their kinds."""

    pictures: Pixels
    kinds: tuple[str, ...]


def unsure_garments(photos: Sequence[ClothingPhoto]) -> list[ClothingPhoto]:
    """Keep the garments that are in no category: unseen by every network."""
    return [photo for photo in photos if photo.label == _UNSURE]


def gather_garments(
    held_out: Pixels,
    senders: Sequence[str],
    unsure: Sequence[ClothingPhoto],
    studio: Part,
    spec: InputSpec,
    progress: Progress,
) -> Garments:
    """Gather garments to fit on: photos held out, those of no category, and grey articles."""
    more = frame_all([photo.path for photo in unsure], spec, progress)
    # Half of them on black, as a catalogue of them is, half on white.
    shown = enumerate(studio.images[-ARTICLES:])  # the first are what photos look for
    articles = [show(image, place % 2 == 0, spec) for place, image in shown]
    return Garments(
        np.concatenate([held_out, more]),
        [*senders, *(photo.sender for photo in unsure)],
        np.stack(articles),
    )


def gather_others(
    spec: InputSpec, *, judged: bool, progress: Progress, per_kind: int = PER_KIND
) -> OtherPictures:
    """Gather pictures of other things, of one side: up to `per_kind` of each kind.

    Raises:
        DatasetUnavailable: the real ones are not there.
    """
    wanted = judged_kinds() if judged else fit_kinds()
    pictures, kinds = [], []
    for kind, photo in other_photos(wanted, per_kind, SEED, judged=judged):
        pictures.append(frame(photo, spec))
        kinds.append(kind)
        if len(kinds) % 50 == 0:
            progress(len(kinds), len(wanted) * per_kind, "other things")
    return OtherPictures(np.stack(pictures), tuple(kinds))


def fit_photo_rejection(
    read: Reader, garments: Garments, others: OtherPictures, fitted: Answers
) -> Rejection:
    """Fit the direction in which garments lie; `fitted` are the photos that the network knows.

    Garments are shown in every way that they come in, photos weighing most: a rule that sees them
    on beds and floors only takes whatever lies on white for something else.
    """
    shown = read(garments.photos)
    known = [
        GarmentView(shown, garments.senders, 0.5),
        GarmentView(
            read(_taken_again(garments.photos)),
            [name for name in garments.senders for _ in range(VIEWS)],
            0.5,
        ),
        *_cut_out(read, garments),
        GarmentView(
            read(garments.articles),
            [f"article {place}" for place in range(len(garments.articles))],
            0.25,
        ),
    ]
    nearest = nearest_cosines(shown.embeddings, fitted.embeddings)
    return fit_direction(known, read(others.pictures), others.kinds, nearest, lost=LOST)


def judge_photo_rejection(
    read: Reader, rule: Rejection, garments: Answers, others: OtherPictures
) -> Judged:
    """Score garments of the test split and other things of the judged side."""
    none = np.zeros((1, garments.embeddings.shape[1]), dtype=np.float32)

    def scores(answers: Answers) -> Scores:
        # The rule asks the embedding alone: what a catalogue holds does not matter.
        return rejection_scores(answers, rule, none, 1.0)

    every = scores(read(others.pictures))
    names = np.asarray(others.kinds)
    return Judged(
        scores(garments),
        {kind: every[names == kind] for kind in dict.fromkeys(others.kinds)},
        fit_kinds(),
    )


def _taken_again(photos: Pixels) -> Pixels:
    rng = np.random.default_rng(SEED)
    height, width = photos.shape[1:3]
    again = [draw_view(photo, height, width, PLAIN, rng) for photo in photos for _ in range(VIEWS)]
    return np.stack(again)


def _cut_out(read: Reader, garments: Garments) -> list[GarmentView]:
    """Show the garments cut from their backgrounds, where these were found."""
    laid = [cut_out(Photo(photo)) for photo in garments.photos]
    found = [(one, name) for one, name in zip(laid, garments.senders, strict=True) if one]
    if not found:
        return []
    pictures = np.stack([one.pixels for one, _ in found])
    return [GarmentView(read(pictures), [name for _, name in found], 0.5)]
