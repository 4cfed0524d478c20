"""`lookalike label`: a person's word on what a product is."""

from contextlib import closing

import click

from service.cli.options import examples, with_settings
from service.cli.output import reporting
from service.cli.recording import done
from service.finding.browse import product_by_sku
from service.settings.environment import Settings
from service.stock.changing import label_product, take_back_label
from service.wiring import Services, build_services


@click.command(
    "label",
    epilog=examples(
        "lookalike label A-123 Dress",
        "lookalike label A-123 --undo",
        "lookalike label A-123 --model",
    ),
)
@click.argument("sku")
@click.argument("category", required=False)
@click.option("--undo", is_flag=True, help="Take the last word back: what was said before holds.")
@click.option("--model", is_flag=True, help="Leave it to the model, whatever a file says.")
@click.option("--new", is_flag=True, help="The category is meant, though it is nearly another.")
@with_settings
def command(
    sku: str, category: str | None, undo: bool, model: bool, new: bool, settings: Settings
) -> None:
    """Say what a product is; no model will overrule it."""
    if [undo, model, category is not None].count(True) != 1:
        raise click.UsageError("give a category, or --undo, or --model, and one of them alone")
    with closing(build_services(settings)) as services:
        if undo:
            _undo(sku, services)
            return
        changed = label_product(sku, category, services=services, is_new=new)
        if changed:
            done(services, "product.label", sku, category or "left to the model")
        held = product_by_sku(sku, services=services)
    with reporting():
        if not changed:
            click.echo(f"{sku} was so already")
        elif held.human_category is None:
            click.echo(f"{sku} is what the model says")
        else:
            click.echo(f"{sku} is now of category {held.human_category}")


def _undo(sku: str, services: Services) -> None:
    product = take_back_label(sku, services=services)
    if product is not None:
        done(services, "product.label", sku, "the last word taken back")
    with reporting():
        if product is None:
            click.echo(f"nobody has said what {sku} is")
        elif product.human_category is None:
            click.echo(f"{sku} is again what the model says")
        else:
            click.echo(f"{sku} is again of category {product.human_category}")
