"""The settings of a fit, kept beside what it gives."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from training.errors import BadRun

CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class FitConfig:
    """All that decides what a fit gives, together with the data."""

    network: str
    epochs: int
    seed: int = 0
    held_out_per_label: int = 500  # training pictures that are not fitted on
    batch_size: int = 128
    learning_rate: float = 2e-3  # at the top, after the warm-up
    warmup_epochs: float = 1.0
    lowest_rate: float = 0.002  # share of the learning rate that is left at the end
    weight_decay: float = 0.1  # on kernels only
    conv_dropout: float = 0.0
    flatten_dropout: float = 0.0
    dense_dropout: float = 0.5
    label_smoothing: float = 0.0
    shift: int = 1  # pixels that a picture may move
    erase: float = 0.0  # share of the pictures of which a part is erased, 0..1
    mixup: float = 0.0  # share that is blended in pairs, 0..1: of batches, or of drawn views
    view_epochs: int = 0  # epochs' worth of views to ask teachers of; a fit goes round them
    view_seed: int = 0  # of these views, the same for students of every seed
    distil_weight: float = 0.0  # share of the teachers' answer in the target, 0..1
    distil_temperature: float = 1.0  # softens both the teachers' and the student's answers
    cosine_weight: float = 0.0  # of a second loss, by the embedding's cosine to each label
    patience: int = 15  # epochs without a better held-out loss before stopping
    # The last so many epochs' weights are averaged and the fit never stops early; 0: the best epoch
    # is kept.
    averaged_epochs: int = 0
    precision: str = "float32"  # or mixed_bfloat16; weights are float32 in both

    def __post_init__(self) -> None:
        rules = {
            "epochs is at least 1": self.epochs >= 1,
            "held_out_per_label is at least 1": self.held_out_per_label >= 1,
            "batch_size is at least 1": self.batch_size >= 1,
            "learning_rate is above 0": self.learning_rate > 0,
            "dropouts lie within 0..1": all(
                0 <= rate < 1
                for rate in (self.conv_dropout, self.flatten_dropout, self.dense_dropout)
            ),
            "label_smoothing lies within 0..1": 0 <= self.label_smoothing < 1,
            "lowest_rate lies within 0..1": 0 <= self.lowest_rate <= 1,
            "erase lies within 0..1": 0 <= self.erase <= 1,
            "view_epochs is not negative": self.view_epochs >= 0,
            "cosine_weight is not negative": self.cosine_weight >= 0,
            "averaged_epochs lies within 0..epochs": 0 <= self.averaged_epochs <= self.epochs,
            "mixup lies within 0..1": 0 <= self.mixup <= 1,
            "distil_weight lies within 0..1": 0 <= self.distil_weight <= 1,
            "distil_temperature is above 0": self.distil_temperature > 0,
            "shift is not negative": self.shift >= 0,
            "precision is float32 or mixed_bfloat16": self.precision
            in ("float32", "mixed_bfloat16"),
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(f"the rule '{rule}' is broken by {self}")


def write_config(config: FitConfig, folder: Path) -> None:
    """Write the settings into a run's folder."""
    text = json.dumps(asdict(config), indent=2) + "\n"
    (folder / CONFIG_FILE).write_text(text, encoding="utf-8")


def read_config(folder: Path) -> FitConfig:
    """Read the settings of a run's folder. Raises: BadRun."""
    try:
        told = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        known = {field.name for field in fields(FitConfig)}
        if unknown := set(told) - known:
            raise BadRun(f"{folder / CONFIG_FILE} has unknown settings: {sorted(unknown)}")
        return FitConfig(**told)
    except (OSError, ValueError, TypeError) as error:
        raise BadRun(f"{folder / CONFIG_FILE} cannot be read: {error}") from error
