"""Writes an SKU as one segment of an address, whatever it holds, and reads it back.

`%2F` would do, but web servers in front of us turn it into a slash, and `..` into the folder above.
So a slash is written `~2F`, a segment of dots alone with `~2E`, and a `~` that could be taken for
one of these `~7E`. Every other SKU is written as it is.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import Blueprint, Flask, redirect, request, url_for
from werkzeug.routing import BaseConverter, IntegerConverter, Map
from werkzeug.wrappers import Response

from catalog.errors import UnknownProduct
from service.finding.browse import merged_into, product_by_sku
from service.problems import FOR_NOW, MOVED
from service.web.requests.current import services

View = TypeVar("View", bound=Callable[..., Any])

_WRITTEN = re.compile(r"~(?=2F|2E|7E)|/")
_READ = re.compile(r"~(2F|2E|7E)")
_AS_IT_IS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")  # as almost every SKU
_SAFE = "!$&'()*+,;=:@~"  # what a segment holds as it is
_SIMILAR = "/similar"
MAX_NUMBER = 2**63 - 1
"""The largest number that a database keeps."""


class SkuConverter(BaseConverter):
    """An SKU in a route: `<sku:sku>`."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Read a segment."""
        return _READ.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        """Write an SKU."""
        return segment(value)


class NumberConverter(IntegerConverter):
    """A number that a row can have: `<int:number>`. No other one leads anywhere."""

    regex = "[0-9]{1,19}"

    def __init__(self, url_map: Map, *args: Any, **named: Any) -> None:
        """Take what a route says of it."""
        super().__init__(url_map, *args, **{"max": MAX_NUMBER} | named)


class AnyPathConverter(BaseConverter):
    """Anything, slashes at its ends too: `<any_path:rest>`."""

    regex = ".+"
    part_isolating = False
    weight = 1000  # after every other route


def root() -> str:
    """Return what every address of ours begins with in an answer to this request."""
    return services().settings.public_url or request.script_root


def segment(sku: str) -> str:
    """Write an SKU as a segment of an address."""
    if _AS_IT_IS.fullmatch(sku):
        return sku
    if set(sku) == {"."}:
        return "~2E" * len(sku)
    return quote(_WRITTEN.sub(lambda found: f"~{ord(found[0]):02X}", sku), _SAFE)


def read_addresses(app: Flask) -> None:
    """Let an application's routes use the converters, and keep an address's slashes apart."""
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = NumberConverter
    app.url_map.converters["sku"] = SkuConverter
    app.url_map.converters["any_path"] = AnyPathConverter


def lead_on_from_old_ones(bp: Blueprint) -> None:
    """Give a blueprint of `/<sku:sku>` and `/<sku:sku>/similar` its addresses of before.

    An SKU's slashes used to stand in them as they are.
    """

    @bp.get("/<any_path:rest>")
    def moved(rest: str) -> Response:
        return _lead_on(bp.name, rest)


def or_leads_on(view: View) -> View:
    """Let `/<sku:sku>/similar` lead to a product whose SKU ends so, where there is no other."""

    @functools.wraps(view)
    def or_product(sku: str) -> Any:
        try:
            return view(sku)
        except UnknownProduct:
            named = f"{sku}{_SIMILAR}"
            if not _is_known(named):
                raise
            return redirect(url_for(f"{request.blueprint}.product", sku=named), MOVED)

    return cast(View, or_product)


def or_what_stayed(view: View) -> View:
    """Let a product's address lead to the one that it was merged into; an undo ends that."""

    @functools.wraps(view)
    def or_other(sku: str) -> Any:
        try:
            return view(sku)
        except UnknownProduct:
            other = merged_into(sku, services=services())
            if other is None:
                raise
            return redirect(url_for(request.endpoint or "", sku=other), FOR_NOW)

    return cast(View, or_other)


def _lead_on(blueprint: str, rest: str) -> Response:
    """Redirect from an address of before to that of now. Raises: UnknownProduct."""
    tries = [(rest, "product")]
    if rest.endswith(_SIMILAR):
        tries.append((rest.removesuffix(_SIMILAR), "similar"))
    tries.append((rest.rstrip("/"), "product"))
    for sku, view in tries:
        if sku and _is_known(sku):
            return redirect(url_for(f"{blueprint}.{view}", sku=sku), MOVED)
    raise UnknownProduct(f"no product has the SKU '{rest[:80]}'")


def _is_known(sku: str) -> bool:
    try:
        product_by_sku(sku, services=services())
    except UnknownProduct:
        return False
    return True
