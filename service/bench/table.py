"""The bench's figures as a person reads them, and as a script does."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from service.bench.run import Facts
from service.bench.timing import Row
from service.wording import counted

_MEANING = {
    "decode": "a PNG of 28 x 28 to pixels (Pillow)",
    "encode": "category and embedding of one photo (ONNX Runtime)",
    "search": "the 24 nearest products, exactly (FAISS)",
    "load": "their rows (SQL)",
    "http": "p50 of POST /api/v1/search, beside the sum of the four bare calls",
    "http p99": "p99 at 8 clients, beside their p50",
    "tag": "one file of a stream, beside a bare loop of Pillow and ONNX Runtime",
}


def print_table(rows: list[Row], facts: list[Facts], console: Console) -> None:
    """Draw the table, and below it what was timed once."""
    table = Table(title="This service beside the bare libraries (medians, milliseconds)")
    for heading in ("products", "stage", "what"):
        table.add_column(heading, justify="right" if heading == "products" else "left")
    for heading in ("service", "bare", "ratio"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            f"{row.products:,}",
            row.stage,
            _MEANING[row.stage],
            f"{row.service_ms:.3f}",
            f"{row.bare_ms:.3f}",
            f"{row.ratio:.2f}",
        )
    console.print(table)
    for fact in facts:
        console.print(
            f"{counted(fact.products, 'product')}: "
            f"read, stored and indexed in {fact.fill_s:.1f} s; "
            f"first answer {fact.first_search_s:.2f} s after starting the server; "
            f"{fact.resident_mb:.0f} MB resident",
            highlight=False,
        )


def as_document(rows: list[Row], facts: list[Facts]) -> dict[str, Any]:
    """Return the figures as `bench --json` prints them."""
    return {
        "rows": [
            {
                "stage": row.stage,
                "products": row.products,
                "service_ms": round(row.service_ms, 4),
                "bare_ms": round(row.bare_ms, 4),
                "ratio": round(row.ratio, 3),
            }
            for row in rows
        ],
        "facts": [asdict(fact) for fact in facts],
    }
