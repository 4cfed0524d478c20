"""What the templates call: prices, percentages and addresses as a shopper reads them."""

import re

from flask import Flask, url_for

from embeddings.errors import MissingPhoto
from embeddings.tables.naming import in_part
from service.access.action_words import in_words
from service.stock.filling import is_filling
from service.web.pages.page_words import in_page_words
from service.web.pages.photos import previews
from service.web.requests.current import services
from service.wording import counted

_NO_NAME = re.compile(r"[^a-z]+")
_LIKELY = {
    "kind": "likely it is the same kind of garment",
    "look": "likely it is the same kind in the same colours",
    "product": "likely it is the very same product",
}
_GROWING = " so far (more are coming in)"
# By ISO 4217; what costs a part of one all the same is shown as it is.
_WITHOUT_CENTS = {
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
}
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def register(app: Flask, assets_digest: str) -> None:
    """Give an application's templates their filters and functions."""

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=assets_digest)

    app.jinja_env.filters.update(
        price=price,
        percent=percent,
        count=count,
        about=about,
        web_address=web_address,
        in_words=in_words,
        plural=plural,
        swatch=swatch,
        likely=likely,
        sentence=sentence,
        bytes=in_bytes,
        told=told,
        in_part=in_part,
        in_page_words=in_page_words,
    )
    app.jinja_env.globals.update(asset=asset, look=look, growing=growing)


def price(cents: int, currency: str | None) -> str:
    """Write a price: `€19.90`, `19.90 CHF` where a currency has no common sign, `¥1,990`."""
    whole = currency in _WITHOUT_CENTS and cents % 100 == 0
    amount = f"{cents // 100:,}" if whole else f"{cents / 100:,.2f}"
    sign = _SIGNS.get(currency or "")
    return f"{sign}{amount}" if sign else f"{amount} {currency or ''}".rstrip()


def percent(share: float) -> str:
    """Write a share of 0..1 in whole percent; only what is certain is 100 %."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    return "under 1 %" if whole == 0 and share > 0 else f"{whole} %"


def count(number: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{number:,}"


def about(number: int) -> str:
    """Write a number that changes under one's hands so that it stays: `12`, `about 90`."""
    if number < 20:
        return str(number)
    step = 10 ** (len(str(number)) - 1)
    step = step // 10 if step > 10 else step
    return f"about {number // step * step:,}"


def in_bytes(number: int) -> str:
    """Write how large a file is: `12 kB`, `1.9 GB`."""
    size, unit = float(number), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.1f} {unit}" if unit != "B" and size < 100 else f"{size:.0f} {unit}"


def told(error: object) -> str:
    """Write an error's message as a sentence, in the words of pages."""
    text = in_page_words(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 product`, `2 products`."""
    return counted(number, one, many)


def swatch(colour: str) -> str:
    """Return the class that paints a colour's swatch; the style sheet knows the common names."""
    return "of-" + _NO_NAME.sub("-", colour.lower())


def likely(meaning: str) -> str:
    """Return what a score is the likelihood of, after its percentage."""
    return _LIKELY[meaning]


def sentence(meaning: str) -> str:
    """Return in one sentence what the percentages of a page mean."""
    return f"The percentage says how {_LIKELY[meaning]}."


def growing() -> str:
    """Say of a count that it still grows, where products are being brought in."""
    return _GROWING if is_filling(services().settings.home) else ""


def web_address(url: str | None) -> str | None:
    """Return a product's address when a page may link to it; a script's address never is one."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def look(digest: str) -> str | None:
    """Return the classes that show a picture at its best; None where it is lost or damaged."""
    try:
        return previews().look(digest).classes
    except MissingPhoto:
        return None
