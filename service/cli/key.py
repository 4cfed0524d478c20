"""`lookalike key`: the API keys of programs."""

import click

from catalog.access.terms import Scope
from service.access import keys
from service.access.actor import at_the_machine
from service.access.keys import MOST_DAYS, MOST_PER_MINUTE, USUAL_PER_MINUTE, KeyWish, ListedKey
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table
from service.cli.user import day, opened
from service.settings.environment import Settings


@click.group(
    "key",
    epilog=examples(
        "lookalike key create 'stock system' --scope read --scope write --days 365",
        "lookalike key create 'web shop' --scope search --origin https://shop.example",
        "lookalike key list",
        "lookalike key revoke lk_x1y2z3a4",
    ),
)
def command() -> None:
    """Draw the API keys of programs, and revoke them."""


@command.command("create", epilog=examples("lookalike key create 'stock system' --scope write"))
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in Scope]),
    help="What the key is for; may be repeated.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Make it a public key, for pages of this origin (https://shop.example); may be repeated.",
)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="End it after so many days.")
@click.option(
    "--per-minute",
    type=click.IntRange(1, MOST_PER_MINUTE),
    default=USUAL_PER_MINUTE,
    show_default=True,
    help="How often it may ask in a minute.",
)
@with_settings
def create(
    name: str,
    scopes: tuple[str, ...],
    origins: tuple[str, ...],
    days: int | None,
    per_minute: int,
    settings: Settings,
) -> None:
    """Draw a key and print it, this once."""
    wish = KeyWish(name, scopes, origins, days, per_minute)
    with opened(settings) as access:
        drawn = keys.create_key(wish, by=at_the_machine(), access=access)
    click.echo("The key is not shown again:", err=True)
    click.echo(drawn.key)


@command.command("list", epilog=examples("lookalike key list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_keys(wants_json: bool, settings: Settings) -> None:
    """List the keys by what they begin with, the newest first, with what they are for."""
    with opened(settings) as access:
        found = keys.listed_keys(access=access)
    if wants_json:
        as_json([_as_record(each) for each in found])
        return
    rows = [
        (
            each.prefix,
            each.name,
            " ".join(each.scopes),
            " ".join(each.origins),
            str(each.per_minute),
            _state(each),
            day(each.used_at) or "never",
        )
        for each in found
    ]
    columns = ("begins with", "name", "scopes", "origins", "a minute", "state", "last used")
    table(columns, rows, right=("a minute",))


@command.command("revoke", epilog=examples("lookalike key revoke lk_x1y2z3a4"))
@click.argument("prefix")
@with_settings
def revoke(prefix: str, settings: Settings) -> None:
    """Let the key that begins with PREFIX open nothing any more, from now on."""
    with opened(settings) as access:
        opened_something = keys.revoke_key(prefix, by=at_the_machine(), access=access)
    click.echo(f"{prefix} is {'' if opened_something else 'already '}revoked")


def _state(key: ListedKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {day(key.revoked_at)}"
    if not key.opens:
        return f"ended {day(key.ends_at)}"
    return "open" if key.ends_at is None else f"until {day(key.ends_at)}"


def _as_record(key: ListedKey) -> dict[str, object]:
    return {
        "prefix": key.prefix,
        "name": key.name,
        "scopes": list(key.scopes),
        "origins": list(key.origins),
        "per_minute": key.per_minute,
        "created_at": key.created_at.isoformat(),
        "created_by": key.created_by,
        "ends_at": key.ends_at and key.ends_at.isoformat(),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
        "used_at": key.used_at and key.used_at.isoformat(),
    }
