"""A file of a shop system, and what must come of it."""

import csv
import io
from dataclasses import dataclass, field


def columns(names: str, between: str) -> list[str]:
    """Take a published list of columns apart."""
    return names.split(between)


@dataclass
class ShopFile:
    """Rows below a header; each is a product, left out for a reason, or refused for one."""

    name: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    delimiter: str = ","
    products: dict[str, dict[str, str]] = field(default_factory=dict)  # cells by SKU
    left_out: dict[str, int] = field(default_factory=dict)  # rows by a part of the reason
    refused: dict[int, str] = field(default_factory=dict)  # a part of the reason by row, from 0

    def row(self, **cells: str) -> None:
        """Add a row; a column's name has _ for whatever is no letter or digit in it."""
        known = {"".join(c if c.isalnum() else "_" for c in name): name for name in self.header}
        named = {known[name]: cell for name, cell in cells.items()}
        self.rows.append([named.get(name, "") for name in self.header])

    def gives(self, sku: str, **cells: str) -> None:
        """Say that the row added last is this product."""
        assert sku not in self.products
        self.products[sku] = cells

    def leaves_out(self, reason: str) -> None:
        """Say that the row added last is left out."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def refuses(self, reason: str) -> None:
        """Say that the row added last is refused."""
        self.refused[len(self.rows) - 1] = reason

    def text(self) -> bytes:
        """Write it as CSV."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return file.getvalue().encode("utf-8")

    def lines(self) -> list[int]:
        """Give the line at which each row begins."""
        at, found = 2, []
        for row in self.rows:
            found.append(at)
            at += 1 + sum(cell.count("\n") for cell in row)
        return found
