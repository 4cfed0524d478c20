"""What a shop says of its products: every fact is declared here, once.

The column of the model, the cells of imports and exports, the fields of the API and its document,
the filters and the list on a product's page are all made of this declaration. One more fact of a
kind that there is takes a line here, a migration that adds its columns, and words in the docs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

FactValue: TypeAlias = str | int | None
Facts: TypeAlias = Mapping[str, FactValue]
"""Values by the names of facts; what is not in it is not spoken of."""


class Kind(Enum):
    """How a fact is read, kept and written."""

    TEXT = auto()  # one line, as it came
    NAME = auto()  # a word that things are told apart by: case and accents make no difference
    ADDRESS = auto()  # of a page
    PRICE = auto()  # in cents; 19.90 in a table
    CURRENCY = auto()  # ISO 4217
    COUNT = auto()  # a whole number of pieces, from 0


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a shop says of a product."""

    name: str  # of the model's attribute
    kind: Kind
    tells: str = ""  # what it is, in the document of the API
    written: str = ""  # what tables and the API call it, where that is not its name
    longest: int = 100  # characters
    needed: bool = False  # of a new product; no cell takes it away
    start: FactValue = None  # of a new product of which nothing is said; no cell takes it away
    label: str = ""  # before it on a product's page; empty where the page has a place for it
    synonyms: str = ""  # what others call the column, without case, spaces and signs
    filtered: bool = False  # products can be narrowed by it; for names only
    groups: bool = (
        False  # those of one value are one thing to a shopper: no list of values is of use
    )
    searched: bool = False  # the staff look for words in it
    never_date: bool = False  # what looks like one was something else before a spreadsheet had it

    @property
    def column(self) -> str:
        """Its column in tables, its field and its filter in the API."""
        return self.written or self.name

    @property
    def name_on_a_page(self) -> str:
        """What a page of the staff calls it."""
        if self.name == "url":
            return "Web address"
        return self.label or self.column.replace("_", " ").capitalize()

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number, and not a text."""
        return self.kind in (Kind.PRICE, Kind.COUNT)

    @property
    def may_lack(self) -> bool:
        """Whether a product can be without it."""
        return not self.needed and self.start is None

    @property
    def folded(self) -> str | None:
        """The column that keeps it folded, by which it is found; see `catalog.words`."""
        return f"folded_{self.name}" if self.filtered or self.searched else None


# As shop systems and people write them.
_TITLE = (
    "name productname producttitle itemname bezeichnung artikelname artikelbezeichnung "
    "produktname titel nom titre libellé libelle nombre titulo título nome titolo naam nazwa"
)
_URL = "link productlink producturl permalink website adresse lien enlace adres address"
_PRICE = (
    "preis verkaufspreis prix precio prezzo prijs cena preço preco regularprice "
    "unitprice variantprice amount rrp msrp uvp listprice retailprice listenpreis "
    "vk vkpreis vkbrutto bruttopreis ladenpreis endpreis"
)
_CURRENCY = "währung wahrung waehrung devise moneda valuta waluta moeda monnaie"
_STOCK = (
    "quantity qty inventory inventoryqty available stockquantity bestand "
    "lagerbestand menge anzahl quantité quantite existencias cantidad giacenza quantità "
    "voorraad ilość ilosc stan estoque variantinventoryqty"
)
_BRAND = (
    "marke hersteller vendor manufacturer producer maker marque fabricant marca "
    "marchio fabricante merk fabrikant marka producent designer brandname "
    "productbrand"
)
_SHOP_COLOUR = (
    "color colours colors farbe farbton couleur colore kleur kolor cor colorname "
    "basecolour variantcolor"
)
_SIZE = (
    "grösse grosse groesse taille talla taglia maat rozmiar tamanho konfektionsgrösse "
    "sizename variantsize"
)
_STYLE = (
    "itemgroup itemgroupid groupid parent parentid parentsku variantgroup styleid styleno "
    "stylecode stylename modell modele modèle modelo modello modelcode"
)
_SALE_PRICE = (
    "sale specialprice discountprice discountedprice offerprice promoprice angebotspreis "
    "aktionspreis sonderpreis prixpromo tarifpromo preciorebajado prezzoinofferta actieprijs "
    "cenapromocyjna"
)
_AVAILABILITY = "stockstatus availabilitystatus verfügbarkeit disponibilité disponibilidad"
_RELATED = "relatedproducts relatedskus accessories zubehör accessoires"
_CROSS_SELLS = "crosssell crosssells crosssellskus complementaryproducts ventescroisées"
_UP_SELLS = "upsell upsells upsellskus zusatzverkäufe produitssuggérés"
_GENDER = "geschlecht sex genre sexe genero género genere sesso geslacht płeć plec targetgender"

FACTS = (
    Fact("title", Kind.TEXT, longest=200, needed=True, searched=True, synonyms=_TITLE),
    Fact("url", Kind.ADDRESS, longest=2000, synonyms=_URL),
    Fact("price_cents", Kind.PRICE, written="price", synonyms=_PRICE),
    Fact("currency", Kind.CURRENCY, synonyms=_CURRENCY),
    Fact("stock", Kind.COUNT, start=0, synonyms=_STOCK),
    Fact(
        "brand",
        Kind.NAME,
        tells="Who makes it, as the shop writes it.",
        longest=100,
        label="Brand",
        synonyms=_BRAND,
        filtered=True,
        searched=True,
    ),
    Fact(
        "gender",
        Kind.NAME,
        tells="Whom it is made for, as the shop writes it: `women`, `unisex`.",
        longest=32,
        label="Gender",
        synonyms=_GENDER,
        filtered=True,
    ),
    Fact(
        "size",
        Kind.NAME,
        tells="As the shop writes it: `M`, `38`, `32/34`.",
        longest=32,
        label="Size",
        synonyms=_SIZE,
        filtered=True,
        never_date=True,
    ),
    Fact(
        "shop_colour",
        Kind.NAME,
        tells="Its colour in the shop's own word; `colour` is what the model sees.",
        longest=100,
        label="Shop's colour",
        synonyms=_SHOP_COLOUR,
        searched=True,
    ),
    Fact(
        "style",
        Kind.NAME,
        tells="What its variants, such as its colours and sizes, have in common; null without any.",
        longest=64,
        label="Style",
        synonyms=_STYLE,
        filtered=True,
        searched=True,
        groups=True,
    ),
    Fact(
        "sale_price_cents",
        Kind.PRICE,
        written="sale_price",
        tells="What it costs now, where that is less than its price.",
        synonyms=_SALE_PRICE,
    ),
    Fact(
        "availability",
        Kind.NAME,
        tells="Whether it can be had, as the shop writes it: `in_stock`, `preorder`.",
        longest=32,
        label="Availability",
        synonyms=_AVAILABILITY,
    ),
    Fact(
        "related",
        Kind.TEXT,
        tells="SKUs of products that the shop shows beside it, with `|` between.",
        longest=4000,
        synonyms=_RELATED,
    ),
    Fact(
        "cross_sells",
        Kind.TEXT,
        tells="SKUs of what the shop offers to go with it, with `|` between.",
        longest=4000,
        synonyms=_CROSS_SELLS,
    ),
    Fact(
        "up_sells",
        Kind.TEXT,
        tells="SKUs of what the shop offers in its place, with `|` between.",
        longest=4000,
        synonyms=_UP_SELLS,
    ),
)
FILTERS = tuple(fact for fact in FACTS if fact.filtered)
OFFERED = tuple(fact for fact in FILTERS if not fact.groups)
"""Those whose values are counted, and offered to be chosen from."""

SEARCHED = tuple(fact for fact in FACTS if fact.searched)
"""Those in which a part of a word is found; of the other filters only the whole value."""

NAMES = tuple(fact.name for fact in FACTS)
FOLDED = {fact.name: fact.folded for fact in FACTS if fact.folded is not None}
"""The columns of folded facts, by the names of these."""

NEEDED = frozenset(fact.name for fact in FACTS if fact.needed)
"""What a product that is not known yet must come with."""

OF_ANY_NEW: Facts = {fact.name: fact.start for fact in FACTS if not fact.needed}
"""What is said of a new product of which nothing else is."""

_PLACES = {name: place for place, name in enumerate(NAMES)}


class HasFacts:
    """Gives each fact as an attribute, as the model does, of values in the order of `FACTS`."""

    __slots__ = ()

    said: tuple[FactValue, ...]

    if TYPE_CHECKING:
        style: FactValue
    if not TYPE_CHECKING:  # code that speaks of a fact by name is to be told of its misspelling

        def __getattr__(self, name: str) -> FactValue:
            try:
                return self.said[_PLACES[name]]
            except KeyError:
                raise AttributeError(f"a product has no '{name}'") from None
