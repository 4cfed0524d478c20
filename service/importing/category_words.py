"""Words of other languages and shops for one kind of thing, of which a model knows one."""

from collections.abc import Iterable

from catalog.vocabulary import Vocabulary
from catalog.words import fold

# What is one kind of thing, however general or fine a shop's own kinds are: a jacket is no word
# for outerwear, and a mule is none for a slipper.
_KINDS = """
t-shirt, tee, tees, camiseta, camisetas, maglietta, magliette, koszulka, koszulki, t-shirty
trousers, pants, hose, hosen, pantalon, pantalons, pantalones, pantaloni, broek, broeken, spodnie
jeans, denims, jeanshose, jeanshosen, vaqueros
dress, kleid, kleider, robe, robes, vestido, vestidos, vestito, vestiti, jurk, jurken, sukienka
skirt, rock, röcke, jupe, jupes, falda, faldas, gonna, gonne, rok, rokken, spódnica, saia
shirt, hemd, hemden, chemise, chemises, camisa, camisas, camicia, camicie, overhemd, koszula
blouse, bluse, blusen, chemisier, chemisiers, blusa, blusas, bluzka
sweater, jumper, pullover, pullovers, pulli, pull, pulls, jersey, maglione, maglioni, trui, sweter
sweatshirt, sweat, felpa, felpe, sudadera, sudaderas, bluza
hoodie, kapuzenpullover, kapuzenpulli, sweat à capuche
outwear, outerwear
shorts, kurze hose, kurze hosen, bermuda, bermudas, pantaloncini, spodenki
socks, socken, chaussettes, calcetines, calze, calzini, sokken, skarpety, skarpetki, meias
shoes, schuhe, chaussures, zapatos, scarpe, schoenen, buty, sapatos
sandals, sandalen, sandales, sandalias, sandali, sandały
flip flops, zehentrenner, tongs, chanclas, infradito, japonki
heels, pumps, high heels, talons, tacones, hakken, szpilki
flats, ballerinas, ballerines, bailarinas, ballerine
hat, hut, hüte, chapeau, chapeaux, sombrero, sombreros, cappello, cappelli, hoed, kapelusz
scarf, schal, schals, écharpe, écharpes, bufanda, sciarpa, sciarpe, sjaal, szalik, muffler
tie, krawatte, krawatten, cravate, cravates, corbata, cravatta, cravatte, stropdas, krawat
belt, gürtel, ceinture, ceintures, cinturón, cinturones, cintura, cinture, riem, pasek, cinto
handbag, handtasche, handtaschen, sac à main, sacs à main, bolso, bolsos, borsa, borse, torebka
clutch, clutches, pochette, pochettes
wallet, geldbörse, geldbörsen, portemonnaie, portefeuille, cartera, carteras, portafoglio, portfel
backpack, rucksack, rucksäcke, sac à dos, sacs à dos, mochila, mochilas, zaino, rugzak, plecak
watch, uhr, uhren, armbanduhr, armbanduhren, montre, montres, reloj, relojes, orologio, orologi
sunglasses, sonnenbrille, sonnenbrillen, lunettes de soleil, gafas de sol, occhiali da sole
jewellery, jewelry, schmuck, bijoux, joyas, gioielli, sieraden, biżuteria, bijuteria
perfume, parfum, parfums, parfüm, parfümerie, perfumes, profumo, profumi, perfumy
gift set, geschenkset, geschenksets, coffret cadeau, set de regalo
underwear, unterwäsche, sous-vêtements, ropa interior, biancheria intima, ondergoed, bielizna
undershirt, unterhemd, unterhemden, innerwear vest, innerwear vests, camiseta interior
leggings, leggins
track pants, joggers, jogginghose, jogginghosen, pantalon de jogging, trainingsbroek
tunic, tunika, tuniken, tunique, tuniques, túnica
blazer, sakko, sakkos, veste de costume
longsleeve tee, longsleeve, langarmshirt, langarmshirts
kurta, kurtas, kurti, kurtis
polo, poloshirt, poloshirts, polohemd
sports shoes, sportschuhe, trainers, chaussures de sport, zapatillas deportivas
"""
_KIND_OF = {
    fold(word): number
    for number, line in enumerate(_KINDS.strip().splitlines())
    for word in line.split(", ")
}


def in_other_words(word: str, known: Vocabulary, *, is_known: bool = False) -> str | None:
    """Return the known category that is another word for the same kind of thing, if any.

    A word that is known itself is none for itself.
    """
    folded = fold(word)
    kinds = {_KIND_OF[form] for form in forms_of(word) if form in _KIND_OF}
    for category in known.categories if kinds else ():
        if is_known and fold(category) == folded:
            continue
        if any(_KIND_OF.get(form) in kinds for form in forms_of(category)):
            return category
    return None


def more_general(word: str, known: Vocabulary) -> str | None:
    """Return the known category that a word ends in: Lounge Shorts are Shorts."""
    parts = word.split()
    for first in range(1, len(parts)):
        ending = " ".join(parts[first:])
        if known.knows(ending):
            return known.meaning(ending)
        if (same := known.same(ending)) is not None:
            return same
    return None


def forms_of(word: str) -> Iterable[str]:
    """Give the ways in which a word is looked up: as it is, and without the s of a plural."""
    folded = fold(word)
    yield folded
    if folded.endswith("s") and not folded.endswith("ss"):
        yield folded[:-1]
