"""Writes the model card of a photo bundle out of its facts, so that both agree."""

from collections.abc import Mapping
from typing import Any

from embeddings.model.bundle import Bundle
from embeddings.model.rejection import DirectionRejection
from training.judge.figure import figure_rows, read_figures
from training.reports.card import interval, kind_table, label_table, table


def say_card(bundle: Bundle) -> str:
    """Return what a bundle is for, how it was made, what it reaches and where it fails."""
    parts = (_purpose, _making, _figures, _labels, _mappings, _rejection, _limits)
    told = [part(bundle) for part in parts]
    return "\n\n".join(text for text in told if text) + "\n"


def _purpose(bundle: Bundle) -> str:
    spec = bundle.input
    shape = f"(n, {spec.height}, {spec.width}, {spec.channels})"
    return f"""# {bundle.name}

Names the category of a garment in a colour photo and gives its embedding, by which similar
garments are found.

- Input: uint8 `{shape}`, photos framed as '{spec.framing}'.
- Output: {len(bundle.labels)} logits and an embedding of {bundle.embedding_dim} numbers, of
  unit length.{_more_outputs(bundle)}

It is meant for searching and tagging a catalogue of clothes, with a person looking at what is
doubtful. It is not meant to judge people, sizes, materials or brands."""


def _more_outputs(bundle: Bundle) -> str:
    told = ""
    if bundle.halves:
        kind, look = (len(range(*bundle.halves[name])) for name in ("kind", "look"))
        told += f" The first {kind} tell the kind, the other {look} the look."
    if bundle.colours:
        told += f"\n- Output: logits of {len(bundle.colours)} colours: {', '.join(bundle.colours)}."
    return told


def _making(bundle: Bundle) -> str:
    facts = bundle.facts
    split = facts["split"]
    lines = [
        f"- Photos: {_source(facts['dataset'])}.",
        *_starts(facts["start"]),
        f"- Network: {facts['network']}, {facts['parameters']:,} parameters.",
        f"- Fitted on {split['fitted_on']:,} photos; {split['held_out']:,} others were held out, "
        "to choose and stop by and to fit temperature and thresholds.",
        *(f"- {note}" for note in facts["notes"]),
        f"- Command: `{facts['command']}`, seed {facts['seed']}.",
    ]
    return "## How it was made\n\n" + "\n".join(lines)


def _source(told: Mapping[str, Any]) -> str:
    name = f"[{told['name']}]({told['source']})" if told.get("source") else told["name"]
    parts = (name, told.get("licence"), told.get("copyright"))
    return "; ".join(part for part in parts if part)


def _starts(start: Mapping[str, Any]) -> list[str]:
    """Name every network that this one came from, with the licence of each."""
    lines = []
    while start:
        told = dict(start)
        if data := told.get("dataset"):
            told["licence"] = f"fitted on {_source(data)}"
        lines.append(f"- Weights to begin with: {_source(told)}.")
        start = start.get("start", {})
    return lines


def _figures(bundle: Bundle) -> str:
    rows = figure_rows(read_figures(bundle.facts["metrics"]["figures"]))
    return f"""## Figures

{table(("figure", "value (95 % interval, sample size)"), rows)}

Logits are divided by a temperature of {bundle.temperature:.3f} before the softmax."""


def _labels(bundle: Bundle) -> str:
    told = bundle.facts["metrics"]
    return f"""## By category

{told["confusion_of"]}

{label_table(told["labels"], "photos")}

![Confusion matrix](confusion.png)

![Curves](curves.png)"""


def _mappings(bundle: Bundle) -> str:
    mappings = bundle.facts["mappings"]
    if not mappings:
        return ""
    rows = [
        (label, *(" or ".join(mapped.get(label, ())) or "none" for mapped in mappings.values()))
        for label in bundle.labels
    ]
    return f"""## What the categories are called elsewhere

{table(("category", *mappings), rows)}"""


def _rejection(bundle: Bundle) -> str:
    told = bundle.facts["metrics"]["rejection"]
    area, rule = told["auroc"], bundle.rejection
    plain = "confidence, energy and the cosine to the nearest known photo"
    asks = "the embedding" if isinstance(rule, DirectionRejection) else plain
    kinds = ", ".join(told["fitted_on"])
    return f"""## What is no garment

A logistic regression over {asks}, fitted on held-out garments against
{kinds}. Judged on pictures that it never saw:
AUROC {area["value"]:.4f} ({area["low"]:.4f} to {area["high"]:.4f}) over {told["garments"]:,}
garments and {told["others"]:,} other pictures.
The shipped threshold, a probability of {rule.garment_threshold:.3f}, keeps
{interval(told["garments_kept"])} of the garments. A garment has no close match where its nearest
cosine is below {rule.close_match_cosine:.3f}.

{kind_table(told["kinds"])}

![ROC curves](roc.png)"""


def _limits(bundle: Bundle) -> str:
    return "## Where it fails\n\n" + "\n".join(f"- {each}" for each in bundle.facts["fails"])
