"""`lookalike remove`: products out of the catalogue."""

from contextlib import closing

import click

from service.cli.options import examples, with_settings
from service.cli.output import reporting, tell
from service.cli.recording import done
from service.settings.environment import Settings
from service.stock.changing import remove_products
from service.wiring import build_services


@click.command("remove", epilog=examples("lookalike remove A-123 A-124"))
@click.argument("skus", nargs=-1, required=True)
@with_settings
def command(skus: tuple[str, ...], settings: Settings) -> None:
    """Take products out of the catalogue."""
    with closing(build_services(settings)) as services:
        removed = remove_products(skus, services=services)
        if removed:
            done(services, "product.remove", " ".join(removed), f"{len(removed)} removed")
    with reporting():
        click.echo(f"{len(removed)} removed")
    unknown = sorted(set(skus) - set(removed))
    if unknown:
        tell(f"no product has the SKU {', '.join(unknown)}; `lookalike export -` lists them")
        click.get_current_context().exit(1)
