"""The shop's categories: one is made the same as another, and its products move there."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from service.errors import BadRequestValue
from service.jobs.job import Job
from service.jobs.kinds.changing_many import ask_to_rename_within
from service.jobs.queue import ring
from service.problems import SEE_OTHER, problem_of
from service.stock.patience import MOST_AT_ONCE
from service.stockroom.bulk import rename_within, renaming
from service.stockroom.categories import (
    Joined,
    begin_join,
    choices,
    forget_word,
    shop_categories,
)
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services

bp = Blueprint("staff_categories", __name__, url_prefix="/staff/categories")

PER_PAGE = 200
_MOST_IN_LIST = 100  # categories that each row lists by itself


@bp.get("", endpoint="categories")
def every() -> Response:
    """List the categories with their products, and the words that stand for them."""
    return _page()


@bp.post("/join")
def join() -> BaseResponse:
    """Make a category the same as another, and move its products there."""
    word, jobs = sent("word"), list[Job]()

    def follow(session: Session, begun: Joined) -> None:
        if len(begun.ids) > MOST_AT_ONCE:
            job = ask_to_rename_within(
                session, begun.ids, word, begun.category, number=begun.number, by=actor()
            )
            jobs.append(job)
        else:
            deed = renaming(word, begun.category)
            rename_within(
                session, begun.ids, deed, number=begun.number, by=actor(), services=services()
            )

    try:
        begun = begin_join(word, sent("category"), by=actor(), services=services(), follow=follow)
    except BadRequestValue as error:
        return _page(error)
    for job in jobs:
        ring(job.number, services().settings)
        return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)
    return redirect(url_for("staff_categories.categories", done=begun.number), SEE_OTHER)


@bp.post("/forget")
def forget() -> BaseResponse:
    """Let a word stand for itself again; products stay what they are."""
    forget_word(sent("word"), by=actor(), services=services())
    return redirect(url_for("staff_categories.categories"), SEE_OTHER)


def _page(fault: BadRequestValue | None = None) -> Response:
    """Show a page of them; where they are many, the forms share one list of choices."""
    every = shop_categories(services=services())
    pages = max(1, -(-len(every) // PER_PAGE))
    number = min(max(1, _number("page") or 1), pages)
    shown = choices(services=services())
    page = render_template(
        "staff/categories.html",
        categories=every[(number - 1) * PER_PAGE : number * PER_PAGE],
        asked=sum(each.maybe is not None for each in every),
        page=number,
        pages=pages,
        choices=shown,
        is_list=len(shown) <= _MOST_IN_LIST,
        done=_number("done"),
        fault=fault,
    )
    return make_response(page, problem_of(fault).status if fault else None)


def _number(name: str) -> int | None:
    """Return a number of the address; None without one."""
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
