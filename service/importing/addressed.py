"""What is done about pictures at addresses: nothing, looking at the addresses, or fetching them."""

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from catalog.errors import BadRow
from catalog.fetched_files import Fetched, fetched_files
from service.importing.elsewhere import PictureElsewhere
from service.importing.opening import SourceOptions
from service.wiring import Services
from service.wording import counted

if TYPE_CHECKING:
    from service.fetching import FetchPolicy

Wanted: TypeAlias = tuple[str, Set[str]]  # address, digests of the files that its product has
Found: TypeAlias = tuple[str, bytes | None]  # digest of a file; None: it is not needed, or not had


class Addressed(Protocol):
    """Pictures at addresses."""

    fetches: bool
    chunks_ahead: int  # of rows, whose pictures are begun before those in front are taken

    def begin(self, wanted: Sequence[Wanted]) -> None:
        """Say what is soon to be taken."""
        ...

    def take(self, wanted: Wanted, beat: Callable[[], None], /) -> Found:
        """Give a picture's file; `beat` is called until it is there.

        Raises:
            BadRow: it cannot be had.
        """
        ...

    def done_with(self, addresses: Sequence[str], *, recorded: bool) -> None:
        """Say that rows are through, in the catalogue or not."""
        ...

    def note(self) -> str | None:
        """Return what is to be told at the end."""
        ...


class NotFetched:
    """Pictures at addresses where nothing is fetched."""

    fetches = False
    chunks_ahead = 0

    def begin(self, wanted: Sequence[Wanted]) -> None:
        """Do nothing."""

    def take(self, wanted: Wanted, _beat: Callable[[], None]) -> Found:
        """Raise PictureElsewhere."""
        raise PictureElsewhere(wanted[0])

    def done_with(self, addresses: Sequence[str], *, recorded: bool) -> None:
        """Do nothing."""

    def note(self) -> str | None:
        """Tell nothing: each row was refused."""
        return None


class LookedAt(NotFetched):
    """Pictures at addresses in a rehearsal: it is said whether they would be asked for."""

    fetches = True

    def __init__(self, policy: "FetchPolicy", services: Services) -> None:
        """Take where may be asked."""
        self._policy = policy
        self._services = services
        self._before: dict[str, Fetched] = {}
        self._count = 0

    def begin(self, wanted: Sequence[Wanted]) -> None:
        """Look up what came of these addresses before."""
        if self._services.settings.database.exists():  # opening it would make it
            with self._services.database.reading() as session:
                self._before = fetched_files(session, [address for address, _ in wanted])

    def take(self, wanted: Wanted, _beat: Callable[[], None]) -> Found:
        """Give what came before, or what no file has as its digest. Raises: BadRow."""
        from service.fetching import NotHad

        address, held = wanted
        try:
            self._policy.check(address)
        except NotHad as error:
            raise BadRow(not_had(address, str(error))) from None
        before = self._before.get(address)
        self._count += 1
        if before is not None and before.source_digest in held:
            return before.source_digest, None
        return f"at {address}", None

    def note(self) -> str | None:
        """Say that nothing was fetched."""
        if not self._count:
            return None
        verb = "is" if self._count == 1 else "are"
        return (
            f"{counted(self._count, 'picture')} {verb} at addresses and not fetched by a dry run: "
            "whether they can be had, and have changed, is not known"
        )


@contextmanager
def addressed(
    path: Path, options: SourceOptions, *, services: Services, dry_run: bool
) -> Iterator[Addressed]:
    """Give what settings and options say of pictures at addresses, for the import of a source.

    Raises:
        BadSetting: the options name what is no host.
    """
    settings = services.settings
    if not (options.fetch_hosts or settings.fetch_hosts or settings.fetch_private):
        yield NotFetched()
        return
    # The library is loaded where it is needed: no other command waits for it.
    from service.fetching import policy_of
    from service.importing.fetched import fetched_pictures

    policy = policy_of(settings, options.fetch_hosts)
    assert policy is not None
    if dry_run:
        yield LookedAt(policy, services)
        return
    with fetched_pictures(str(path.resolve()), policy, services=services) as pictures:
        yield pictures


def not_had(address: str, reason: str) -> str:
    """Say of an address why its picture cannot be had."""
    return f"the picture at '{address[:300]}' cannot be had: {reason}"
