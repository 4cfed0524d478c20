import pytest

from service.bench.timing import Row, compare, percentile


def test_the_two_sides_are_run_in_turn_and_their_medians_given():
    order = []

    def service(number):
        order.append(("service", number))
        return [5.0, 1.0, 3.0][number]

    def bare(number):
        order.append(("bare", number))
        return [2.0, 9.0, 1.0][number]

    medians = compare(service, bare, rounds=3, warm_up=0)

    assert medians == (3.0, 2.0)
    assert order == [(side, number) for number in range(3) for side in ("service", "bare")]


def test_what_is_run_to_warm_up_is_not_counted():
    times = iter([100.0, 100.0, 1.0, 2.0])

    medians = compare(lambda _: next(times), lambda _: next(times), rounds=1, warm_up=1)

    assert medians == (1.0, 2.0)


def test_a_ratio_says_how_many_times_the_bare_time():
    assert Row("search", 100, service_ms=3.0, bare_ms=2.0).ratio == pytest.approx(1.5)


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 51), (99, 100), (100, 100)])
def test_a_percentile_is_one_of_the_values(percent, value):
    assert percentile([float(each) for each in range(100, 0, -1)], percent) == value
