"""The report on a photo network: its figures and its ROC curve, as one page."""

from collections.abc import Mapping
from pathlib import Path

from training.judge.figure import Figure, figure_rows
from training.judge.judgement import RejectionJudgement
from training.reports.html import drawing, page, section, table
from training.reports.plots import draw_roc


def write_photo_report(
    title: str, figures: Mapping[str, Figure], judged: RejectionJudgement, folder: Path
) -> Path:
    """Write `index.html` and `roc.png` into `folder`, over what is there; gives the page."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_roc(judged, folder / "roc.png")
    kinds = [
        (each.kind, f"{each.auroc:.4f}", f"{each.turned_away.value:.1%}", each.turned_away.count)
        for each in judged.kinds
    ]
    parts = (
        section("Figures", table(("figure", "value"), figure_rows(figures))),
        section(
            "What is no garment",
            drawing(folder / "roc.png", "garments kept against other things let in"),
            table(("kind", "AUROC", "turned away", "pictures"), kinds),
        ),
    )
    path = folder / "index.html"
    path.write_text(page(title, parts), encoding="utf-8")
    return path
