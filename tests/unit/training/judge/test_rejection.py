"""What tells garments from other things, and a cosine from a likely match, is fitted rightly."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: pip install .[train]")
pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from embeddings.model.bundle import InputSpec
from embeddings.reading.framing import frame
from embeddings.types import Photo
from training.judge.rejection import (
    Evidence,
    auroc,
    evidence,
    fit_rejection,
    fit_similarity,
    garment_scores,
)
from training.networks.predict import Answers
from training.others.drawn import FIT_KINDS, HELD_OUT_KINDS, as_studio_photo, cut_out, draw_others

SPEC = InputSpec(28, 28, 1, "studio-grey")


def photos(rng, count, confidence, energy, nearest):
    return Evidence(
        rng.normal(confidence, 0.05, count).astype(np.float32),
        rng.normal(energy, 1, count).astype(np.float32),
        rng.normal(nearest, 0.05, count).astype(np.float32),
    )


def test_garments_score_above_other_things():
    rng = np.random.default_rng(0)
    garments, others = photos(rng, 900, 0.9, 9, 0.9), photos(rng, 300, 0.6, 5, 0.5)

    rule = fit_rejection(garments, others)
    scores = garment_scores(garments, rule), garment_scores(others, rule)

    assert auroc(*scores) > 0.99
    assert (scores[1] < rule.garment_threshold).mean() > 0.9


def test_the_thresholds_turn_away_one_garment_in_a_hundred():
    rng = np.random.default_rng(1)
    garments = photos(rng, 5000, 0.9, 9, 0.9)

    rule = fit_rejection(garments, photos(rng, 500, 0.8, 7, 0.8))

    turned_away = garment_scores(garments, rule) < rule.garment_threshold
    assert turned_away.mean() == pytest.approx(0.01, abs=0.001)
    assert (garments.nearest < rule.close_match_cosine).mean() == pytest.approx(0.01, abs=0.001)


def test_evidence_is_that_worked_out_by_hand():
    told = Answers(np.array([[2, 0]], np.float32), np.array([[1, 0]], np.float32))
    gallery = np.array([[0, 1], [0.6, 0.8]], dtype=np.float32)

    seen = evidence(told, gallery, temperature=2)

    assert seen.energy[0] == pytest.approx(np.log(np.exp(2) + 1))
    assert seen.confidence[0] == pytest.approx(np.exp(1) / (np.exp(1) + 1))
    assert seen.nearest[0] == pytest.approx(0.6)


def test_a_higher_cosine_is_a_likelier_match():
    rng = np.random.default_rng(2)
    labels = np.arange(400) % 4
    vectors = np.eye(4, dtype=np.float32)[labels] + rng.normal(0, 0.2, (400, 4))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    fitted = fit_similarity(vectors[:100], labels[:100], vectors[100:], labels[100:], seed=0)

    def probability(cosine):
        return 1 / (1 + np.exp(-(fitted.slope * cosine + fitted.intercept)))

    assert probability(0.95) > 0.95
    assert probability(0.0) < 0.05


@pytest.mark.parametrize("kind", [*FIT_KINDS, *HELD_OUT_KINDS])
def test_pictures_of_no_garment_are_framed_repeat_themselves_and_differ(kind):
    made, again = draw_others(kind, 3, SPEC, seed=4), draw_others(kind, 3, SPEC, seed=4)

    assert made.shape == (3, 28, 28, 1)
    np.testing.assert_array_equal(made, again)
    assert not (made[0] == made[1]).all()


def test_no_kind_is_both_fitted_on_and_judged_by():
    assert FIT_KINDS.keys() & HELD_OUT_KINDS.keys() == set()


def test_a_garment_shown_as_a_photo_is_framed_back_to_nearly_itself():
    garment = np.zeros((28, 28, 1), dtype=np.uint8)
    garment[0:28, 8:20] = 180

    framed = frame(as_studio_photo(garment), SPEC)

    assert np.abs(framed.astype(int) - garment).mean() < 20


def test_a_garment_on_a_floor_is_cut_out_and_laid_on_white():
    floor = np.full((120, 100, 3), (120, 90, 60), dtype=np.uint8)
    floor[30:90, 30:70] = (20, 40, 160)

    laid = cut_out(Photo(floor))

    assert laid is not None
    assert (laid.pixels[2, 2] == 255).all()
    assert (laid.pixels[60, 50] == (20, 40, 160)).all()


def test_where_no_background_is_found_nothing_is_cut_out():
    assert cut_out(Photo(np.full((60, 60, 3), 90, dtype=np.uint8))) is None
