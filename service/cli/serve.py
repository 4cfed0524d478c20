"""`lookalike serve`: the production server."""

import errno
import gc
import socket
from dataclasses import replace

import click

from service.cli.options import Host, examples, hold_lifeline, lifeline_option, with_settings
from service.errors import AddressTaken, BadSetting
from service.settings.environment import Settings

_EVERY = {"0.0.0.0", "::"}  # addresses of this machine


@click.command(
    epilog=examples(
        "lookalike serve",
        "lookalike serve --port 9000 --threads 16",
        "LOOKALIKE_HOST=0.0.0.0 lookalike serve",
    )
)
@click.option(
    "--host", type=Host(), help="Address to listen on; else LOOKALIKE_HOST, else 127.0.0.1."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else LOOKALIKE_PORT, else 8000.")
@click.option("--threads", type=click.IntRange(1, 256), help="Requests answered at a time.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Do background work, too.")
@lifeline_option
@with_settings
def command(
    settings: Settings,
    host: str | None,
    port: int | None,
    threads: int | None,
    with_worker: bool,
    lifeline: int | None,
) -> None:
    """Serve the shop's pages and the JSON API until interrupted.

    One process with several threads, and one that does background work; put a web server that
    speaks HTTPS in front.
    """
    hold_lifeline(lifeline)
    given = {"host": host, "port": port, "threads": threads}
    told = {name: value for name, value in given.items() if value is not None}
    chosen = replace(settings, **told)  # type: ignore[arg-type]  # each value is of its field's type
    serve(chosen, with_worker=with_worker)


def serve(settings: Settings, *, with_worker: bool = True) -> None:
    """Print where the pages are and serve them; comes back when interrupted.

    Raises:
        AddressTaken: the address cannot be listened on.
    """
    settings = listening(settings)
    gc.disable()  # of what is loaded now nothing goes away, so to look through it finds nothing
    from service.server.serving import run_server

    where = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"Lookalike serves http://{where}:{settings.port} (Ctrl-C stops it)", err=True)
    run_server(settings, with_worker=with_worker)


def listening(settings: Settings) -> Settings:
    """Turn a host's name into its address, and make sure that it can be listened on.

    Raises:
        AddressTaken: it cannot.
        BadSetting: the door for machines is the same one.
    """
    # The server would try five times and fill the screen before it gives up.
    name = settings.host.removeprefix("[").removesuffix("]")
    try:
        found = socket.getaddrinfo(name, settings.port, type=socket.SOCK_STREAM)
        # Where a name has both, as `localhost` does, what most clients try.
        family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        host = str(address[0])
        if "%" in host:
            raise OSError(0, "an address of one network card cannot be listened on")
        _keep_apart(settings, host)
        dual = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        with socket.create_server((host, settings.port), family=family, dualstack_ipv6=dual):
            return replace(settings, host=host)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        in_use = getattr(error, "errno", None) == errno.EADDRINUSE
        choose = "choose another --host or --port (LOOKALIKE_HOST, LOOKALIKE_PORT)"
        raise AddressTaken(
            f"cannot listen on {settings.host}:{settings.port} ({reason}): "
            f"{'stop what does, or ' if in_use else ''}{choose}"
        ) from error


def _keep_apart(settings: Settings, host: str) -> None:
    """Keep the door for machines another one: the kernel would deal visitors out to both."""
    machine, _, port = settings.metrics.rpartition(":")
    machine = machine.strip("[]")
    if port == str(settings.port) and (machine == host or _EVERY & {machine, host}):
        raise BadSetting(
            f"LOOKALIKE_METRICS is at another port than the shop's, {settings.port}, "
            f"got '{settings.metrics}'"
        )
