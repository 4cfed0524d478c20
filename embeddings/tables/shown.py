"""What a cell shows in a spreadsheet, and what keeps ours from being taken for a formula.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

# The wide ones are those of Chinese and Japanese keyboards, which programs take for the others.
_BEGINS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_FIRST = f"'{_BEGINS}"
_FORMULA = re.compile(f"'*[{re.escape(_BEGINS)}]")  # also behind apostrophes, so that it is undone
_ESCAPED = re.compile(f"'+[{re.escape(_BEGINS)}]")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def escape_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; `unescape_cell` takes it away."""
    # Nearly every cell begins with none of these, which is told ten times as fast.
    return f"'{text}" if text[:1] in _FIRST and _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Undo `escape_cell`."""
    return text[1:] if _ESCAPED.match(text) else text


def shown(cell: str) -> str:
    """Return the text that a cell stands for: without our apostrophe, and `="007"` as 007.

    Programs write the latter so that a spreadsheet keeps the zeros.
    """
    if cell[:1] == "'":
        return unescape_cell(cell)
    if cell[:1] == "=" and (found := _TEXT_FORMULA.fullmatch(cell)):
        return found[1].replace('""', '"')
    return cell
