"""`lookalike feed`: files of products that are read on a schedule."""

from contextlib import closing
from dataclasses import asdict

import click

from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.feeds import adding, beginning, keeping, missing
from service.feeds.adding import ENDINGS
from service.feeds.keeping import FeedState
from service.importing.reading_as import changed_options
from service.settings.environment import Settings
from service.stock.exporting import facts_of
from service.wiring import build_services
from service.wording import counted


@click.group(
    "feed",
    epilog=examples(
        "lookalike feed add https://supplier.example/feed.xml --every 6h --withdraw-missing",
        "lookalike feed list",
        "lookalike feed run supplier.example",
        "lookalike feed missing supplier.example",
        "lookalike feed withdraw supplier.example --count 12",
        "lookalike feed keep supplier.example --sku SHIRT-1",
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
        said = {"currency": currency or "", "encoding": encoding or "", "map_from": map_from or ""}
        number = adding.add(
            address,
            adding.minutes_of(every),
            name=name,
            withdraws=withdraw_missing,
            ending=ending,
            options=changed_options(said, services=services),
            by=at_the_machine(),
            services=services,
        )
        called = keeping.shown(number, services=services).name
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
            each.fault or ("" if each.job is None else each.job.message),
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


@command.command("missing", epilog=examples("lookalike feed missing supplier.example --json"))
@click.argument("name")
@click.option("--json", "wants_json", is_flag=True, help="Print them as JSON.")
@with_settings
def missing_(name: str, wants_json: bool, settings: Settings) -> None:
    """List the products that came by a feed and are missing from it."""
    with closing(build_services(settings)) as services:
        found = missing.missing_page(name, 1, None, services=services)
    if wants_json:
        as_json([{"sku": each.sku, "title": facts_of(each)["title"]} for each in found.products])
        return
    if not found.products:
        tell(f"nothing is missing from '{name}'")
        return
    table(("sku", "title"), [(each.sku, str(facts_of(each)["title"])) for each in found.products])


@command.command("withdraw", epilog=examples("lookalike feed withdraw supplier.example --count 12"))
@click.argument("name")
@click.option("--count", type=click.IntRange(1), required=True, help="How many there are to be.")
@with_settings
def withdraw(name: str, count: int, settings: Settings) -> None:
    """Withdraw the products that came by a feed and are missing from it, if they are so many."""
    with closing(build_services(settings)) as services:
        job = missing.withdraw_missing(name, count, by=at_the_machine(), services=services)
    click.echo(f"job {job.number} withdraws {count}, which can be undone in the stock room")


@command.command(
    "keep",
    epilog=examples(
        "lookalike feed keep supplier.example --sku SHIRT-1 --sku SHIRT-2",
        "lookalike feed keep supplier.example --count 12",
        "lookalike feed keep supplier.example --ask-again",
    ),
)
@click.argument("name")
@click.option("--sku", "skus", multiple=True, help="Which; may be given several times.")
@click.option("--count", type=click.IntRange(1), help="All of them: how many there are to be.")
@click.option("--ask-again", is_flag=True, help="Ask again about all that was to stay.")
@with_settings
def keep(
    name: str, skus: tuple[str, ...], count: int | None, ask_again: bool, settings: Settings
) -> None:
    """Let products stay that are missing, and ask no more until the file has named them again."""
    if (bool(skus), count is not None, ask_again).count(True) != 1:
        raise click.UsageError("say which by --sku, or all by --count, or --ask-again")
    me = at_the_machine()
    with closing(build_services(settings)) as services:
        if ask_again:
            kept = missing.ask_again(name, by=me, services=services)
            click.echo(f"{counted(kept, 'product')} may be missing from '{name}' again")
            return
        kept = missing.keep_missing(name, count, skus=skus, by=me, services=services)
    click.echo(f"{counted(kept, 'product')} of '{name}' stay")


@command.command(
    "change", epilog=examples("lookalike feed change supplier.example --every 1h --name supplier")
)
@click.argument("name")
@click.option("--every", metavar="TIME", help="As in 30m, 6h or 1d.")
@click.option("--name", "new_name", metavar="NAME", help="What it is to be called.")
@click.option("--address", metavar="URL|FILE", help="Where its file lies from now on.")
@click.option("--format", "ending", type=click.Choice(ENDINGS), help="What its file is.")
@click.option(
    "--withdraw-missing/--keep-missing",
    default=None,
    help="Whether to tell which products are not in the file any more.",
)
@click.option("--currency", help="Of prices that do not say theirs; empty: none is assumed.")
@click.option("--encoding", help="Of a CSV that is not UTF-8; empty: as the file says.")
@click.option(
    "--map-from", metavar="NAME", help="Take the map kept under this name; empty: take none."
)
@with_settings
def change(
    name: str,
    every: str | None,
    new_name: str | None,
    address: str | None,
    ending: str | None,
    withdraw_missing: bool | None,
    currency: str | None,
    encoding: str | None,
    map_from: str | None,
    settings: Settings,
) -> None:
    """Change what is said of a feed; what came by it stays known."""
    said = {"currency": currency, "encoding": encoding, "map_from": map_from}
    with closing(build_services(settings)) as services:
        number = adding.change(
            name,
            name=new_name,
            address=address,
            ending=ending,
            every_minutes=None if every is None else adding.minutes_of(every),
            withdraws=withdraw_missing,
            options=changed_options(said, services=services),
            by=at_the_machine(),
            services=services,
        )
        feed = keeping.shown(number, services=services)
    often = adding.every_of(feed.every_minutes)
    click.echo(f"the feed '{feed.name}' is read every {often} from {feed.shown_address}")


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
    told["withdrawal"] = None if state.withdrawal is None else state.withdrawal.number
    told["message"] = None if state.job is None else state.job.message
    return {
        name: value.isoformat() if name.endswith("_at") and value else value
        for name, value in told.items()
    }
