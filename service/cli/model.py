"""`lookalike model`: which models there are, and which one answers."""

from contextlib import closing
from typing import Any

import click

from catalog import promotions, readings
from embeddings.errors import BadBundle
from service.cli.compare import compare
from service.cli.options import examples, with_settings
from service.cli.output import as_json, reporting, table
from service.cli.progress import progress_bar
from service.cli.recording import done
from service.models.registry import former_fingerprint
from service.promotion.forgetting import forget_model
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.wiring import Services, build_services
from service.wording import counted, was_or_were


@click.group(
    "model",
    epilog=examples(
        "lookalike model list",
        "lookalike model compare /srv/models/spring --output compared.html",
        "lookalike model promote /srv/models/spring",
        "lookalike model rollback",
    ),
)
def command() -> None:
    """List, compare, promote or roll back the catalogue's models."""


command.add_command(compare)


@command.command("list", epilog=examples("lookalike model list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_models(wants_json: bool, settings: Settings) -> None:
    """List the models that have answered, the present one first."""
    with closing(build_services(settings)) as services:
        history = _history(services)
        newer = _newer(services)
    if wants_json:
        as_json(history)
        return
    rows = [
        (
            "answers now" if number == 0 else "",
            each["name"],
            each["fingerprint"][:12],
            each["promoted_at"],
            str(each["unread"]),
            each["source"],
        )
        for number, each in enumerate(history)
    ]
    columns = ("", "name", "fingerprint", "promoted", "photos to read", "bundle")
    table(columns, rows, right=("photos to read",))
    if newer:
        click.echo(
            f"'{newer}' holds another network than the one that answers: `lookalike model compare "
            f"{newer}` shows what would change with it"
        )


def _newer(services: Services) -> str | None:
    """Return the bundle that answers, where it holds another network by now."""
    with services.database.reading() as session:
        current = promotions.current(session)
    if current is None:
        return None
    try:
        there = services.models.open(current.source)
    except BadBundle:
        return None
    known = (there.fingerprint, former_fingerprint(there))
    return None if current.fingerprint in known else current.source


def _history(services: Services) -> list[dict[str, Any]]:
    with services.database.reading() as session:
        return [
            {
                "name": each.name,
                "fingerprint": each.fingerprint,
                "source": each.source,
                "promoted_at": each.promoted_at.isoformat(timespec="seconds"),
                "unread": readings.count_without(session, each.fingerprint),
            }
            for each in promotions.history(session)
        ]


@command.command("promote", epilog=examples("lookalike model promote /srv/models/spring"))
@click.argument("bundle")
@click.option(
    "--leave-lost",
    is_flag=True,
    help="Do not wait for photos whose pictures are lost; they are not found until imported again.",
)
@with_settings
def promote(bundle: str, leave_lost: bool, settings: Settings) -> None:
    """Read every photo with the model of BUNDLE (a shipped name or a folder), then let it answer.

    The present model answers until all is read. Interrupted, it goes on where it was.
    """
    with closing(build_services(settings)) as services:
        model = services.models.open(bundle)
        with progress_bar("Reading") as progress:
            read_missing(model, services=services, progress=progress)
        promote_model(model, services=services, leave_lost=leave_lost)
        done(services, "model.promote", model.name, model.fingerprint)
        services.index.save_snapshot()
    with reporting():
        click.echo(f"{model.name} ({model.fingerprint[:12]}) answers now")


@command.command("rollback", epilog=examples("lookalike model rollback"))
@with_settings
def rollback(settings: Settings) -> None:
    """Let the model that answered before answer again.

    Photos that came meanwhile must first be read with it: `lookalike model promote` does that.
    """
    with closing(build_services(settings)) as services:
        model = roll_back_model(services=services)
        done(services, "model.rollback", model.name, model.fingerprint)
        services.index.save_snapshot()
    with reporting():
        click.echo(f"{model.name} ({model.fingerprint[:12]}) answers now")


@command.command("forget", epilog=examples("lookalike model forget spring"))
@click.argument("model")
@with_settings
def forget(model: str, settings: Settings) -> None:
    """Drop what MODEL has read: its name, its bundle, or the beginning of its fingerprint.

    Its bundle stays, and so does the list of the models that have answered. The copy of it in the
    home goes, unless it is the only one.
    """
    with closing(build_services(settings)) as services:
        found = forget_model(model, services=services)
        dropped = found.readings
        done(services, "model.forget", model, counted(dropped, "reading"))
    with reporting():
        click.echo(f"{counted(dropped, 'reading')} {was_or_were(dropped)} dropped")
        for fingerprint in found.only_copies:
            place = settings.models / fingerprint
            click.echo(f"its network is nowhere else by now, so its copy stays: {place}")
