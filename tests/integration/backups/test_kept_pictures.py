"""Pictures that are kept for an undo go along with a backup, each once."""

from catalog.staff_changes import newest_changes
from catalog.stock_list import ids_of_skus
from service.access.actor import at_the_machine
from service.backups import back_up
from service.finding.browse import product_by_sku
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, change_many
from service.upkeep.verify import verify
from tests.integration.backups.conftest import contents, put_back
from tests.shop import product

ME = at_the_machine()


def test_what_one_product_shows_and_the_undo_of_another_wants_comes_back(shop, another, tmp_path):
    items = [product(shop, "ONE", (9, 90, 9)), product(shop, "TWO", (9, 90, 9))]
    items.append(product(shop, "ALONE", (90, 9, 90)))
    record_batch(items, services=shop)
    before = contents(shop)
    with shop.database.reading() as session:
        ids = ids_of_skus(session, ["ALONE", "TWO"])
    change = change_many(ids, WITHDRAW, by=ME, services=shop).number

    back_up(tmp_path / "after.tar", services=shop)
    put_back(tmp_path / "after.tar", another)
    undone = undo(change, by=ME, services=another)

    with another.database.reading() as session:
        assert len(newest_changes(session, 9)) == 2
    assert (undone.products, undone.refused) == (2, [])
    assert contents(another)["pictures"] == before["pictures"]
    assert product_by_sku("TWO", services=another).sku == "TWO"
    assert verify(services=another).problems == ()
