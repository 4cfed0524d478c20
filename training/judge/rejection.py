"""Fits what tells a garment from anything else, and what a cosine is worth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from embeddings.model.bundle import Similarity
from embeddings.model.rejection import EvidenceRejection
from embeddings.types import Ids, Vectors
from training.judge.retrieval import nearest_cosines
from training.networks.predict import Answers, softmax

Scores = npt.NDArray[np.float64]
PAIRS = 1_000_000
LOST_GARMENTS = 0.01  # share of held-out garments that each threshold may turn away


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The three numbers that a photo is judged by, `(n,)` each."""

    confidence: Vectors
    energy: Vectors
    nearest: Vectors

    def joined(self, other: "Evidence") -> "Evidence":
        """Return the photos of both."""
        return Evidence(
            np.concatenate([self.confidence, other.confidence]),
            np.concatenate([self.energy, other.energy]),
            np.concatenate([self.nearest, other.nearest]),
        )

    def table(self) -> Scores:
        """Return them side by side, `(n, 3)`."""
        return np.stack([self.confidence, self.energy, self.nearest], axis=1).astype(np.float64)


def evidence(told: Answers, gallery: Vectors, temperature: float) -> Evidence:
    """Work out what a network's answers say; `gallery` `(m, dim)` holds what is known."""
    top = told.logits.max(axis=1)
    energy = top + np.log(np.exp(told.logits - top[:, None]).sum(axis=1))
    confidence = softmax(told.logits / np.float32(temperature)).max(axis=1)
    return Evidence(confidence, energy, nearest_cosines(told.embeddings, gallery))


def fit_rejection(garments: Evidence, others: Evidence) -> EvidenceRejection:
    """Fit a logistic regression, and thresholds that lose one garment in a hundred.

    Garments and others weigh the same, however many there are of each.
    """
    table = np.concatenate([garments.table(), others.table()])
    is_garment = np.arange(len(table)) < len(garments.nearest)
    # Standardised for the fit only: the penalty then treats the three alike.
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    fitted = LogisticRegression(class_weight="balanced").fit((table - mean) / spread, is_garment)
    weights = fitted.coef_[0] / spread
    bias = float(fitted.intercept_[0] - weights @ mean)
    probability = 1 / (1 + np.exp(-(garments.table() @ weights + bias)))
    return EvidenceRejection(
        bias=bias,
        confidence=float(weights[0]),
        energy=float(weights[1]),
        nearest=float(weights[2]),
        garment_threshold=float(np.quantile(probability, LOST_GARMENTS)),
        close_match_cosine=float(np.quantile(garments.nearest, LOST_GARMENTS)),
    )


def garment_scores(seen: Evidence, rejection: EvidenceRejection) -> Scores:
    """Return the probability that each photo shows a garment, `(n,)`."""
    weights = np.array([rejection.confidence, rejection.energy, rejection.nearest])
    scores: Scores = expit(seen.table() @ weights + rejection.bias)
    return scores


def auroc(garments: Scores, others: Scores) -> float:
    """Return the probability, 0..1, that a garment scores above another thing (ties: half)."""
    truth = np.arange(len(garments) + len(others)) < len(garments)
    return float(roc_auc_score(truth, np.concatenate([garments, others])))


def fit_similarity(
    queries: Vectors, query_labels: Ids, gallery: Vectors, gallery_labels: Ids, seed: int
) -> Similarity:
    """Fit the probability that two photos share a label, over all pairs, or a million of them."""
    if len(queries) * len(gallery) <= PAIRS:
        one, other = (side.ravel() for side in np.indices((len(queries), len(gallery))))
    else:
        rng = np.random.default_rng(seed)
        one = rng.integers(0, len(queries), PAIRS)
        other = rng.integers(0, len(gallery), PAIRS)
    cosine = np.einsum("ij,ij->i", queries[one], gallery[other])
    same = query_labels[one] == gallery_labels[other]
    fitted = LogisticRegression(C=1e6).fit(cosine[:, None].astype(np.float64), same)
    return Similarity(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))
