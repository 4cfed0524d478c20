"""A fact that nobody has thought of: one line and a migration in a copy of `catalog`."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.schema import REVISIONS
from tests.fakes import plain_picture

ROOT = Path(__file__).parents[3]
LINE = '    Fact("fabric", Kind.NAME, label="Fabric", synonyms="stoff tissu", filtered=True),\n'
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("product", sa.Column("fabric", sa.String(100)))
    op.add_column("product", sa.Column("folded_fabric", sa.Text))
    op.create_index("ix_product_folded_fabric_id", "product", ["folded_fabric", "id"])
"""
TABLE = """sku,title,photo,fabric
A,Dress,a.png,Leinen
B,Coat,a.png, LEINEN
C,Shirt,a.png,Cafe\u0301-\u200bcre\u0300me
D,Gown,a.png,'=cotton
E,Sock,a.png,
"""
ASK = """
import json, sys
from pathlib import Path
from catalog.checksums import damaged
from service.web.app import create_app
from service.stock.exporting import export_catalogue
from service.importing import import_source
from service.importing.columns import hint_at
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import MeanColourEncoder

home = Path(sys.argv[1])
services = build_services(Settings(home=home / "home"), MeanColourEncoder())
client = create_app(services).test_client()

def skus(query):
    told = client.get("/api/v1/products?" + query).get_json()
    return sorted(each["sku"] for each in told["products"])

def bring(name, table):
    (home / name).write_text(table, encoding="utf-8")
    report = import_source(home / name, services=services)
    return [report.added, report.updated, report.unchanged]

def changes():
    with services.database.reading() as session:
        return session.connection().exec_driver_sql("SELECT max(number) FROM change").scalar()

told = {"first": bring("stock.csv", (home / "stock.csv").read_text("utf-8"))}
export_catalogue(home / "out.csv", services=services)
told["again"] = bring("again.csv", (home / "out.csv").read_text("utf-8-sig"))
told["linen"] = skus("fabric=leinen")
told["either"] = skus("fabric=CAFE-CREME&fabric=%3Dcotton")
told["product"] = client.get("/api/v1/products/C").get_json()["fabric"]
told["facet"] = client.get("/api/v1/facets").get_json()["facts"]["fabric"]
document = client.get("/api/v1/openapi.json").get_json()
told["given"] = "fabric" in document["components"]["schemas"]["Product"]["properties"]
asked = document["paths"]["/api/v1/products"]["get"]["parameters"]
told["asked"] = "fabric" in [each["name"] for each in asked]
told["page"] = client.get("/products/C").text
told["browse"] = client.get("/browse?fabric=leinen").text
told["hint"] = hint_at("fabric", ["Stoff"])
before = changes()
told["later"] = bring("later.csv", "sku,fabric\\nA,Wool\\n")
told["changes"] = changes() - before
told["left"] = skus("fabric=leinen")
told["told_anew"] = client.get("/api/v1/facets").get_json()["facts"]["fabric"]["distinct"]
with services.database.reading() as session:
    told["damaged"] = len(list(damaged(session)))
services.close()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a shop with that fact has told of itself, and its export."""
    home = tmp_path_factory.mktemp("one-line")
    shutil.copytree(ROOT / "catalog", home / "catalog")
    declared = home / "catalog" / "facts.py"
    text, times = re.subn(
        r"(?m)^FACTS = \((?:\n    .*)*\n", lambda m: m[0] + LINE, declared.read_text("utf-8")
    )
    assert times == 1
    declared.write_text(text, encoding="utf-8")
    migration = home / "catalog" / "migrations" / "versions" / "9000_fabric.py"
    migration.write_text(MIGRATION.format(before=REVISIONS[-1]), encoding="utf-8")
    (home / "stock.csv").write_text(TABLE, encoding="utf-8")
    (home / "a.png").write_bytes(plain_picture((200, 0, 0), 2))
    env = os.environ | {"PYTHONPATH": os.pathsep.join((str(home), str(ROOT)))}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(home)], cwd=home, env=env, capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout) | {"export": (home / "out.csv").read_text("utf-8-sig")}


def test_it_is_imported_exported_and_imported_again(told):
    assert told["first"] == [5, 0, 0]
    assert '"fabric"' in told["export"].splitlines()[0]
    assert '"Caf\u00e9-cr\u00e8me"' in told["export"]
    assert '"\'=cotton"' in told["export"]
    assert told["again"] == [0, 0, 5]


def test_its_other_names_are_known_to_an_import(told):
    assert told["hint"] == (
        "; if 'Stoff' is the fabric, call it 'fabric' or say --map 'Stoff=fabric'"
    )


def test_the_api_gives_it_and_describes_it(told):
    assert told["product"] == "Caf\u00e9-cr\u00e8me"
    assert told["given"]
    assert told["asked"]


def test_products_are_narrowed_by_it_however_it_is_written(told):
    assert told["linen"] == ["A", "B"]
    assert told["either"] == ["C", "D"]


def test_its_values_are_counted_as_their_first_product_spells_them(told):
    assert told["facet"] == {
        "values": [
            {"label": "Leinen", "products": 2},
            {"label": "=cotton", "products": 1},
            {"label": "Caf\u00e9-cr\u00e8me", "products": 1},
        ],
        "distinct": 3,
    }


def test_a_page_shows_it_and_offers_it(told):
    assert re.search(r"<dt>Fabric</dt>.*?Caf\u00e9-cr\u00e8me", told["page"], re.DOTALL)
    assert 'name="fabric" value="Leinen" checked' in told["browse"]
    assert 'name="fabric" value="=cotton">' in told["browse"]


def test_a_change_of_it_is_a_change_that_every_search_follows(told):
    assert told["later"] == [0, 1, 0]
    assert told["changes"] == 1
    assert told["left"] == ["B"]
    assert told["told_anew"] == 4
    assert told["damaged"] == 0
