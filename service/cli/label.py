"""`lookalike label`: a person's word on what a product is."""

from contextlib import closing

import click

from service.changing import label_product
from service.cli.options import examples, with_settings
from service.settings import Settings
from service.wiring import build_services


@click.command(
    "label", epilog=examples("lookalike label A-123 Dress", "lookalike label A-123 --undo")
)
@click.argument("sku")
@click.argument("category", required=False)
@click.option("--undo", is_flag=True, help="Take the word back: the model decides again.")
@with_settings
def command(sku: str, category: str | None, undo: bool, settings: Settings) -> None:
    """Say what a product is; no model will overrule it."""
    if undo == (category is not None):
        raise click.UsageError("give a category, or --undo, and not both")
    with closing(build_services(settings)) as services:
        changed = label_product(sku, category, services=services)
    if not changed:
        click.echo(f"{sku} was so already")
    elif category is None:
        click.echo(f"{sku} is again what the model says")
    else:
        click.echo(f"{sku} is now of category {category}")
