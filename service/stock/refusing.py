"""Looks at what is there of some parts of a change, and says which of them cannot go back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import promotions
from catalog.kept_states import PICTURES, is_taken, row_states, states_of, table_called
from catalog.spellings import spellings
from catalog.stored import StoredReading
from embeddings.files import names
from service.stock.parts import Part
from service.stock.refusals import ANEW, why_not, why_not_row
from service.wiring import Services

_LOST = "a picture of it is lost; a backup may have it"
_DAMAGED = "what was kept of it was damaged; a backup may have it"
UNREAD = (
    "another model answers than read its pictures: try again; if it stays so, run "
    "lookalike verify --repair"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A product that stays as it is."""

    sku: str
    reason: str


class Present:
    """What is there now of some parts, read for all of them at once."""

    def __init__(
        self,
        session: Session,
        parts: Sequence[Part],
        readings: Mapping[str, StoredReading],
        *,
        services: Services,
    ) -> None:
        """Read it; `readings` are those of pictures that come back, by digest."""
        self._session, self._services = session, services
        skus = [sku for part in parts for sku in part.skus]
        self._states = states_of(session, skus)
        self._rows = row_states(session, ((row.table, row.key) for p in parts for row in p.rows))
        gone = [sku for sku in skus if sku not in self._states]
        # To a person another product may be called so by now.
        self._alike = spellings(session, gone, names.key) if gone else {}
        model = promotions.current(session)
        self._readings = {
            digest: reading
            for digest, reading in readings.items()
            if model is not None and reading.fingerprint == model.fingerprint
        }

    def refusals(self, part: Part) -> list[Refused]:
        """Return why products of a part cannot go back; nothing, where all can."""
        if part.is_damaged:
            return [Refused(part.sku, _DAMAGED)]
        if (reason := self._of_rows(part)) is not None:
            return [Refused(sku, reason) for sku in part.skus or [""]]
        reasons = self._of_products(part)
        if not reasons:
            return []
        beside = f"it belongs together with '{next(iter(reasons))}'"
        return [Refused(sku, reasons.get(sku, beside)) for sku in part.skus]

    def _of_rows(self, part: Part) -> str | None:
        for row in part.rows:
            found = self._rows[row.table, row.key]
            if (reason := why_not_row(row.after, found)) is not None:
                return reason
            if row.before is None:
                continue
            # Of a row that is changed only what differs is kept: the rest is what it is now.
            whole, table = (found or {}) | row.before, table_called(row.table)
            if is_taken(self._session, table, row.key, whole, found):
                return ANEW
        return None

    def _of_products(self, part: Part) -> dict[str, str]:
        reasons: dict[str, str] = {}
        for each in part.formers:
            now = self._states.get(each.sku)
            reason = why_not(each.after, now)
            if reason is None and now is None and each.before is not None:
                other = self._alike.get(each.sku)
                reason = None if other is None else f"a product of the SKU '{other}' is there now"
            held = {digest for digest, _ in (now or {}).get(PICTURES, ())}
            for digest, _ in (each.before or {}).get(PICTURES, ()):
                if digest not in self._services.store:
                    reason = reason or _LOST
                elif digest not in held and digest not in self._readings:
                    reason = reason or UNREAD
            if reason is not None:
                reasons[each.sku] = reason
        return reasons
