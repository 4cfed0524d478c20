"""The commands as a person or a script calls them, over a real catalogue."""

import json
from contextlib import closing

import click
import pytest

from catalog.errors import UnknownProduct
from service.cli.entry import run
from service.cli.group import COMMANDS, lookalike
from service.finding.browse import product_by_sku
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.tiny_bundle import make_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder with a model of its own, and a folder of three pictures beside it."""
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, colour in (("red", (200, 0, 0)), ("green", (0, 200, 0)), ("blue", (0, 0, 200))):
        (tmp_path / "in" / f"{name}.png").write_bytes(plain_picture(colour))
    return tmp_path


@pytest.fixture
def shop(home, capsys):
    """The three pictures in the catalogue."""
    assert run(["import", "in"]) == 0
    capsys.readouterr()
    return home


def product(home, sku):
    settings = Settings(home=home / "home", bundle=str(home / "bundle"))
    with closing(build_services(settings)) as services:
        return product_by_sku(sku, services=services)


def answer(capsys, *arguments, code=0):
    """Run a command that prints JSON, and give what it says."""
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def all_commands():
    for name in COMMANDS:
        command = lookalike.get_command(None, name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", each) for part, each in command.commands.items())


@pytest.mark.parametrize(("name", "command"), list(all_commands()))
def test_every_command_has_help_with_an_example(name, command, capsys):
    code = run([*name.split(), "--help"])

    shown = capsys.readouterr().out
    assert code == 0
    assert f"  lookalike {name}" in shown.partition("Examples:")[2]
    assert all(
        option.help
        for option in command.params
        if isinstance(option, click.Option)
        if option.name not in ("page", "per_page")
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_line_in_the_list_is_the_first_of_its_own_help(name):
    _, line = COMMANDS[name]

    assert lookalike.get_command(None, name).help.splitlines()[0] == line


ALIKE = (
    "3 pairs of products may be one: look at /staff/duplicates, or run lookalike duplicates list\n"
)
UNCOUNTED = "3 new products came without a stock: each counts as 1 piece\n"


def test_an_import_says_what_it_did(home, capsys):
    code = run(["import", "in"])

    out, err = capsys.readouterr()
    assert code == 0
    assert out == "3 read: 3 added, 0 updated, 0 unchanged, 0 refused\n" + ALIKE + UNCOUNTED
    assert err == ""


def test_a_failed_row_is_shown_written_down_and_told_by_the_exit_code(home, capsys):
    (home / "in" / "broken.png").write_bytes(b"no picture")

    code = run(["import", "in", "--errors", "errors.csv"])

    out, err = capsys.readouterr()
    assert code == 1
    assert "4 read: 3 added, 0 updated, 0 unchanged, 1 refused" in out
    assert "broken" in out
    assert err == "lookalike: 1 of 4 rows refused; all of them are in errors.csv\n"
    assert "'broken.png'" in (home / "errors.csv").read_text(encoding="utf-8-sig")


def test_corrections_are_kept_out_and_told_unless_a_person_stands_for_them(shop, capsys):
    run(["label", "red", "Gown"])
    (shop / "words.csv").write_text("sku,category,fabric\nred,Coat,x\nblue,Coat,x\n")
    capsys.readouterr()

    code = run(["import", "words.csv"])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")  # a column too many and a word not taken are no failed rows
    assert "2 read: 0 added, 1 updated, 0 unchanged, 1 kept as said before, 0 refused" in out
    assert "the column 'fabric' is unknown and left out" in out
    assert "for a person said 'Gown': --as-person takes it" in out
    told = answer(capsys, "import", "words.csv", "--as-person")
    # One is changed, and one is now a person's word in place of the file's.
    assert (told["read"], told["updated"], told["unchanged"], told["kept"]) == (2, 2, 0, 0)
    assert product(shop, "red").category == "Coat"


def test_an_import_learns_what_words_and_columns_mean_for_the_next_one(home, capsys):
    table = home / "in" / "list.csv"
    table.write_text("Artikel,Name,Art,Bild\nred,A,Hosen,red.png\n")
    said = ["--map", "Artikel=sku", "--map", "Name=title", "--map", "Bild=photo"]
    said += ["--map", "Art=category", "--save-map", "nord", "--category", "Hosen=Trousers"]
    assert run(["import", "in/list.csv", *said, "--dry-run"]) == 0
    assert not (home / "home").exists()

    assert run(["import", "in/list.csv", *said]) == 0
    table.write_text("Artikel,Name,Art,Bild\nblue,B,hosen,blue.png\n")
    assert run(["import", "in/list.csv"]) == 0

    assert "read by the map 'nord', all of whose columns it has" in capsys.readouterr().err
    assert [product(home, sku).category for sku in ("red", "blue")] == ["Trousers", "Trousers"]


def test_an_import_of_what_cannot_be_read_teaches_nothing(shop, capsys):
    (shop / "empty.csv").write_text("")

    refused = [
        run(["import", name, "--category", "Hosen=Trousers"]) for name in ("no.csv", "empty.csv")
    ]

    assert 0 not in refused
    listed = answer(capsys_cleared(capsys), "category", "list")
    assert [each["words"] for each in listed if each["words"]] == []


def test_an_import_tells_a_script_all_of_it(home, capsys):
    (home / "in" / "broken.png").write_bytes(b"no picture")

    told = answer(capsys, "import", "in", "--dry-run", code=1)

    assert (told["added"], told["dry_run"]) == (3, True)
    assert [error["sku"] for error in told["failed"]] == ["broken"]
    assert not (home / "home").exists()


def test_a_search_names_the_category_and_the_nearest_first(shop, capsys):
    told = answer(capsys, "search", "in/green.png", "--per-page", "2")

    assert told["verdict"] in ("match", "no_close_match", "not_a_garment")
    assert 0 < told["category"]["confidence"] <= 1
    assert told["hits"][0]["sku"] == "green"
    assert (len(told["hits"]), told["total"]) == (2, 3)


def test_a_search_keeps_to_its_filters(shop, capsys):
    (shop / "stock.csv").write_text("sku,price,stock\nred,30,1\ngreen,20,0\nblue,10,2\n")
    run(["import", "stock.csv"])
    capsys.readouterr()

    dear = answer(capsys, "search", "in/green.png", "--min-price", "15", "--max-price", "30.00")
    there = answer(capsys, "search", "in/green.png", "--in-stock", "--text", "blue")

    assert {hit["sku"] for hit in dear["hits"]} == {"red", "green"}
    assert [(hit["sku"], hit["price"]) for hit in there["hits"]] == [("blue", "10.00")]


def test_a_search_for_people_is_a_table(shop, capsys):
    assert run(["search", "in/green.png"]) == 0

    out = capsys.readouterr().out
    assert "like\tsku\ttitle\tcategory\tcolour\tprice\tstock" in out
    assert "page 1 of 1, 3 products" in out


def test_a_label_is_set_and_taken_back(shop, capsys):
    assert run(["label", "red", "Gown"]) == 0
    assert product(shop, "red").category == "Gown"

    assert run(["label", "red", "--undo"]) == 0
    assert product(shop, "red").human_category is None


def test_undo_gives_back_what_was_said_before(shop, capsys):
    for word in ("Gown", "Robe"):
        run(["label", "red", word])
    capsys.readouterr()

    told = []
    for _ in range(3):
        assert run(["label", "red", "--undo"]) == 0
        told.append(capsys.readouterr().out.strip())

    assert told == [
        "red is again of category Gown",
        "red is again what the model says",
        "nobody has said what red is",
    ]


def test_a_label_keeps_the_rules_of_an_import_and_asks_about_a_slip(shop, capsys):
    run(["label", "red", "Tops"])
    capsys.readouterr()

    refused = [run(["label", "blue", word]) for word in (" ", "Tops\nCoats", "x" * 65, "Tpos")]
    said = capsys.readouterr().err.splitlines()

    assert refused == [1, 1, 1, 1]
    assert "no category is called 'Tpos', but 'Tops' is nearly that" in said[3]
    assert product(shop, "blue").human_category is None
    assert run(["label", "blue", "tops "]) == 0
    assert product(shop, "blue").human_category == "Tops"
    assert run(["label", "blue", "Tpos", "--new"]) == 0
    assert product(shop, "blue").human_category == "Tpos"


def test_what_a_person_leaves_to_the_model_no_file_decides(shop, capsys):
    assert run(["label", "red", "--model"]) == 0
    (shop / "words.csv").write_text("sku,category\nred,Gown\n")

    run(["import", "words.csv"])

    assert "a person said to leave it to the model" in capsys.readouterr().out
    assert product(shop, "red").human_category is None


def test_a_shops_word_stands_for_a_category_once_it_was_said(shop, capsys):
    (shop / "words.csv").write_text("sku,category\nred,Tshirts\ngreen,T-Shirt\n")
    run(["import", "words.csv"])
    asked = capsys.readouterr().out

    assert run(["category", "map", "Tshirts", "T-Shirt"]) == 0
    mapped = capsys.readouterr().out
    run(["label", "blue", "TSHIRTS"])
    listed = answer(capsys_cleared(capsys), "category", "list")
    run(["category", "unmap", "Tshirts"])
    forgotten = run(["category", "unmap", "Tshirts"])

    assert 'lookalike category map "T' in asked
    told = "'Tshirts' stands for 'T-Shirt'; 1 product is of it now; to undo it, see the change 1 "
    assert mapped == f"{told}under Changes\n"
    assert {product(shop, sku).category for sku in ("red", "green", "blue")} == {"T-Shirt"}
    named = {"category": "T-Shirt", "belongs_to": None, "products": 3, "words": ["Tshirts"]}
    assert named in listed
    assert forgotten == 1
    assert product(shop, "red").category == "T-Shirt"


def test_products_are_removed_and_the_unknown_ones_told(shop, capsys):
    code = run(["remove", "red", "none"])

    out, err = capsys.readouterr()
    assert (code, out) == (1, "1 removed\n")
    assert "no product has the SKU none" in err
    with pytest.raises(UnknownProduct):
        product(shop, "red")
    assert product(shop, "blue").sku == "blue"


def test_verify_finds_what_was_lost_and_an_import_puts_it_back(shop, capsys):
    assert answer(capsys, "verify")["drift"] == 0
    for file in (shop / "home" / "photos").rglob("*.png"):
        file.unlink()

    lost = answer(capsys, "verify", "--repair", code=1)
    run(["import", "in"])
    capsys.readouterr()
    found = answer(capsys, "verify")

    assert lost["drift"] == 3
    assert {problem["kind"] for problem in lost["problems"]} == {"missing picture"}
    assert found["drift"] == 0


def test_verify_repairs_an_index_that_disagrees(shop, capsys):
    for file in (shop / "home" / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"torn")

    assert run(["verify", "--repair"]) == 0
    assert "drift 0" in capsys.readouterr().out


def test_an_export_comes_back(shop, capsys):
    assert run(["export", "all.csv"]) == 0
    assert run(["import", "all.csv"]) == 0

    assert "3 read: 0 added, 0 updated, 3 unchanged, 0 refused" in capsys.readouterr().out


def test_an_export_to_standard_output_is_clean(shop, capsys):
    assert run(["export", "-"]) == 0

    out, err = capsys.readouterr()
    assert [line.split(",")[0] for line in out.splitlines()] == [
        '"sku"',
        '"blue"',
        '"green"',
        '"red"',
    ]
    assert err == "lookalike: 3 products exported\n"


def test_pictures_are_tagged_without_a_catalogue(home, capsys):
    code = run(["tag", "in", "--output", "tags.csv"])

    assert code == 0
    assert len((home / "tags.csv").read_text().splitlines()) == 4
    assert not (home / "home").exists()


def test_another_model_is_promoted_and_rolled_back(shop, capsys):
    other = make_bundle(shop / "other", name="other", seed=1)

    assert run(["model", "promote", str(shop / "other")]) == 0
    promoted = answer(capsys_cleared(capsys), "model", "list")
    assert run(["model", "rollback"]) == 0
    rolled_back = answer(capsys_cleared(capsys), "model", "list")

    assert [each["name"] for each in promoted] == ["other", "tiny"]
    assert promoted[0]["fingerprint"] == other.fingerprint
    assert [each["name"] for each in rolled_back] == ["tiny", "other", "tiny"]
    assert {each["unread"] for each in rolled_back} == {0}


def test_another_model_is_compared_before_it_is_promoted(shop, capsys):
    other = make_bundle(shop / "other", name="other", seed=1)

    told = answer(capsys, "model", "compare", str(shop / "other"), "--output", "seen.html")
    assert run(["model", "compare", str(shop / "other")]) == 0
    shown = capsys.readouterr().out

    assert (told["before"]["name"], told["after"]["name"]) == ("tiny", "other")
    assert told["after"]["fingerprint"] == other.fingerprint
    assert (told["photos"], told["queries"]) == (3, 3)
    assert "nearest 10 products" in shown
    assert "<h1>other beside tiny</h1>" in (shop / "seen.html").read_text()
    assert [each["name"] for each in answer(capsys, "model", "list")] == ["tiny"]


def capsys_cleared(capsys):
    capsys.readouterr()
    return capsys


def test_home_may_be_given_before_or_after_the_commands_name(home):
    assert run(["--home", "elsewhere", "import", "in"]) == 0
    assert run(["import", "in", "--home", "nearby"]) == 0

    assert (home / "elsewhere" / "catalog.sqlite3").exists()
    assert (home / "nearby" / "catalog.sqlite3").exists()
    assert not (home / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import", "nowhere"], 1, "there is no file or folder 'nowhere'"),
        (["import"], 2, "Missing argument"),
        (["import", "in", "--fast"], 2, "No such option"),
        (["search", "nowhere.png"], 2, "does not exist"),
        (["search", "in/text.png"], 1, "not a picture"),
        (["search", "in/red.png", "--max-price", "1e3"], 2, "written like 19.90"),
        (["search", "in/red.png", "--min-price", "5", "--max-price", "4"], 2, "above the highest"),
        (["label", "none", "Dress"], 1, "no product has the SKU 'none'"),
        (["label", "red"], 2, "give a category, or --undo, or --model"),
        (["label", "red", "Dress", "--undo"], 2, "give a category, or --undo, or --model"),
        (["export", "all.xlsx"], 1, "ends in .csv"),
        (["export", "nowhere/all.csv"], 1, "check the path"),
        (["model", "promote", "nowhere"], 1, "or a shipped name (clothing-photos, fash"),
        (["model", "compare", "nowhere"], 1, "no bundle 'nowhere'"),
        (["model", "compare", "bundle"], 1, "answers now"),
        (["model", "rollback"], 1, "none to go back to"),
        (["tag", "in", "-o", "tags.parquet", "--resume"], 1, "can be resumed"),
    ],
)
def test_what_goes_wrong_is_told_on_standard_error(shop, capsys, arguments, code, said):
    (shop / "in" / "text.png").write_text("text")

    given = run(arguments)

    out, err = capsys.readouterr()
    assert given == code
    assert said in err
    assert out == ""
    if code == 1:
        assert err.startswith("lookalike: ")
        assert len(err.splitlines()) == 1


def test_an_unknown_setting_is_wrong_use(home, monkeypatch, capsys):
    monkeypatch.setenv("LOOKALIKE_BUNDEL", "x")

    assert run(["verify"]) == 2
    assert "unknown setting LOOKALIKE_BUNDEL" in capsys.readouterr().err


def test_a_file_that_is_no_database_is_told_in_one_line(home, capsys):
    (home / "home").mkdir()
    (home / "home" / "catalog.sqlite3").write_bytes(b"this is no database " * 100)

    assert run(["export", "-"]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize("home", ["", " ", "$HOME/shop", "~no-such-person/shop"])
def test_a_home_that_cannot_be_meant_makes_nothing(home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOOKALIKE_HOME", raising=False)

    code = run(["--home", home, "export", "-"])

    assert code == 2
    assert "--home" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
