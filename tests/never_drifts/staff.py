"""Somebody of the staff changes products and undoes it, in another process, perhaps too late."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalog.stock_list import ids_of_skus
from catalog.stored import ProductFacts, ProductRecord
from service.access.actor import at_the_machine
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import change_many
from service.wiring import Services
from tests.never_drifts.killed import deed_called
from tests.never_drifts.told import Told
from tests.never_drifts.writers import SEEN, SKU, WHO, facts_of

ME = at_the_machine()


class StaffChanges:
    """A rule of a state machine that has `processes` and `told`."""

    processes: list[Services]
    told: Told
    held: Callable[[], dict[str, object]]

    @rule(
        who=WHO,
        skus=st.lists(SKU, min_size=1, max_size=3, unique=True),
        deed=st.sampled_from(["brand", "withdraw", "category"]),
        between=st.sampled_from(["nothing", "stock", "brand", "snapshot"]),
        redo=st.booleans(),
    )
    def change_and_undo(self, who, skus, deed, between, redo):
        """What staff changed is undone by another process, but for what was changed since."""
        services, other = self.processes[who], self.processes[1 - who]
        with services.database.reading() as session:
            ids = ids_of_skus(session, skus)
        number = change_many(ids, deed_called(deed), by=ME, services=services).number
        if number is None:
            return
        SEEN["changes of the staff"] += 1
        gone = deed == "withdraw"
        if between == "snapshot":
            other.index.save_snapshot()
        elif between != "nothing" and not gone:
            changed = [sku for sku in skus if sku in self.told.products]
            facts: ProductFacts = {"stock": 1} if between == "stock" else {"brand": "Later"}
            record_batch([ProductRecord(changed[0], facts)], services=other)
            self.told.products[changed[0]].facts |= facts
        outcome = undo(number, by=ME, services=other)
        stays = between == "brand" and deed == "brand"
        if redo and outcome.number is not None and not outcome.refused and between == "nothing":
            again = undo(outcome.number, by=ME, services=services)
            assert undo(again.number, by=ME, services=other).products == outcome.products
        SEEN["products that staff brought back"] += outcome.products
        assert len(outcome.refused) <= stays
        for refused in outcome.refused:
            assert refused.reason == "changed since: its brand is 'Later' now"
        # A person's word is what it was, with the time at which it was said: nothing is told anew.
        assert self.held() == facts_of(self.told)
