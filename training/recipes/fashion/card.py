"""Writes the model card of a Fashion-MNIST bundle out of its figures, so that both agree."""

from embeddings.model.bundle import Bundle
from training.reports.card import interval, kind_table, label_table, percent, table


def say_card(bundle: Bundle) -> str:
    """Return what a bundle is for, how it was made, what it reaches and where it fails."""
    parts = (_purpose, _making, _figures, _labels, _rejection, _limits)
    return "\n\n".join(part(bundle) for part in parts) + "\n"


def _purpose(bundle: Bundle) -> str:
    spec = bundle.input
    return f"""# {bundle.name}

Names the category of a garment's picture and gives its embedding, by which similar garments are
found. Input: uint8 `(n, {spec.height}, {spec.width}, {spec.channels})`, photos framed as
'{spec.framing}'. Output: {len(bundle.labels)} logits and an embedding of {bundle.embedding_dim}
numbers, of unit length, taken before the last ReLU.

It is meant for searching and tagging a catalogue of clothes, shoes and bags, with a person looking
at what is doubtful. It is not meant to judge people, sizes, materials or brands."""


def _making(bundle: Bundle) -> str:
    facts = bundle.facts
    data, split, config = facts["dataset"], facts["split"], facts["config"]
    text = f"""## How it was made

- Data: [{data["name"]}]({data["source"]}), {data["licence"]} licence, {data["copyright"]}.
- Network: {facts["network"]}, {facts["parameters"]:,} trainable parameters.
- Fitted on {split["fitted_on"]:,} training pictures; {split["held_out"]:,} others were held out
  to stop by and to fit temperature and thresholds. Settings were set beforehand or
  chosen on held-out training pictures: the {split["test"]:,} test pictures served for nothing
  but these figures.
- Command: `{facts["command"]}`, seed {facts["seed"]}, {config["epochs"]} epochs."""
    if config.get("averaged_epochs"):
        text += f"""
- Its weights are the mean of those of the last {config["averaged_epochs"]} epochs."""
    if config.get("cosine_weight"):
        text += """
- Beside the logits, the cosine of its embedding to a direction a category was trained; these
  directions are no part of it."""
    if config["distil_weight"]:
        text += f"""
- {config["distil_weight"]:.0%} of each target is what a larger network that was fitted before
  answers, or the average of several (distillation)."""
    if config.get("view_epochs"):
        text += f"""
- That was asked of the very views that it saw, {config["view_epochs"]} of each picture and their
  mirror images: moved, and {config["mixup"]:.0%} of them blended in pairs (mixup)."""
    elif config["mixup"]:
        text += f"""
- Of {config["mixup"]:.0%} of the batches the pictures are blended in pairs, and their targets
  alike (mixup)."""
    return text


def _figures(bundle: Bundle) -> str:
    told, facts = bundle.facts["metrics"], bundle.facts
    found, before, after = told["retrieval"], told["before"], told["after"]
    rows = [
        ("test accuracy, single view", interval(told["test_accuracy"])),
        ("held-out accuracy", interval(told["held_out_accuracy"])),
        ("accuracy on the pictures fitted on", interval(told["train_accuracy"])),
        ("retrieval, recall@1", interval(found["recall_at_1"])),
        ("retrieval, precision@10", interval(found["precision_at_10"])),
        ("retrieval, mean average precision", interval(found["mean_average_precision"])),
        ("calibration error (ECE) as fitted", percent(before["ece"])),
        (f"calibration error at temperature {told['temperature']:.3f}", percent(after["ece"])),
    ]
    text = f"""## Figures

{table(("figure", "value (95 % interval, sample size)"), rows)}

Retrieval looks for each test picture among all {found["gallery"]:,} training pictures; those of
the same label count as right."""
    if facts["seeds"]:
        seeds = ", ".join(f"{percent(s['accuracy'])} (seed {s['seed']})" for s in facts["seeds"])
        text += f"""

Test accuracy of each seed of the same recipe: {seeds};
mean {percent(facts["mean_test_accuracy"])}. Seed {facts["seed"]} ships, as fixed beforehand."""
    return text


def _labels(bundle: Bundle) -> str:
    return f"""## By category

{label_table(bundle.facts["metrics"]["labels"], "test pictures")}

![Confusion matrix](confusion.png)

![Curves](curves.png)"""


def _rejection(bundle: Bundle) -> str:
    told = bundle.facts["metrics"]["rejection"]
    return f"""## What is no garment

A logistic regression over confidence, energy and the cosine to the nearest known picture, fitted
on held-out garments against {", ".join(told["fitted_on"])}. Judged on kinds that it never saw:
AUROC {told["auroc"]:.4f} over {told["garments"]:,} test garments and {told["others"]:,} other
pictures. At the shipped threshold {interval(told["garments_kept"])} of the test garments are kept,
and {interval(told["studio_garments_kept"])} of those shown as photos on white.

{kind_table(told["kinds"])}

These others are drawings (print, plain surfaces, shapes) and parts of one photo of a flower, not
the photos that shoppers really send by mistake: take the figures for what they are."""


def _limits(bundle: Bundle) -> str:
    return f"""## Where it fails

- It saw {bundle.input.height}-pixel grey pictures of one shop's studio: no colour, no print finer
  than that, no person wearing the garment, no pattern of cloth.
- Shirts, T-shirts, pullovers, coats and dresses are confused with each other: the confusion
  matrix says how often.
- A photo is cut from its background before it is read. Where that fails (a busy floor, a white
  shirt on a white bed) so does the rest.
- Confidence is calibrated on pictures of the data set; of real photos it says less."""
