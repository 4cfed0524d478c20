"""Teachers are asked of every view once; a killed run goes on, and other views are asked anew."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.config import FitConfig
from training.fit.distil import ask_teachers
from training.fit.taught_batches import TaughtBatches
from training.networks.predict import answer, softmax
from training.networks.small import CLASSIC, build, in_precision
from training.progress import no_progress
from training.views.batches import smoothed
from training.views.drawn_views import DrawnViews, ViewPlan

pytestmark = pytest.mark.train

PLAN = ViewPlan(epochs=2, seed=1, shift=1, mixup=1.0)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), dtype=np.uint8)
LABELS = np.arange(40) % 3
CONFIG = FitConfig(
    network="classic", epochs=4, seed=3, batch_size=16, view_epochs=2, shift=1, mixup=1.0,
    distil_weight=1.0, distil_temperature=2.0,
)  # fmt: skip


class Interrupted(Exception):
    """Stands for a killed process."""


def network(seed):
    keras.utils.set_random_seed(seed)
    return build(CLASSIC, 3)


@pytest.fixture(scope="module")
def teachers():
    return [network(1), network(2)]


@pytest.fixture(scope="module")
def views():
    return DrawnViews(IMAGES, PLAN)


@pytest.fixture(scope="module")
def told(teachers, views, tmp_path_factory):
    return ask_teachers(teachers, views, 2.0, tmp_path_factory.mktemp("told"), no_progress)


def test_each_view_gets_the_teachers_mean_answer_over_it_and_its_mirror_image(
    told, teachers, views
):
    assert told.shape == (2, 40, 3)
    for epoch in range(2):
        seen = views.take(epoch, np.arange(40))

        sides = [seen, np.ascontiguousarray(seen[:, :, ::-1])]
        expected = np.mean(
            [
                softmax(answer(model, side).logits / np.float32(2))
                for model in teachers
                for side in sides
            ],
            axis=0,
        )

        np.testing.assert_allclose(told[epoch], expected, atol=1e-3)


def test_an_interrupted_run_asks_only_of_what_is_missing(told, teachers, views, tmp_path):
    steps = []

    def stop_at_fourth(done, total, text):
        steps.append(done)
        if len(steps) == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        ask_teachers(teachers, views, 2.0, tmp_path, stop_at_fourth, block=15)
    resumed = ask_teachers(
        teachers, views, 2.0, tmp_path, lambda done, *_: steps.append(done), block=15
    )

    assert steps == [15, 30, 40, 55, 70, 80]
    np.testing.assert_allclose(resumed, told, atol=1e-3)


def test_answers_that_are_there_are_not_asked_for_again(teachers, views, tmp_path):
    once = np.array(ask_teachers(teachers, views, 2.0, tmp_path, no_progress))

    def never(done, total, text):
        raise AssertionError("nobody is to be asked")

    np.testing.assert_array_equal(ask_teachers(teachers, views, 2.0, tmp_path, never), once)


@pytest.mark.parametrize("changed", ["teachers", "plan", "pictures", "temperature", "torn"])
def test_answers_of_another_question_are_never_taken(changed, teachers, views, tmp_path):
    ask_teachers(teachers, views, 2.0, tmp_path, no_progress)
    asked, seen, temperature = teachers, views, 2.0
    match changed:
        case "teachers":
            asked = [teachers[0], network(7)]
        case "plan":
            seen = DrawnViews(IMAGES, replace(PLAN, seed=2))
        case "pictures":
            seen = DrawnViews(IMAGES[::-1].copy(), PLAN)
        case "temperature":
            temperature = 1.0
        case "torn":
            (tmp_path / "answers.json").write_text('{"asked": ')
    steps = []

    again = ask_teachers(asked, seen, temperature, tmp_path, lambda *step: steps.append(step))

    pictures = seen.take(0, np.arange(40))
    sides = (pictures, np.ascontiguousarray(pictures[:, :, ::-1]))
    logits = [answer(model, side).logits for model in asked for side in sides]
    expected = np.mean([softmax(row / temperature) for row in logits], axis=0)
    assert steps
    np.testing.assert_allclose(again[0], expected, atol=1e-3)


def test_a_teacher_says_nearly_the_same_in_a_shorter_precision(teachers):
    short = in_precision("mixed_bfloat16", teachers[0], "classic")

    whole, near = (softmax(answer(model, IMAGES).logits) for model in (teachers[0], short))

    np.testing.assert_allclose(near, whole, atol=0.02)


def batches(views, told, epoch=0, **changes):
    made = TaughtBatches(views, told, LABELS, 3, replace(CONFIG, **changes))
    made.start(epoch)
    return made


def contents(made):
    images, targets = zip(*(made[i] for i in range(len(made))), strict=True)
    return np.concatenate(images), np.concatenate(targets)


def test_a_student_sees_every_view_or_its_mirror_image_with_the_answer_to_it(views, told):
    for epoch in (0, 1, 2):
        seen = views.take(epoch % 2, np.arange(40))
        known = {picture.tobytes(): place for place, picture in enumerate(seen)}
        mirrored = {
            np.ascontiguousarray(picture[:, ::-1]).tobytes(): place
            for place, picture in enumerate(seen)
        }

        images, targets = contents(batches(views, told, epoch))

        places = [(known | mirrored)[image.tobytes()] for image in images]
        as_drawn = sum(image.tobytes() in known for image in images)
        assert sorted(places) == list(range(40))
        assert 5 < as_drawn < 35
        np.testing.assert_allclose(targets, told[epoch % 2][places], atol=2e-3)
        np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)


def test_students_of_other_seeds_and_epochs_go_in_other_orders(views, told):
    first, again, other, later = (
        contents(batches(views, told, epoch, seed=seed))[0]
        for epoch, seed in ((0, 3), (0, 3), (0, 4), (2, 3))
    )

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, later)


def test_the_labels_count_for_what_the_teachers_do_not(views, told):
    taught, mixed = (
        contents(batches(views, told, distil_weight=weight))[1] for weight in (1.0, 0.75)
    )
    order = np.random.default_rng((3, 0)).permutation(40)

    blended = views.blend(0, order, smoothed(3, 0.0)[LABELS])

    np.testing.assert_allclose(mixed, 0.75 * taught + 0.25 * blended, atol=1e-6)


def test_answers_of_other_views_are_refused(views, told):
    with pytest.raises(ValueError, match=r"\(2, 40, 3\).*\(1, 40, 3\)"):
        batches(views, told[:1])
