import numpy as np
import pytest

from embeddings.model.bundle import Similarity
from embeddings.model.rejection import DirectionRejection, EvidenceRejection
from embeddings.reading.verdict import Verdict, garment_probability, judge, name_category, score
from embeddings.types import Neighbor, Reading

LABELS = ("Bag", "Coat", "Dress", "Shirt", "Trouser")
REJECTION = EvidenceRejection(
    bias=-6, confidence=4, energy=0, nearest=6, garment_threshold=0.5, close_match_cosine=0.6
)


def reading_of(probabilities):
    values = np.array(probabilities, dtype=np.float32)
    with np.errstate(divide="ignore"):
        logits = np.maximum(np.log(values), -50)
    return Reading(logits, values, np.array([1, 0], dtype=np.float32))


SURE = reading_of([0.97, 0.01, 0.01, 0.005, 0.005])
UNSURE = reading_of([0.2] * 5)


def test_a_sure_reading_with_a_near_neighbour_is_a_match():
    assert judge(SURE, [Neighbor(1, 0.9)], REJECTION) is Verdict.MATCH


def test_a_garment_with_nothing_near_has_no_close_match():
    assert judge(SURE, [Neighbor(1, 0.55)], REJECTION) is Verdict.NO_CLOSE_MATCH


def test_an_unsure_reading_with_nothing_near_is_no_garment():
    assert judge(UNSURE, [Neighbor(1, 0.1)], REJECTION) is Verdict.NOT_A_GARMENT


def test_the_nearest_neighbour_decides_wherever_it_stands():
    neighbors = [Neighbor(1, 0.1), Neighbor(2, 0.9)]

    assert judge(SURE, neighbors, REJECTION) is Verdict.MATCH


def test_an_empty_catalogue_says_nothing_against_a_shirt():
    assert judge(SURE, [], REJECTION) is Verdict.NO_CLOSE_MATCH


def test_an_empty_catalogue_does_not_make_a_garment_of_anything():
    assert judge(UNSURE, [], REJECTION) is Verdict.NOT_A_GARMENT


def test_the_probability_is_the_one_the_bundle_describes():
    rejection = EvidenceRejection(
        bias=0.5, confidence=2, energy=-1, nearest=3, garment_threshold=0, close_match_cosine=0
    )
    reading = Reading(
        np.log(np.array([1.5, 0.5], dtype=np.float32)),
        np.array([0.75, 0.25], dtype=np.float32),
        np.array([1, 0], dtype=np.float32),
    )

    probability = garment_probability(reading, 0.2, rejection)

    # 0.5 + 2 * 0.75 - log(1.5 + 0.5) + 3 * 0.2
    assert probability == pytest.approx(1 / (1 + np.exp(-(2.6 - np.log(2)))), abs=1e-6)


def test_huge_logits_do_not_overflow():
    steep = EvidenceRejection(0, 0, 1, 0, 0.5, 0.5)
    for size, expected in ((1e4, 1), (-1e4, 0)):
        logits = np.full(2, size, dtype=np.float32)
        reading = Reading(logits, np.array([0.5, 0.5], np.float32), np.array([1], np.float32))

        assert garment_probability(reading, 0, steep) == pytest.approx(expected)


def test_a_score_grows_with_the_cosine_and_stays_a_probability():
    similarity = Similarity(slope=800, intercept=-400)

    scores = [score(cosine, similarity) for cosine in (-1, 0, 0.5, 0.501, 1)]

    assert scores == sorted(scores)
    assert scores[0] == 0
    assert scores[2] == 0.5
    assert scores[-1] == 1


@pytest.mark.parametrize(("slope", "intercept"), [(8, -6.7), (48.5, -44.5), (9.4, -5.1), (6, -3)])
def test_the_very_picture_is_certain_and_no_order_is_lost_on_the_way(slope, intercept):
    similarity = Similarity(slope, intercept, "look")

    cosines = np.linspace(0.6, 0.9999, 20_001)
    scores = np.array([score(float(cosine), similarity) for cosine in cosines])

    assert (np.diff(scores) > 0).all()
    assert np.diff(scores).max() < 0.002  # no step
    assert score(1, similarity) == score(0.99995, similarity) == 1
    assert score(0.9, similarity) == pytest.approx(1 / (1 + np.exp(-(slope * 0.9 + intercept))))


def test_the_category_is_the_likeliest_and_the_next_follow():
    category = name_category(reading_of([0.05, 0.5, 0.3, 0.1, 0.05]), LABELS)

    assert (category.label, category.confidence) == ("Coat", pytest.approx(0.5))
    assert [each.label for each in category.alternatives] == ["Dress", "Shirt", "Bag"]


def test_alternatives_that_are_most_unlikely_are_left_out():
    category = name_category(reading_of([0.98, 0.0125, 0.0025, 0.0025, 0.0025]), LABELS)

    assert [each.label for each in category.alternatives] == ["Coat"]


def test_a_verdict_reads_as_the_word_that_users_see():
    assert [str(each) for each in Verdict] == ["match", "no_close_match", "not_a_garment"]


def test_the_direction_of_the_embedding_counts_for_or_against():
    towards = DirectionRejection(0, (3.0, -1.0), 0.5, 0.5)
    away = DirectionRejection(0, (-3.0, 1.0), 0.5, 0.5)

    assert garment_probability(SURE, 0, towards) == pytest.approx(1 / (1 + np.exp(-3)))
    assert judge(SURE, [], towards) is Verdict.NO_CLOSE_MATCH
    assert judge(SURE, [Neighbor(1, 0.9)], away) is Verdict.NOT_A_GARMENT
