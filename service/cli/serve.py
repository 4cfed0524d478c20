"""`lookalike serve`: the production server."""

import socket
from dataclasses import replace

import click

from service.cli.options import examples, with_settings
from service.errors import AddressTaken
from service.settings import Settings


@click.command(
    epilog=examples(
        "lookalike serve",
        "lookalike serve --port 9000 --threads 16",
        "LOOKALIKE_HOST=0.0.0.0 lookalike serve",
    )
)
@click.option("--host", help="Address to listen on; else LOOKALIKE_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else LOOKALIKE_PORT, else 8000.")
@click.option("--threads", type=click.IntRange(1, 256), help="Requests answered at a time.")
@with_settings
def command(settings: Settings, host: str | None, port: int | None, threads: int | None) -> None:
    """Serve the shop's pages and the JSON API until interrupted.

    One process with several threads; put a web server that speaks HTTPS in front of it.
    """
    given = {"host": host, "port": port, "threads": threads}
    told = {name: value for name, value in given.items() if value is not None}
    serve(replace(settings, **told))  # type: ignore[arg-type]  # each value is of its field's type


def serve(settings: Settings) -> None:
    """Say where the pages are and serve them; comes back when interrupted.

    Raises:
        AddressTaken: the address cannot be listened on.
    """
    check_address(settings)
    from service.server import run_server

    click.echo(
        f"Lookalike serves http://{settings.host}:{settings.port} (Ctrl-C stops it)", err=True
    )
    run_server(settings)


def check_address(settings: Settings) -> None:
    """Make sure that the address can be listened on. Raises: AddressTaken."""
    # The server would try five times and fill the screen before it gives up.
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError as error:
        raise AddressTaken(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): "
            "stop what does, or choose another --port or --host"
        ) from error
