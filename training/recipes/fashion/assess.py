"""Works out every figure of a fitted network, for its report, its card and its bundle."""

from dataclasses import dataclass

import keras
import numpy as np

from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import InputSpec, Similarity
from embeddings.model.rejection import EvidenceRejection
from embeddings.reading.framing import frame
from embeddings.types import Ids, Pixels
from training.data.split import FitData
from training.judge.calibration import Calibration, calibration, fit_temperature
from training.judge.judgement import Detection, detections
from training.judge.metrics import (
    LabelFigures,
    Share,
    confusion,
    label_figures,
    share,
    worst_mistakes,
)
from training.judge.rejection import (
    Evidence,
    auroc,
    evidence,
    fit_rejection,
    fit_similarity,
    garment_scores,
)
from training.judge.retrieval import Retrieval, retrieval
from training.networks.predict import Answers, answer
from training.others.drawn import FIT_KINDS, HELD_OUT_KINDS, as_studio_photo, draw_others
from training.progress import Progress

SEED = 0
SHOWN_MISTAKES = 40
OTHERS_PER_KIND = 250  # pictures of each kind of what is no garment


@dataclass(frozen=True, slots=True)
class RejectionFigures:
    """How well what is no garment is told, on kinds that the fit never saw."""

    auroc: float  # test garments against all held-out kinds
    garments: int
    others: int
    garments_kept: Share  # test garments called garments
    studio_garments_kept: Share  # the same shown as photos on white, then framed
    kinds: tuple[Detection, ...]
    fitted_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is told of a network; test figures are of single, unmoved pictures."""

    test_accuracy: Share
    test_loss: float  # after temperature scaling
    held_out_accuracy: Share
    train_accuracy: Share  # on the pictures it was fitted on, unmoved and without dropout
    labels: tuple[LabelFigures, ...]
    confusion: tuple[tuple[int, ...], ...]  # rows: the right label; columns: the named one
    temperature: float
    before: Calibration  # on the test pictures
    after: Calibration
    retrieval: Retrieval  # from test to all training pictures
    rejection: RejectionFigures


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The figures, and what a bundle needs besides."""

    figures: Figures
    similarity: Similarity
    rejection: EvidenceRejection
    mistakes: Ids  # test pictures that are wrong with the most confidence
    test: Answers


def assess(
    model: keras.Model,
    data: FitData,
    test: Part,
    spec: InputSpec,
    progress: Progress,
    others_per_kind: int = OTHERS_PER_KIND,
) -> Assessment:
    """Judge a network on `test`, with everything adjustable fitted on held-out pictures."""
    test_images = test.images if test.images.ndim == 4 else test.images[..., np.newaxis]
    progress(0, 4, "reading every picture")
    tested = answer(model, test_images)
    held = answer(model, data.held_out_images)
    fitted = answer(model, data.images)
    temperature = fit_temperature(held.logits, data.held_out_labels)
    progress(1, 4, "searching")
    found = retrieval(
        tested.embeddings,
        test.labels,
        np.concatenate([fitted.embeddings, held.embeddings]),
        np.concatenate([data.labels, data.held_out_labels]),
    )
    progress(2, 4, "reading what is no garment")
    seen = _Seen(model, fitted, temperature, spec)
    rule = fit_rejection(
        seen.garments(held, data.held_out_images[: 4 * others_per_kind]),
        seen.others(tuple(FIT_KINDS), others_per_kind),
    )
    rejected = _judge_rejection(rule, seen, tested, test_images, others_per_kind)
    progress(3, 4, "counting")
    similarity = fit_similarity(
        held.embeddings, data.held_out_labels, fitted.embeddings, data.labels, SEED
    )
    matrix = confusion(tested.logits.argmax(axis=1), test.labels, len(data.names))
    after = calibration(tested.logits, test.labels, temperature)
    figures = Figures(
        test_accuracy=_right(tested, test.labels),
        test_loss=after.loss,
        held_out_accuracy=_right(held, data.held_out_labels),
        train_accuracy=_right(fitted, data.labels),
        labels=tuple(label_figures(matrix, data.names)),
        confusion=tuple(tuple(int(cell) for cell in row) for row in matrix),
        temperature=temperature,
        before=calibration(tested.logits, test.labels, 1.0),
        after=after,
        retrieval=found,
        rejection=rejected,
    )
    mistakes = worst_mistakes(tested.logits, test.labels, SHOWN_MISTAKES)
    progress(4, 4, "done")
    return Assessment(figures, similarity, rule, mistakes, tested)


def _right(told: Answers, labels: Ids) -> Share:
    return share(int((told.logits.argmax(axis=1) == labels).sum()), len(labels))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Shows pictures to a network and gives the evidence that they are garments."""

    model: keras.Model
    gallery: Answers
    temperature: float
    spec: InputSpec

    def of(self, told: Answers) -> Evidence:
        return evidence(told, self.gallery.embeddings, self.temperature)

    def studio(self, garments: Pixels) -> Evidence:
        framed = [frame(as_studio_photo(garment), self.spec) for garment in garments]
        return self.of(answer(self.model, np.stack(framed)))

    def garments(self, framed: Answers, shown: Pixels) -> Evidence:
        """Garments as the data set has them, and some of them shown as photos."""
        return self.of(framed).joined(self.studio(shown))

    def others(self, kinds: tuple[str, ...], count: int) -> Evidence:
        made = [draw_others(kind, count, self.spec, SEED) for kind in kinds]
        return self.of(answer(self.model, np.concatenate(made)))


def _judge_rejection(
    rule: EvidenceRejection, seen: _Seen, tested: Answers, test_images: Pixels, count: int
) -> RejectionFigures:
    garments = garment_scores(seen.of(tested), rule)
    studio = garment_scores(seen.studio(test_images[:count]), rule)
    others = {k: garment_scores(seen.others((k,), count), rule) for k in HELD_OUT_KINDS}
    least = rule.garment_threshold
    return RejectionFigures(
        auroc=auroc(garments, np.concatenate(list(others.values()))),
        garments=len(garments),
        others=count * len(others),
        garments_kept=share(int((garments >= least).sum()), len(garments)),
        studio_garments_kept=share(int((studio >= least).sum()), len(studio)),
        kinds=detections(garments, others, least),
        fitted_on=tuple(FIT_KINDS),
    )
