"""JSON that can always be sent: what is undecoded in a text is shown, and fails nothing."""

from typing import Any

import orjson

from embeddings.files.names import legible


def as_bytes(value: dict[str, Any]) -> bytes:
    """Write JSON, with U+FFFD for each byte of a text that was in no known encoding."""
    try:
        return orjson.dumps(value)
    except TypeError:  # told apart only then: nearly every answer is sound
        return orjson.dumps(_mended(value))


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, list | tuple) else value
