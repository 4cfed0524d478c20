"""How errors look from outside."""

from http import HTTPStatus

import catalog.errors
import embeddings.errors
import service.errors
from service.problems import PROBLEMS, UNEXPECTED, problem_of, problem_of_status


def test_a_strangers_picture_is_never_our_fault():
    assert problem_of(embeddings.errors.UnreadablePhoto("x")).status == 422
    assert problem_of(embeddings.errors.PhotoTooLarge("x")).status == 422


def test_an_error_looks_like_the_nearest_class_that_is_listed():
    class VeryUnreadable(embeddings.errors.UnreadablePhoto):
        pass

    assert problem_of(VeryUnreadable("x")).kind == "unreadable-photo"


def test_what_nobody_planned_is_a_500_that_says_nothing_of_the_inside():
    assert problem_of(ZeroDivisionError("secret")) == UNEXPECTED
    assert UNEXPECTED.status == 500


def test_one_kind_has_one_status_and_one_title():
    told = {(each.kind, each.status, each.title) for each in PROBLEMS.values()}

    assert len({kind for kind, _, _ in told}) == len(told)


def test_only_what_is_busy_or_too_long_asks_to_come_again_and_a_busy_catalogue_later():
    patience = {each: problem.retry_after_s for each, problem in PROBLEMS.items()}

    assert {each: seconds for each, seconds in patience.items() if seconds is not None} == {
        service.errors.ServerBusy: 2,
        embeddings.errors.DecodingBusy: 2,
        service.errors.DeadlinePassed: 5,
        service.errors.CatalogueBusy: 30,
    }


def test_only_errors_of_our_own_packages_are_listed():
    roots = (
        catalog.errors.CatalogError,
        embeddings.errors.EmbeddingsError,
        service.errors.ServiceError,
    )

    assert all(issubclass(each, roots) for each in PROBLEMS)


def test_http_errors_carry_their_own_name():
    problem = problem_of_status(405)

    assert (problem.status, problem.title) == (405, HTTPStatus(405).phrase)


def test_a_body_over_the_limit_looks_like_an_upload_over_the_limit():
    assert problem_of_status(413) == PROBLEMS[service.errors.UploadTooLarge]


def test_a_bad_value_says_of_which_field():
    error = service.errors.BadRequestValue("page: too low", {"page": ["too low"]})

    assert error.fields == {"page": ["too low"]}
    assert service.errors.BadRequestValue("no").fields == {}
