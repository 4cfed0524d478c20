"""The columns of WooCommerce's export in the languages that it is translated into.

https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Importer-&-Exporter
English, German, French, Spanish, Italian, Dutch, Polish and Portuguese, without spaces and signs.
"""

import re

NAMES = {
    "id": "id identifikator identyfikator",
    "type": "type typ tipo rodzaj",
    "sku": "sku artikelnummer ugs artikelnr cod codice referencia ref",
    "name": "name nom nombre nome naam nazwa",
    "published": "published veröffentlicht publié publicado pubblicato gepubliceerd opublikowano",
    "visibility": "visibilityincatalog sichtbarkeitimkatalog visibilitédanslecatalogue "
    "visibilidadenelcatálogo visibilitànelcatalogo zichtbaarheidincatalogus "
    "widocznośćwkatalogu visibilidadenocatálogo visibilidadenocatalogo visibilidadenocatalogo",
    "sale_ends": "datesalepriceends datumandemangebotspreisendet datedefindepromo "
    "díaenqueterminaelpreciorebajado datafineprezzoinofferta datadifineprezzoscontato "
    "einddatumactieprijs datazakończeniapromocji dataemqueopreçopromocionaltermina",
    "in_stock": "instock vorrätig enstock existencias hayexistencias eninventario disponibile "
    "opvoorraad wmagazynie naszerokość emestoque",
    "stock": "stock lager lagerbestand bestand inventario inventaire magazzino giacenza voorraad "
    "stanmagazynowy magazyn estoque",
    "sale_price": "saleprice angebotspreis tarifpromo preciorebajado prezzoinofferta "
    "prezzoscontato actieprijs cenapromocyjna preçopromocional",
    "price": "regularprice regulärerpreis tarifrégulier tarifnormal precionormal prezzodilistino "
    "prezzoregolare regulareprijs reguliereprijs normaleprijs cenaregularna cena preçonormal",
    "categories": "categories kategorien catégories categorías categorie categorieën kategorie "
    "categorias",
    "images": "images bilder imágenes immagini immagine afbeeldingen obrazki obrazy imagens",
    "parent": "parent übergeordnetesprodukt übergeordnet superior padre genitore hoofd "
    "bovenliggend nadrzędny rodzic ascendente principal",
    "up_sells": "upsells zusatzverkäufe produitssuggérés ventesincitatives ventasdirigidas upsell "
    "sprzedażpremium upsells aumentarvendas",
    "cross_sells": "crosssells crosssellsquerverkäufe querverkäufe ventescroisées ventascruzadas "
    "crosssell sprzedażkrzyżowa vendacruzada vendascruzadas",
    "url": "externalurl externeurl urlexterne urlexterna urlesterno urlextern zewnętrznyurl",
    "brand": "brands marken marques marcas marchi marche merken marki",
}
WHAT = {called: what for what, names in NAMES.items() for called in names.split()}

ATTRIBUTE_NAME = re.compile(
    r"(?:attribute?|atributo|attributo|atrybut|eigenschaft)(\d+)(?:name|nom|nombre|nome|nazwa)"
    r"|(?:name|nom|nombre|nome|naam|nazwa)(?:del?l?|do|dell?|van|eigenschap)*"
    r"(?:l)?(?:attribut|atributo|attributo|atrybutu|eigenschap|kenmerk)?(\d+)"
)
ATTRIBUTE_VALUE = re.compile(
    r"(?:attribute?|atributo|attributo|atrybut|eigenschaft)(\d+)"
    r"(?:values?|werte?|wert|valeurs?|valor(?:es)?|valor[ei]|valore|waarden?|wartości)"
    r"|(?:values?|valeurs?|valor(?:es)?|valor[ei]|valore|waarden?|wartości)"
    r"(?:del?l?|do|dell?|van|eigenschap)*(?:l)?"
    r"(?:attribut|atributo|attributo|atrybutu|eigenschap|kenmerk)?(\d+)"
)
