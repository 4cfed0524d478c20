import numpy as np
import pytest

from embeddings.model.rejection import DirectionRejection, EvidenceRejection
from embeddings.reading.verdict import garment_probability
from embeddings.types import Reading
from training.judge.direction import GarmentView, fit_direction, kind_weights, rejection_scores
from training.judge.rejection import auroc
from training.networks.predict import Answers, softmax

DIM, LABELS = 12, 5
TEMPERATURE = 1.3


def answers_of(centre, count, seed):
    """Embeddings around a centre, with logits that say nothing."""
    rng = np.random.default_rng(seed)
    vectors = centre + rng.normal(0, 0.3, (count, DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Answers(rng.normal(0, 1, (count, LABELS)).astype(np.float32), vectors.astype(np.float32))


GARMENTS = answers_of(np.eye(DIM)[0], 300, 1)
OTHERS = answers_of(np.eye(DIM)[1], 120, 2)
GROUPS = [f"sender {number % 30}" for number in range(300)]
KINDS = ["cats"] * 100 + ["cups"] * 20
NEAREST = np.linspace(0.5, 1, 300, dtype=np.float32)


def fitted(**changes):
    given = {
        "garments": [GarmentView(GARMENTS, GROUPS, 1.0)],
        "others": OTHERS,
        "kinds": KINDS,
        "nearest": NEAREST,
        **changes,
    }
    return fit_direction(**given)


def test_things_of_a_kind_never_seen_are_told_by_what_they_lack():
    strange = answers_of(np.eye(DIM)[1] + 0.5 * np.eye(DIM)[2], 200, 3)
    rule = fitted()

    garments = rejection_scores(answers_of(np.eye(DIM)[0], 200, 4), rule, GARMENTS.embeddings, 1)
    others = rejection_scores(strange, rule, GARMENTS.embeddings, 1)

    assert auroc(garments, others) > 0.99


def test_about_one_new_garment_in_a_hundred_is_lost():
    rule = fitted()

    scores = rejection_scores(answers_of(np.eye(DIM)[0], 4000, 5), rule, GARMENTS.embeddings, 1)

    assert 0.001 < (scores < rule.garment_threshold).mean() < 0.04


def test_a_way_of_showing_garments_is_learnt_when_it_is_there():
    # In a studio garments look like the other things, but for one number of twelve.
    centre = np.eye(DIM)[1] + np.eye(DIM)[3]
    studio = GarmentView(answers_of(centre, 60, 8), [f"shop {n % 9}" for n in range(60)], 0.5)
    photos = GarmentView(GARMENTS, GROUPS, 1.0)
    new = answers_of(centre, 500, 9)

    def kept(views):
        rule = fitted(garments=views)
        return (
            rejection_scores(new, rule, GARMENTS.embeddings, 1) >= rule.garment_threshold
        ).mean()

    assert kept([photos]) < 0.5
    assert kept([photos, studio]) > 0.9


def test_the_catalogue_has_no_say_in_what_a_garment_is():
    rule = fitted()

    assert isinstance(rule, DirectionRejection)
    assert rule.close_match_cosine == pytest.approx(np.quantile(NEAREST, 0.01))


@pytest.mark.parametrize(
    "rule",
    [
        EvidenceRejection(-1, 0.8, 0.3, 0.5, 0.5, 0.5),
        DirectionRejection(-1, tuple(np.linspace(-2, 2, DIM)), 0.5, 0.5),
    ],
)
def test_training_and_serving_work_out_the_same(rule):
    scores = rejection_scores(OTHERS, rule, GARMENTS.embeddings, TEMPERATURE)

    for number in range(20):
        logits, embedding = OTHERS.logits[number], OTHERS.embeddings[number]
        reading = Reading(logits, softmax(logits / np.float32(TEMPERATURE)), embedding)
        nearest = float((GARMENTS.embeddings @ embedding).max())
        assert garment_probability(reading, nearest, rule) == pytest.approx(scores[number])


def test_a_common_kind_weighs_more_than_a_rare_one_but_not_by_its_number():
    weights = kind_weights(["cats"] * 100 + ["cups"] * 4)

    assert weights.sum() == pytest.approx(1)
    assert weights[:100].sum() == pytest.approx(5 * weights[100:].sum())


def test_every_photo_has_its_group_and_its_kind():
    with pytest.raises(ValueError, match="300 garments have 299 groups"):
        fitted(garments=[GarmentView(GARMENTS, GROUPS[1:], 1.0)])
    with pytest.raises(ValueError, match="120 others 119 kinds"):
        fitted(kinds=KINDS[1:])
