import io

import pytest

from catalog.errors import BadSource
from service.importing.columns import meant_by
from service.importing.table import TableOptions, read_table


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Name", "title"),
        ("Product name", "title"),
        ("Bezeichnung", "title"),
        ("Título", "title"),
        ("Image", "photo"),
        ("image_link", "photo"),
        ("Bild", "photo"),
        ("Preis", "price"),
        ("prix", "price"),
        ("pirce", "price"),
        ("Währung", "currency"),
        ("Wa\u0308hrung", "currency"),
        ("Qty.", "stock"),
        ("Lagerbestand", "stock"),
        ("Kategorie", "category"),
        ("catégorie", "category"),
        ("Artikel-Nr", "sku"),
        ("Artikelnummer", "sku"),
        ("Artikelnumer", "sku"),
        ("Bezeichnun", "title"),
        ("Quantitty", "stock"),
        ("Kathegorie", "category"),
        ("VK-Preis", "price"),
        ("EK-Preis", None),
        ("Art.No", "sku"),
        ("Image file", "photo"),
        ("fabric", None),
        ("made", None),
        ("compartment", None),
        ("colour", "shop_colour"),
        ("season", None),
        ("EAN", None),
        ("", None),
    ],
)
def test_what_a_shop_may_mean_by_a_column_is_known(name, column):
    assert meant_by(name) == column


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Image 2", "image_2"),
        ("Foto-9", "image_9"),
        ("picture_1", "photo"),
        ("photo12", "photo"),
        ("size 2", "size"),
    ],
)
def test_a_further_picture_is_told_the_number_of_its_column(name, column):
    assert meant_by(name) == column


def test_a_near_name_is_offered_once_and_only_for_a_column_that_is_not_there():
    file = io.BytesIO(b"sku,Name,Preis,price,fabric\nA,Dress,1,2,x\nB,Coat,1,2,x\n")

    notes = [each.note for each in read_table(file, "stock.csv") if hasattr(each, "note")]

    assert notes == [
        "the column 'name' is unknown and left out: if it is the title, call it 'title'",
        "the column 'preis' is unknown and left out",
        "the column 'fabric' is unknown and left out",
    ]


def test_a_shops_own_colours_are_told_to_be_left_out_and_those_of_an_export_are_not():
    own = io.BytesIO(b"sku,colour\nA,red\n")
    exported = io.BytesIO(b"sku,colour,photo_digests\nA,red,\n")

    note, _ = read_table(own, "stock.csv")

    assert note.note == (
        "the column 'colour' is left out: the model tells it; the shop's own word goes into "
        "'shop_colour'"
    )
    assert len(list(read_table(exported, "export.csv"))) == 1


def test_a_table_without_a_sku_is_told_which_column_may_be_it():
    file = io.BytesIO(b"Artikelnummer;Preis\nA;1\n")

    with pytest.raises(BadSource, match="if 'Artikelnummer' is the sku, call it 'sku'"):
        list(read_table(file, "stock.csv"))


@pytest.mark.parametrize(
    ("above", "header", "encoding"),
    [
        ("", "Artikelnumer;Preis", "utf-8"),
        ("", "skuu;titl", "utf-8"),
        ("Stock list of May\n\n", "Artikel-Nr.;Preis", "utf-8"),
        ("sep=;\n", "Artikel-Nr.;Preis", "utf-8"),
        ("", "Référence;Prix", "utf-16"),
        ("", "Référence;Prix", "cp1252"),
        ("", '"Artikel\nnummer";Preis', "utf-8"),
    ],
)
def test_a_column_that_may_be_the_sku_is_offered_wherever_the_header_is(above, header, encoding):
    file = io.BytesIO(f"{above}{header}\nA;1\n".encode(encoding))

    options = TableOptions("cp1252" if encoding == "cp1252" else None)
    with pytest.raises(BadSource, match=r"if '.+' is the sku, call it 'sku'") as told:
        list(read_table(file, "stock.csv", options))

    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Name,Image,Preis", "'Name' may be the title, 'Image' the photo, 'Preis' the price"),
        ("title,Bild", "no column seems to be the sku; 'Bild' may be the photo"),
        ("EAN,Titre,Prix,Marque", "'Titre' may be the title, 'Prix' the price, 'Marque' the brand"),
        ("Ref;Title;Bestand", "--map 'Ref=sku'; 'Bestand' may be the stock"),
    ],
)
def test_without_a_sku_the_other_columns_are_told_too(header, told):
    file = io.BytesIO(f"{header}\nA,b,c,d\n".encode())

    with pytest.raises(BadSource) as error:
        list(read_table(file, "stock.csv"))

    assert told in str(error.value)
    assert "'title'" not in str(error.value)


def test_a_file_that_was_opened_in_a_wrong_encoding_is_told_so():
    """As LibreOffice saves an export that it took for Western European."""
    misread = "\ufeffsku,title\nA,Größe\n".encode().decode("cp1252")
    cells, row = misread.splitlines()
    saved = f'"{cells.split(",")[0]}",title\n{row}\n'.encode()

    with pytest.raises(BadSource, match="read in a wrong encoding before it was saved"):
        list(read_table(io.BytesIO(saved), "stock.csv"))


def test_nothing_is_offered_where_nothing_is_near():
    file = io.BytesIO(b"SKU1;Dress\nSKU2;Coat\n")

    with pytest.raises(BadSource) as told:
        list(read_table(file, "stock.csv"))

    assert "call it" not in str(told.value)
