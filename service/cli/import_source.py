"""`lookalike import`: a shop's own products into the catalogue."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from service.access.actor import at_the_machine
from service.cli.errors_file import check_errors_file
from service.cli.options import examples, with_settings
from service.cli.output import as_json, on_one_line, reporting, table, tell
from service.cli.progress import progress_bar
from service.cli.recording import done
from service.importing import (
    ImportReport,
    SkuFrom,
    SourceOptions,
    answers_of,
    check_answers,
    import_source,
    keep,
    learn_answers,
    needed_map,
    renaming_of,
    write_errors,
)
from service.importing.opening import open_source
from service.settings.environment import Settings
from service.wiring import build_services
from service.wording import counted, was_or_were

_SHOWN = 20  # rows in the terminal; --errors and --json have them all


@click.command(
    "import",
    epilog=examples(
        "lookalike import stock.csv --photos pictures/ --dry-run",
        "lookalike import stock.csv --photos pictures/ --errors to-mend.csv",
        "lookalike import pictures/",
        "lookalike import products/ --sku-from folder",
        "lookalike import stock.zip",
        "lookalike import products_export.csv --photos pictures/ --currency EUR",
        "lookalike import corrections.csv --as-person",
        "lookalike import products_export.csv --fetch-pictures cdn.shopify.com",
        "lookalike import list.xlsx --map Artikel=sku --map Name=title --save-map supplier",
    ),
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--photos",
    "--pictures",
    type=click.Path(path_type=Path),
    help="Folder that a table's pictures are relative to; else the table's own.",
)
@click.option(
    "--category-from-folder",
    is_flag=True,
    help="Without a CSV: take the name of a picture's folder as a person's word for its category.",
)
@click.option(
    "--sku-from",
    type=click.Choice([each.value for each in SkuFrom]),
    help="Without a CSV: what names a product, the picture's file, its folder, or both.",
)
@click.option(
    "--encoding",
    help="Of a CSV that is not UTF-8, such as cp1252 of Excel's plain CSV in Western Europe.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="THEIRS=OURS",
    help="A column of the file and which of ours it is, or nothing to leave it out; repeatable.",
)
@click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="WORD=CATEGORY",
    help="What a word for categories means from now on, such as Watches=Watch; repeatable.",
)
@click.option("--save-map", metavar="NAME", help="Keep what --map says under this name.")
@click.option("--map-from", metavar="NAME", help="Take the map that is kept under this name.")
@click.option("--currency", help="Of prices that do not say theirs, such as EUR.")
@click.option(
    "--fetch-pictures",
    "fetch_hosts",
    is_flag=False,
    flag_value="*",
    multiple=True,
    metavar="[HOST]",
    help="Fetch pictures at addresses of this host, beside those of LOOKALIKE_FETCH_HOSTS; without "
    "a host, and behind SOURCE: of every public one. Repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--errors",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write every refused row to this CSV, with the reason, to be mended and sent again.",
)
@click.option(
    "--as-person",
    is_flag=True,
    help="The categories are a person's corrections: they take the place of what was said before.",
)
@click.option(
    "--find-duplicates/--no-duplicates",
    default=True,
    help="Compare what came in with all that is there; usual. See `lookalike duplicates`.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the report as JSON.")
@with_settings
def command(
    source: Path,
    photos: Path | None,
    category_from_folder: bool,
    sku_from: str | None,
    encoding: str | None,
    mapped: tuple[str, ...],
    categories: tuple[str, ...],
    save_map: str | None,
    map_from: str | None,
    currency: str | None,
    fetch_hosts: tuple[str, ...],
    dry_run: bool,
    errors: Path | None,
    as_person: bool,
    find_duplicates: bool,
    wants_json: bool,
    settings: Settings,
) -> None:
    """Bring a table, a folder or a ZIP of products into the catalogue.

    Exports of Shopify, WooCommerce, Magento, PrestaShop and Lightspeed and feeds for Google
    Merchant Center are recognised, as CSV, Excel workbook, XML, JSON Lines or Parquet.

    Rows that break a rule are reported with their line, and the others go in. Products that are
    there already are brought up to date; an import that was interrupted is finished by running
    it again. Exits with 1 if any row was refused.
    """
    if errors is not None:
        check_errors_file(errors, source)
    kind = None if sku_from is None else SkuFrom(sku_from)
    if currency is not None and not re.fullmatch("[A-Za-z]{3}", currency):
        raise click.BadParameter(
            f"a currency is three letters such as EUR, got '{currency}'", param_hint="--currency"
        )
    title = "Checking" if dry_run else "Importing"
    with (
        closing(build_services(settings)) as services,
        progress_bar(title, "products") as progress,
    ):
        if not mapped and map_from is None:
            map_from = needed_map(source, encoding, services=services)
            if map_from is not None:
                tell(f"read by the map '{map_from}', all of whose columns it has")
        renaming = renaming_of(mapped, map_from, services=services)
        options = SourceOptions(
            photos,
            category_from_folder,
            kind,
            encoding,
            renaming,
            currency=None if currency is None else currency.upper(),
            fetch_hosts=fetch_hosts,
        )
        answers = answers_of(categories)
        if dry_run:
            check_answers(answers, services=services)
        elif answers:
            most, own = settings.max_upload_bytes, settings.own_folders
            with open_source(source, options, most, own) as opened:
                next(iter(opened.rows()), None)  # of a source that is refused, nothing is learned
            learn_answers(answers, services=services, by=at_the_machine())
        report = import_source(
            source,
            services=services,
            options=options,
            dry_run=dry_run,
            as_person=as_person,
            find_duplicates=find_duplicates,
            progress=progress,
            answers=answers,
        )
        if save_map is not None and not dry_run:
            keep(renaming, save_map, services=services, by=at_the_machine())
        if not dry_run:
            done(services, "import", source.name, outcome(report))
    if errors is not None:
        write_errors(report.failed, errors)
    with reporting(is_all=dry_run):
        if wants_json:
            as_json({"read": report.rows, **asdict(report)})
        else:
            _show(report)
    if report.failed:
        more = f"; all of them are in {errors}" if errors else "; --errors FILE.csv lists them"
        tell(f"{len(report.failed):,} of {counted(report.rows, 'row')} refused{more}")
        click.get_current_context().exit(1)


def outcome(report: ImportReport) -> str:
    """Return in one line what became of an import."""
    would = "would be " if report.dry_run else ""
    kept = f"{report.kept} kept as said before, " if report.kept else ""
    return (
        f"{report.rows} read: {report.added} {would}added, {report.updated} {would}updated, "
        f"{report.unchanged} unchanged, {kept}{len(report.failed)} refused"
    )


def _show(report: ImportReport) -> None:
    click.echo(outcome(report))
    if report.possible_duplicates:
        many = counted(report.possible_duplicates, "pair of products", "pairs of products")
        click.echo(
            f"{many} may be one: look at /staff/duplicates, or run lookalike duplicates list"
        )
    if report.ignored:
        files = counted(report.ignored, "file")
        was = was_or_were(report.ignored)
        click.echo(f"{files} {was} passed over, being no picture and no table")
    if told := [note.note for note in report.notes if not note.sku]:  # of the whole source
        click.echo("\n".join(map(on_one_line, told)))
    _table("note", [(n.line, n.sku, n.note) for n in report.notes if n.sku])
    _table("reason", [(e.line, e.sku, e.reason) for e in report.failed])


def _table(what: str, rows: Sequence[tuple[int, str, str]]) -> None:
    if rows:
        table(("line", "sku", what), [(str(line), *rest) for line, *rest in rows[:_SHOWN]])
    if len(rows) > _SHOWN:
        click.echo(f"... and {len(rows) - _SHOWN} more")
