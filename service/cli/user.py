"""`lookalike user`: the accounts of the shop's staff."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import click

from catalog.access.terms import Role
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.links import MOST_HOURS, USUAL_HOURS, IssuedLink
from service.access.parts import Access, build_access
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table
from service.settings.environment import Settings
from service.wiring import build_services

_HOURS = click.option(
    "--hours",
    type=click.IntRange(1, MOST_HOURS),
    default=USUAL_HOURS,
    show_default=True,
    help="How long the link can be used.",
)
_ROLE = click.Choice([each.value for each in Role])


@click.group(
    "user",
    epilog=examples(
        "lookalike user add maria --role editor",
        "lookalike user list",
        "lookalike user reset maria",
    ),
)
def command() -> None:
    """Add accounts of the staff, let people in, or keep them out."""


@command.command("add", epilog=examples("lookalike user add maria@shop.example --role admin"))
@click.argument("name")
@click.option(
    "--role",
    type=_ROLE,
    default=Role.VIEWER.value,
    show_default=True,
    help="What the account is for: viewer, editor or admin.",
)
@_HOURS
@with_settings
def add(name: str, role: str, hours: int, settings: Settings) -> None:
    """Add an account, and print the link by which its owner chooses a password."""
    with opened(settings) as access:
        link = accounts.add_account(name, role, hours, by=at_the_machine(), access=access)
    tell_link(link, settings)


@command.command("list", epilog=examples("lookalike user list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_accounts(wants_json: bool, settings: Settings) -> None:
    """List the accounts with their roles, and when they last signed in."""
    with opened(settings) as access:
        members = accounts.members(access=access)
    if wants_json:
        as_json(
            [
                {
                    "name": each.name,
                    "role": each.role,
                    "created_at": each.created_at.isoformat(),
                    "signed_in_at": each.signed_in_at and each.signed_in_at.isoformat(),
                    "sessions": each.sessions,
                    "link_until": each.link_until and each.link_until.isoformat(),
                }
                for each in members
            ]
        )
        return
    rows = [
        (
            each.name,
            each.role,
            day(each.signed_in_at) or ("invited" if not each.has_come else "never"),
            str(each.sessions),
            day(each.link_until),
        )
        for each in members
    ]
    table(("name", "role", "signed in", "sessions", "link until"), rows, right=("sessions",))


@command.command("role", epilog=examples("lookalike user role maria admin"))
@click.argument("name")
@click.argument("role", type=_ROLE)
@with_settings
def change_role(name: str, role: str, settings: Settings) -> None:
    """Give an account another role, in force at its next click."""
    with opened(settings) as access:
        accounts.change_role(name, role, by=at_the_machine(), access=access)
    click.echo(f"{name} is {role} now")


@command.command("reset", epilog=examples("lookalike user reset maria --hours 4"))
@click.argument("name")
@_HOURS
@with_settings
def reset(name: str, hours: int, settings: Settings) -> None:
    """End an account's sessions and its password, and print a link to choose another."""
    with opened(settings) as access:
        link = accounts.reset_account(name, hours, by=at_the_machine(), access=access)
    tell_link(link, settings)


@command.command("remove", epilog=examples("lookalike user remove maria"))
@click.argument("name")
@with_settings
def remove(name: str, settings: Settings) -> None:
    """Remove an account with its sessions; what it did stays in the log."""
    with opened(settings) as access:
        accounts.remove_account(name, by=at_the_machine(), access=access)
    click.echo(f"{name} is removed")


@contextmanager
def opened(settings: Settings) -> Iterator[Access]:
    """Open the catalogue for a command on accounts or keys."""
    with closing(build_services(settings)) as services:
        yield build_access(settings, services.database)


def tell_link(link: IssuedLink, settings: Settings) -> None:
    """Print a one-time link on standard output, and what it is on standard error."""
    click.echo(
        f"For {link.account}, once, until {day(link.ends_at)} UTC; tell nobody else:", err=True
    )
    click.echo(address_of(link, settings))


def address_of(link: IssuedLink, settings: Settings) -> str:
    """Write a one-time link, as a browser finds the pages as far as a command knows."""
    return f"{_root_of(settings)}/staff/invited/{link.token}"


def _root_of(settings: Settings) -> str:
    if settings.public_url is not None:
        return settings.public_url
    host = settings.host.removeprefix("[").removesuffix("]")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def day(at: datetime | None) -> str:
    """Write an instant as people read it, in UTC."""
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M")
