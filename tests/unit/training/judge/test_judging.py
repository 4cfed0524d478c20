import numpy as np
import pytest

from training.judge.judgement import auroc_share, judge_rejection, roc_of
from training.judge.rejection import auroc
from training.reports.plots import draw_roc

RNG = np.random.default_rng(7)
GARMENTS = RNG.beta(8, 2, 400)
OTHERS = {"cats": RNG.beta(2, 8, 60), "cups": RNG.beta(3, 5, 300)}


def judged():
    return judge_rejection(GARMENTS, OTHERS, threshold=0.5, fitted_on=("noise",))


def test_each_kind_and_all_of_them_are_judged():
    told = judged()

    assert [each.kind for each in told.kinds] == ["cats", "cups"]
    assert told.auroc.value == pytest.approx(auroc(GARMENTS, np.concatenate([*OTHERS.values()])))
    assert told.mean_auroc == pytest.approx(np.mean([each.auroc for each in told.kinds]))
    assert told.others == 360
    assert told.turned_away.count == 360


def test_what_is_kept_and_turned_away_is_counted_at_the_threshold():
    told = judge_rejection(
        np.array([0.5, 0.9, 0.4]), {"cats": np.array([0.1, 0.5])}, threshold=0.5, fitted_on=()
    )

    assert told.garments_kept.value == pytest.approx(2 / 3)
    assert told.turned_away.value == 0.5


def test_the_interval_holds_the_value_and_narrows_with_more_pictures():
    few = auroc_share(GARMENTS[:40], OTHERS["cups"][:40])
    many = auroc_share(GARMENTS, OTHERS["cups"])

    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_the_interval_repeats_itself():
    assert auroc_share(GARMENTS, OTHERS["cats"]) == auroc_share(GARMENTS, OTHERS["cats"])


def test_the_curve_rises_from_nothing_to_everything():
    curve = roc_of(GARMENTS, OTHERS["cups"], points=50)

    assert (curve.let_in[0], curve.kept[0]) == (0, 0)
    assert (curve.let_in[-1], curve.kept[-1]) == (1, 1)
    assert sorted(curve.let_in) == list(curve.let_in)
    assert sorted(curve.kept) == list(curve.kept)
    assert len(curve.kept) <= 50


def test_the_area_under_the_points_is_nearly_the_auroc():
    curve = roc_of(GARMENTS, OTHERS["cups"])

    area = np.trapezoid(curve.kept, curve.let_in)

    assert area == pytest.approx(auroc(GARMENTS, OTHERS["cups"]), abs=0.005)


def test_the_curve_is_drawn(tmp_path):
    draw_roc(judged(), tmp_path / "roc.png")

    assert (tmp_path / "roc.png").read_bytes().startswith(b"\x89PNG")
