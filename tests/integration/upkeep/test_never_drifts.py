"""Whatever happens to a catalogue, a fresh process answers as the database says."""

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from catalog.filters import Filters
from catalog.words import fold
from service.finding.browse import category_counts, products_page
from service.finding.search import find_like_reading
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.fakes import plain_photo
from tests.never_drifts.by_http import ByHttp
from tests.never_drifts.models import FIRST, SECOND
from tests.never_drifts.restores import Restores
from tests.never_drifts.staff import StaffChanges
from tests.never_drifts.writers import COLOURS, LABELS, SEEN, SKU, WHO, Writers, facts_of

ACME = (("brand", ("acme",)),)
FILTERS = st.builds(
    Filters,
    category=st.none() | st.sampled_from(LABELS),
    min_price_cents=st.none() | st.integers(0, 5),
    in_stock=st.booleans(),
    facts=st.sampled_from([(), ACME]),
)
ALWAYS_ASKED = (
    Filters(category="red"),
    Filters(category="hat", in_stock=True),
    Filters(min_price_cents=4),
    Filters(facts=ACME),
)


class Died(Exception):
    """Stands for the end of a process."""


class Catalogue(Writers, ByHttp, StaffChanges, Restores, RuleBasedStateMachine):
    """Two processes' parts over one home; either may be the one that acts."""

    @initialize()
    def open(self):
        self.home = Path(tempfile.mkdtemp(prefix="lookalike-"))
        self.processes = [self.start(), self.start()]
        self.begin()
        self.open_the_door()

    def start(self):
        return build_services(Settings(home=self.home), FIRST, others=[SECOND])

    @rule(who=WHO)
    def snapshot(self, who):
        self.processes[who].index.save_snapshot()

    @rule(who=WHO, damage=st.sampled_from(["cut", "flip", "gone"]))
    def damage_snapshots(self, who, damage):
        for path in self.processes[who].settings.snapshots.glob("*.index"):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            if damage == "gone":
                path.unlink()
            else:
                path.write_bytes(data if damage == "flip" else data[:-3])

    @rule(who=WHO, back=st.booleans())
    def promote(self, who, back):
        services = self.processes[who]
        other = SECOND if services.encoder is FIRST else FIRST
        read_missing(model_of(other, "other"), services=services)
        before = self.promotions()
        if before == 0:
            return  # a catalogue begins with its first import
        SEEN["models put into service"] += 1
        if back and before > 1:
            roll_back_model(services=services)
        else:
            promote_model(model_of(other, "other"), services=services)

    @rule(back=st.booleans(), after_ms=st.sampled_from([0, 1, 2, 5, 10, 20, 80]))
    def die_while_promoting(self, back, after_ms):
        services = self.processes[0]
        before = self.promotions()
        if before < (2 if back else 1):
            return
        for each in (FIRST, SECOND):
            read_missing(model_of(each, each.fingerprint), services=services)
        died = self.die(after_ms, "roll back" if back else "promote")
        made = self.promotions() - before
        assert made in ((0, 1) if died else (1,))

    def promotions(self):
        with self.processes[0].database.reading() as session:
            return session.scalar(text("SELECT count(*) FROM promotion"))

    @rule(who=WHO)
    def die_idle(self, who):
        self.processes[who].database.close()
        self.processes[who] = self.start()

    @rule(who=WHO, sku=SKU, colour=COLOURS)
    def die_before_the_commit(self, who, sku, colour):
        """The picture is in the store and the rows are written, but never committed."""
        services = self.processes[who]
        services.store.put(plain_photo(colour))
        with suppress(Died), services.database.writing() as session:
            session.execute(text("DELETE FROM reading"))
            session.execute(text("UPDATE product SET stock = 77, human_category = NULL"))
            session.execute(text("INSERT INTO change (kind) VALUES ('product')"))
            raise Died
        self.leftovers = True
        self.die_idle(who)

    @rule(who=WHO)
    def repair(self, who):
        assert verify(services=self.processes[who], repair=True).problems == ()
        self.leftovers = False

    def rows(self):
        """Every product as the database has it, with its photos' embeddings."""
        services = self.processes[0]
        with services.database.reading() as session:
            promoted = session.scalar(
                text("SELECT fingerprint FROM promotion ORDER BY id DESC LIMIT 1")
            )
            found = {
                row.sku: (row, []) for row in session.execute(text("SELECT * FROM product")).all()
            }
            owners = {row.id: row.sku for row, _ in found.values()}
            query = text(
                "SELECT product_id, embedding FROM photo JOIN reading ON photo_id = photo.id"
                " WHERE fingerprint = :promoted"
            )
            for product_id, embedding in session.execute(query, {"promoted": promoted}):
                found[owners[product_id]][1].append(np.frombuffer(embedding, dtype="<f4"))
        return found

    @rule(wanted=FILTERS, colour=COLOURS, per_page=st.integers(1, 4))
    def search(self, wanted, colour, per_page):
        """Every process, and a fresh one, answers as numpy does over the rows."""
        fresh = self.start()
        for services in (*self.processes, fresh):
            self.compare(services, wanted, colour, per_page)
        fresh.database.close()

    def compare(self, services, wanted, colour, per_page):
        [reading] = FIRST.read([plain_photo(colour)])
        rows = self.rows()
        expected = {
            sku: max(float(vector @ reading.embedding) for vector in vectors)
            for sku, (row, vectors) in rows.items()
            if vectors
            and wanted.category in (None, row.category)
            and (
                wanted.min_price_cents is None
                or (row.price_cents is not None and row.price_cents >= wanted.min_price_cents)
            )
            and (not wanted.in_stock or row.stock > 0)
            and (not wanted.facts or row.folded_brand in wanted.facts[0][1])
        }
        styles = {sku: row.folded_style or (sku,) for sku, (row, _) in rows.items()}
        self.compare_pages(services, reading, wanted, per_page, expected, {})
        self.compare_pages(services, reading, wanted, per_page, expected, styles)

    def compare_pages(self, services, reading, wanted, per_page, cosine_of, styles):
        """Hold all pages, by products or by the styles of these, against each product's cosine."""
        expected = {}
        for sku, cosine in cosine_of.items():
            standing = styles.get(sku, sku)
            expected[standing] = max(cosine, expected.get(standing, -1))
        hits = []
        for page in range(1, -(-len(expected) // per_page) + 2):
            found = find_like_reading(
                reading, wanted, page, per_page, services=services, one_per_style=bool(styles)
            )
            assert (found.total, found.total_products) == (len(expected), len(cosine_of))
            hits += found.hits
        SEEN["styles of several variants"] += bool(styles) and len(expected) < len(cosine_of)
        standing = [styles.get(hit.product.sku, hit.product.sku) for hit in hits]
        assert len(hits) == len(expected)
        assert set(standing) == expected.keys()
        assert {hit.product.sku for hit in hits} <= cosine_of.keys()
        cosines = np.array([expected[each] for each in standing])
        np.testing.assert_allclose(cosines, np.sort(cosines)[::-1], atol=1e-6)
        np.testing.assert_allclose([hit.cosine for hit in hits], cosines, atol=1e-6)

    @invariant()
    def what_was_remembered_of_filters_is_not_used_when_stale(self):
        for services in getattr(self, "processes", ()):
            for wanted in ALWAYS_ASKED:
                self.compare(services, wanted, (250, 40, 0), per_page=10)

    @invariant()
    def categories_are_counted_as_the_rows_have_them(self):
        if hasattr(self, "processes"):
            rows = Counter(row.category for row, _ in self.rows().values() if row.category)
            for services in self.processes:
                counts = category_counts(services=services)
                assert {each.category: each.products for each in counts} == rows

    @invariant()
    def words_are_found_as_the_rows_have_them(self):
        for row, _ in self.rows().values() if hasattr(self, "processes") else ():
            assert (row.folded_sku, row.folded_title) == (fold(row.sku), fold(row.title))
            assert row.folded_brand == (None if row.brand is None else fold(row.brand))
            assert row.folded_style == (None if row.style is None else fold(row.style))

    @invariant()
    def styles_are_listed_as_the_rows_have_them(self):
        if hasattr(self, "processes"):
            rows = sorted((row for row, _ in self.rows().values()), key=lambda row: row.id)
            newest = {row.folded_style or (row.sku,): row.sku for row in rows}
            for services in self.processes:
                page = products_page(Filters(), 1, 10, services=services, one_per_style=True)
                assert {card.sku for card in page.products} == set(newest.values())
                assert (page.total, page.total_products) == (len(newest), len(rows))

    @invariant()
    def brands_are_counted_as_the_rows_have_them(self):
        if hasattr(self, "processes"):
            rows = Counter(row.folded_brand for row, _ in self.rows().values() if row.brand)
            for services in self.processes:
                counts = services.facts.current()["brand"]
                assert {each.folded: each.products for each in counts.values} == rows
                assert counts.distinct == len(rows)

    @invariant()
    def nothing_drifts(self):
        if not hasattr(self, "processes"):
            return
        fresh = self.start()
        for services in (*self.processes, fresh):
            assert services.index.drift() == 0
        for services in (self.processes[0], fresh):
            report = verify(services=services)
            assert report.drift == 0
            kinds = {problem.kind for problem in report.problems}
            assert kinds <= ({DisagreementKind.ORPHAN_PICTURE} if self.leftovers else set())
        fresh.database.close()

    @invariant()
    def what_was_said_last_stands(self):
        if hasattr(self, "processes"):
            assert self.held() == facts_of(self.told)
            SEEN["steps"] += 1

    def teardown(self):
        for services in getattr(self, "processes", ()):
            services.database.close()
        if hasattr(self, "home"):
            shutil.rmtree(self.home)


Catalogue.TestCase.settings = hypothesis_settings(max_examples=10, stateful_step_count=15)
TestTheCatalogueNeverDrifts = Catalogue.TestCase
