"""Routes whose addresses are written by code that is made when the first one is asked for.

Werkzeug compiles two functions for each route when an application is built, which was nine tenths
of the time that ours takes; a page asks for the addresses of a few.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route like any other, whose two functions that write addresses come late."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder

        def write_first(rule: "LateRule", /, **values: Any) -> tuple[str, str]:
            # Two threads may both be the first: they make the same.
            write = make(append_unknown).__get__(rule, None)
            if append_unknown:
                rule._build_unknown = write
            else:
                rule._build = write
            written: tuple[str, str] = write(**values)
            return written

        return write_first
