"""Fields of a request that take plain values only: Python's own conversions take more."""

import re
from typing import Any

from marshmallow import fields

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PRINTABLE_PATTERN = r"^[^\x00-\x1f\x7f]*$"  # the same for the document


class WholeNumber(fields.Integer):
    """An integer in plain digits; `int` would take `1_0` and ` 1 `, too."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class Amount(fields.Float):
    """A decimal number, such as 19.90; `float` would take `1_0` and `infinity`, too."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> float:
        if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class YesOrNo(fields.Boolean):
    """`true` or `false` in any case, as every language writes it; or 1 or 0."""

    truthy = {"true", "1"}  # noqa: RUF012 -- as the field declares it
    falsy = {"false", "0"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> bool:
        return bool(super()._deserialize(str(value).lower(), attr, data, **more))


class PlainText(fields.String):
    """Text in one line; the database would cut it short at a zero byte."""

    default_error_messages = {"control": "Must hold no control characters."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> str:
        if _CONTROL.search(str(value)):
            raise self.make_error("control")
        return super()._deserialize(value, attr, data, **more)
