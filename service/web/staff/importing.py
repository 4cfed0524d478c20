"""A file into the catalogue: sent, looked at, its columns mapped, checked, and imported."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import BadSource
from catalog.facts import FACTS, Kind
from service.errors import BadUpload
from service.importing import SourceOptions
from service.importing.allowing import HostStands, check_may_allow, how_hosts_stand, may_allow
from service.importing.category_answers import answers_of
from service.importing.columns import COLUMNS, MORE_PHOTOS
from service.importing.letters import likely_encoding, said_anew
from service.importing.looking import Looked, look_at, why_not_read
from service.importing.maps import forget, keep, kept_maps, renaming_of
from service.importing.wishes import ImportWish, first_wish, options_of
from service.problems import SEE_OTHER, problem_of
from service.uploads.kept import Upload
from service.uploads.starting import start_import
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services
from service.web.requests.received import received, uploads

bp = Blueprint("staff_import", __name__, url_prefix="/staff/import")

_PURPOSE = "import"
# What the first products show apart from the others has a column of its own.
_OTHER_FACTS = [fact for fact in FACTS if fact.kind not in (Kind.PRICE, Kind.CURRENCY, Kind.TEXT)]
_LEAVE_OUT = "-"
_NOT_READ = "\ufffd"  # as a page shows it, and so sends it back
_MOST_COLUMNS = 600


@bp.get("")
def start() -> str:
    """Ask for a file, and list those that wait."""
    return _start()


@bp.post("")
def send() -> BaseResponse:
    """Take a file, and lead on to what it is."""
    try:
        upload = received(request).receiving.keep(purpose=_PURPOSE, by=actor().name)
    except BadUpload as error:
        return make_response(_start(error), problem_of(error).status)
    uploads().set_options(upload.token, first_wish(upload.path, services=services()).told)
    return redirect(url_for("staff_import.look", token=upload.token), SEE_OTHER)


@bp.get("/<token>")
def look(token: str) -> Response:
    """Show what a file is, and how its columns are taken."""
    upload = uploads().get(token)
    return _looked(upload, ImportWish.of(upload.options))


@bp.post("/<token>")
def change(token: str) -> BaseResponse:
    """Take what is said of a file's columns, and lead on as the button says."""
    upload = uploads().get(token)
    try:
        wish = _wish(upload)
        options_of(wish, services=services())
        if name := sent("save_map").strip():
            renaming = renaming_of(wish.mapped, wish.map_from, services=services())
            keep(renaming, name, services=services(), by=actor())
    except BadSource as error:
        return _looked(upload, _as_far_as_said(upload), error)
    upload = uploads().set_options(token, wish.told)
    then = sent("then")
    if then not in ("check", "import"):
        return redirect(url_for("staff_import.look", token=upload.token), SEE_OTHER)
    try:
        return _begun(upload, wish, dry_run=then == "check")
    except BadSource as error:  # what words mean contradicts what is known
        return _looked(upload, wish, error)


@bp.post("/<token>/begin")
def begin(token: str) -> BaseResponse:
    """Import a file as it was last said that it is to be read."""
    upload = uploads().get(token)
    return _begun(upload, ImportWish.of(upload.options), dry_run=False)


@bp.post("/<token>/remove")
def remove(token: str) -> BaseResponse:
    """Remove a file that was sent."""
    uploads().remove(token)
    return redirect(url_for("staff_import.start"), SEE_OTHER)


@bp.post("/maps/remove")
def remove_map() -> BaseResponse:
    """Forget a map."""
    with suppress(BadSource):  # somebody else was quicker
        forget(sent("name"), services=services(), by=actor())
    return redirect(url_for("staff_import.start"), SEE_OTHER)


def _begun(upload: Upload, wish: ImportWish, *, dry_run: bool) -> BaseResponse:
    """Lead on to the job that imports or checks a file, if it can be read at all."""
    parts = services()
    options = options_of(wish, services=parts)
    if why_not_read(upload.path, options, services=parts) is not None:
        return redirect(url_for("staff_import.look", token=upload.token), SEE_OTHER)
    job = start_import(upload, wish, dry_run=dry_run, by=actor(), uploads=uploads(), services=parts)
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


def _start(fault: Exception | None = None) -> str:
    parts = services()
    return render_template(
        "staff/import.html",
        waiting=uploads().every(_PURPOSE),
        maps=kept_maps(services=parts),
        most_mb=parts.settings.max_import_mb,
        fault=fault,
    )


