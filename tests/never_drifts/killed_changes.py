"""Kills processes that change many products, or undo it, and says what they left."""

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from catalog.kept_states import State, states_of
from catalog.staff_changes import newest_changes
from catalog.stock_filters import StockFilters
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import Selection, chosen, preview
from service.upkeep.checks import DisagreementKind
from service.upkeep.verify import verify
from service.wiring import Services, build_services
from tests.never_drifts.killed import deed_called, write_and_die
from tests.never_drifts.models import FIRST, SECOND
from tests.shop import photo

PRODUCTS = 250
_HARMLESS = {DisagreementKind.ORPHAN_PICTURE, DisagreementKind.ABANDONED_FILE}


@dataclass
class Seen:
    """What was found after each kill."""

    wrong: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def hold(self, holds: bool, what: str) -> None:
        """Note what is not as it must be."""
        if not holds:
            self.wrong.append(what)


def kill_changes(home: Path, rounds: int, seed: int = 7) -> Seen:
    """Change many products and undo it, each time killed at a random moment, so many times."""
    services = build_services(Settings(home=home), FIRST, others=[SECOND])
    _fill(services)
    before = _held(services)
    chance, seen, patience_s = random.Random(seed), Seen(), 0.4
    for number in range(rounds):
        deed = ("brand", "withdraw", "category")[number % 3]
        ids, number_before = _all_ids(services, deed), _last_change(services)
        died = write_and_die(home, "many", deed, ids, after_s=chance.uniform(0, patience_s))
        seen.met["killed while changing" if died else "done before the kill"] += 1
        patience_s *= 1.2 if died else 0.7
        changed = _check_changed(services, deed, before, number_before, seen)
        seen.met["killed with a part done"] += died and 0 < changed < PRODUCTS
        last = _last_change(services)
        if last == number_before:
            continue
        died = write_and_die(home, "undo", last, after_s=chance.uniform(0, patience_s))
        seen.met["killed while undoing"] += died
        undo(last, by=at_the_machine(), services=services)
        seen.hold(_held(services) == before, f"round {number}: not all is as it was ({deed})")
        _check_undone(services, last, changed, seen)
        report = verify(services=services, repair=True)
        seen.hold(report.drift == 0, f"round {number}: drift {report.drift}")
        left = {each.kind for each in report.repaired} - _HARMLESS
        seen.hold(not left, f"round {number}: {sorted(left)} had to be repaired")
    services.close()
    return seen


def _fill(services: Services) -> None:
    """Make products, a tenth of them with a picture."""
    record_batch(
        [
            ProductRecord(
                f"SKU-{number:03}",
                {"title": f"Product {number}", "stock": number, "price_cents": 100 + number},
                photos=() if number % 10 else (photo(services, (number, 255 - number, 40)),),
            )
            for number in range(PRODUCTS)
        ],
        services=services,
    )


def _check_changed(
    services: Services, deed: str, before: dict[str, State], number_before: int, seen: Seen
) -> int:
    """Hold that each product is as it was or as it was to be, and that as many are told of."""
    now = _held(services)
    changed = {sku for sku in before if now.get(sku) != before[sku]}
    for sku in changed:
        as_wanted = {
            "brand": sku in now and now[sku] == before[sku] | {"brand": "Acme"},
            "withdraw": sku not in now,
            "category": sku in now and now[sku]["category"][0] == "Hat",
        }[deed]
        seen.hold(as_wanted, f"{sku} is neither as it was nor as it was to be ({deed})")
    with services.database.reading() as session:
        told = sum(each.products for each in newest_changes(session, 9) if each.id > number_before)
    seen.hold(told == len(changed), f"{len(changed)} have changed, {told} are told of ({deed})")
    return len(changed)


def _check_undone(services: Services, number: int, changed: int, seen: Seen) -> None:
    with services.database.reading() as session:
        told = {each.id: each for each in newest_changes(session, 9)}
        back = sum(each.products for each in told.values() if each.undoes == number)
        seen.hold(told[number].undone == changed, "not all that was changed is noted as undone")
    seen.hold(back == changed, f"{changed} had changed, {back} were brought back")


def _all_ids(services: Services, deed: str) -> list[int]:
    every = Selection(filters=StockFilters())
    digest = preview(every, deed_called(deed), services=services).digest
    return chosen(every, digest, services=services)


def _last_change(services: Services) -> int:
    with services.database.reading() as session:
        return max((each.id for each in newest_changes(session, 1)), default=0)


def _held(services: Services) -> dict[str, State]:
    with services.database.reading() as session:
        return states_of(session, [f"SKU-{number:03}" for number in range(PRODUCTS)])
