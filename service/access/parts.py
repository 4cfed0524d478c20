"""What the use cases of this room are handed; one for each process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.models import now
from service.access.door import Door
from service.access.last_use import LastUses
from service.access.passwords import Passwords
from service.access.rates import Rates
from service.access.secret import Secret
from service.database.sessions import Database
from service.settings.environment import Settings

LONGEST_SESSION = timedelta(days=14)  # however much it is used


@dataclass(frozen=True, slots=True)
class Access:
    """The catalogue with its accounts and keys, and what guards the way in."""

    database: Database
    secret: Secret
    passwords: Passwords
    door: Door
    rates: Rates
    uses: LastUses
    unused_session: timedelta  # after that a session is over
    now: Callable[[], datetime] = now


def build_access(
    settings: Settings,
    database: Database,
    *,
    passwords: Passwords | None = None,
    now: Callable[[], datetime] = now,
) -> Access:
    """Build the parts over a catalogue; nothing is opened before its first use."""
    return Access(
        database=database,
        secret=Secret(settings.home),
        passwords=passwords or Passwords(),
        door=Door(),
        rates=Rates(settings.rates),
        uses=LastUses(database, now),
        unused_session=timedelta(hours=settings.session_hours),
        now=now,
    )
