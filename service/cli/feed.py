"""`lookalike feed`: files of products that are read on a schedule."""

from contextlib import closing
from dataclasses import asdict

import click

from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.feeds import beginning, keeping, missing
from service.feeds.keeping import ENDINGS, FeedState
from service.importing import renaming_of
from service.settings.environment import Settings
from service.wiring import build_services


@click.group(
    "feed",
    epilog=examples(
        "lookalike feed add https://supplier.example/feed.xml --every 6h --withdraw-missing",
        "lookalike feed list",
        "lookalike feed run supplier.example",
        "lookalike feed withdraw supplier.example --count 12",
        "lookalike feed remove supplier.example",
    ),
)
def command() -> None:
    """Read a supplier's file on a schedule.

    It lies at an address or on the disk. A worker reads it when it is due: `lookalike serve` has
    one.
    """


@command.command("add", epilog=examples("lookalike feed add /srv/till/stock.csv --every 30m"))
@click.argument("address", metavar="URL|FILE")
@click.option("--every", required=True, metavar="TIME", help="As in 30m, 6h or 1d.")
@click.option("--name", help="Else the address' host, or the file's name.")
@click.option(
    "--withdraw-missing",
    is_flag=True,
    help="Tell which products are not in the file any more, to be withdrawn by `withdraw`.",
)
@click.option("--format", "ending", type=click.Choice(ENDINGS), help="Where the ending tells none.")
@click.option("--currency", help="Of prices that do not say theirs, such as EUR.")
@click.option("--encoding", help="Of a CSV that is not UTF-8, such as cp1252.")
@click.option("--map-from", metavar="NAME", help="Take the map of columns kept under this name.")
@with_settings
def add(
    address: str,
    every: str,
    name: str | None,
    withdraw_missing: bool,
    ending: str | None,
    currency: str | None,
    encoding: str | None,
    map_from: str | None,
    settings: Settings,
) -> None:
    """Add a feed; it is read at once, and then every so often."""
    with closing(build_services(settings)) as services:
        options = {
            "currency": currency,
            "encoding": encoding,
            "map": dict(renaming_of((), map_from, services=services).columns),
        }
        called = keeping.add(
            address,
            keeping.minutes_of(every),
            name=name,
            withdraws=withdraw_missing,
            ending=ending,
            options=options,
            by=at_the_machine(),
            services=services,
        )
    click.echo(f"the feed '{called}' is read every {every} by a worker, the first time at once")


@command.command("list", epilog=examples("lookalike feed list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_(wants_json: bool, settings: Settings) -> None:
    """List the feeds: when they were read, what came of it, and what is missing."""
    with closing(build_services(settings)) as services:
        found = keeping.listed(services=services)
    if wants_json:
        as_json([_record(each) for each in found])
        return
    if not found:
        tell("there is no feed; lookalike feed add URL --every 6h adds one")
        return
    rows = [
        (
            each.name,
            each.read_at.strftime("%Y-%m-%d %H:%M") if each.read_at else "never",
            each.next_at.strftime("%Y-%m-%d %H:%M"),
            "" if each.products is None else f"{each.products:,}",
            f"{each.missing:,}" if each.withdraws else "",
            "" if each.job is None else f"job {each.job.number} {each.job.state.value}",
            "" if each.job is None else each.job.message,
        )
        for each in found
    ]
    titles = ("feed", "read", "next", "products", "missing", "last", "what came of it")
    table(titles, rows, right=("products", "missing"))


@command.command("run", epilog=examples("lookalike feed run supplier.example --anyway"))
@click.argument("name")
@click.option("--anyway", is_flag=True, help="Even if most of its products are gone.")
@with_settings
def run(name: str, anyway: bool, settings: Settings) -> None:
    """Have a feed read now, by a worker."""
    with closing(build_services(settings)) as services:
        job = beginning.read_now(name, anyway=anyway, by=at_the_machine(), services=services)
    click.echo(f"job {job.number} reads it: lookalike jobs show {job.number}")


@command.command("withdraw", epilog=examples("lookalike feed withdraw supplier.example --count 12"))
@click.argument("name")
@click.option("--count", type=click.IntRange(1), required=True, help="How many there are to be.")
@with_settings
def withdraw(name: str, count: int, settings: Settings) -> None:
    """Withdraw the products that came by a feed and are missing from it, if they are so many."""
    with closing(build_services(settings)) as services:
        job = missing.withdraw_missing(name, count, by=at_the_machine(), services=services)
    click.echo(f"job {job.number} withdraws {count}, which can be undone in the stock room")


@command.command("remove", epilog=examples("lookalike feed remove supplier.example"))
@click.argument("name")
@with_settings
def remove(name: str, settings: Settings) -> None:
    """Remove a feed; the products that came by it stay."""
    with closing(build_services(settings)) as services:
        keeping.remove(name, by=at_the_machine(), services=services)


def _record(state: FeedState) -> dict[str, object]:
    told = asdict(state)
    told["job"] = None if state.job is None else state.job.number
    told["message"] = None if state.job is None else state.job.message
    return {
        name: value.isoformat() if name.endswith("_at") and value else value
        for name, value in told.items()
    }