def _looked(upload: Upload, wish: ImportWish, fault: BadSource | None = None) -> Response:
    parts = services()
    try:
        options = options_of(wish, services=parts)
    except BadSource as error:  # a map that was removed meanwhile
        options, fault = SourceOptions(), fault or error
    under = f"{parts.encoder.fingerprint} {replace(wish, categories=(), currency=None)}"
    seen = uploads().seen(upload.token, under)
    found = look_at(upload.path, options, seen, services=parts)
    if found.seen != seen:
        uploads().keep_seen(upload.token, under, found.seen)
    choices = _choices(found)
    page = render_template(
        "staff/import_look.html",
        upload=upload,
        looked=found,
        wish=wish,
        choices=choices,
        answers=_answers(found, wish),
        ours=_ours(choices.values()),
        leave_out=_LEAVE_OUT,
        facts=_OTHER_FACTS,
        maps=kept_maps(services=parts),
        fault=fault,
        may_allow=may_allow(actor(), parts.settings),
        allowing=parts.settings.fetch_allowed_by,
        stands=_how_hosts_stand(found),
        private_before=parts.settings.fetch_private,
        likely=_likely(upload, wish, found),
        is_alone=upload.path.suffix.lower() != ".zip",
    )
    return make_response(page, problem_of(BadUpload()).status if fault else None)


def _how_hosts_stand(found: Looked) -> dict[str, HostStands]:
    """Tell of the hosts of a file's pictures whether they are allowed, or who could."""
    hosts = found.survey.hosts if found.survey else {}
    return how_hosts_stand(filter(None, hosts), services().settings) if hosts else {}


def _likely(upload: Upload, wish: ImportWish, found: Looked) -> str | None:
    """Return the encoding that is likely, where the names of columns are no UTF-8."""
    if wish.encoding is None and (found.columns is None or found.columns.are_decoded):
        return None
    return likely_encoding(upload.path, services=services())


def _ours(chosen: Iterable[str]) -> dict[str, str]:
    """Name the columns that one can be; a further picture once, by whichever of its two names."""
    said = set(chosen)
    photos = (
        each
        for place in range(0, len(MORE_PHOTOS), 2)
        for each in ([name for name in MORE_PHOTOS[place : place + 2] if name in said])
        or [MORE_PHOTOS[place]]
    )
    return {name: name.replace("_", " ") for name in (*COLUMNS, *photos)}


def _choices(found: Looked) -> dict[str, str]:
    """Give what each column's list begins at: what was said, or what is likely where it helps."""
    if found.columns is None:
        return {}
    chosen: dict[str, str] = {}
    for column in found.columns.columns:
        if column.mapped is not None:
            chosen[column.theirs] = column.mapped or _LEAVE_OUT
        elif not found.columns.has_skus and not column.is_ours:
            chosen[column.theirs] = column.suggested or ""
    return chosen


def _answers(found: Looked, wish: ImportWish) -> dict[str, str]:
    """Give what each new word's list begins at: what was said, or what is likely."""
    likely = {each.word: each.meant for each in found.questions if each.meant and each.is_likely}
    return {**likely, **answers_of(wish.categories)}


def _wish(upload: Upload) -> ImportWish:
    """Read the form. Raises: BadSource, NotAllowed."""
    wish = ImportWish.of(_said(upload))
    check_may_allow(wish.fetch_hosts, actor(), services().settings)
    return wish


def _as_far_as_said(upload: Upload) -> ImportWish:
    """Read the form without the fields that break a rule, so that what else was chosen stays."""
    said = {}
    for name, value in _said(upload).items():
        with suppress(BadSource):
            ImportWish.of({name: value})
            said[name] = value
    return ImportWish.of(said)


def _said(upload: Upload) -> Mapping[str, Any]:
    theirs = request.form.getlist("theirs")[:_MOST_COLUMNS]
    ours = request.form.getlist("ours")[:_MOST_COLUMNS]
    mapped = [
        f"{name}={'' if column == _LEAVE_OUT else column}"
        for name, column in zip(theirs, ours, strict=False)
        if column
    ]
    words = request.form.getlist("word")[:_MOST_COLUMNS]
    means = request.form.getlist("means")[:_MOST_COLUMNS]
    categories = [f"{word}={meant}" for word, meant in zip(words, means, strict=False) if meant]
    said: dict[str, Any] = {name: sent(name).strip() for name in ("currency", "encoding")}
    said |= {name: sent(name) for name in ("map_from", "sku_from")}
    ticked = {name: bool(sent(name)) for name in ("category_from_folder", "as_person")}
    # A map that is taken anew says all, and so does none; the lists show what was before.
    if said["map_from"] != sent("map_before"):
        mapped = []
    if mapped and (before := sent("encoding_before")) != said["encoding"]:
        parts, now = services(), said["encoding"] or None
        mapped = said_anew(mapped, upload.path, before or None, now, services=parts)
    if said["encoding"]:  # what was not read before that was said is called otherwise now
        categories = [each for each in categories if _NOT_READ not in each]
    lists = {"mapped": mapped, "categories": categories}
    return said | ticked | lists | {"fetch_hosts": request.form.getlist("fetch_host")}
