"""Opens what a fit left behind: a run's folder, or a bundle, which has the same files."""

import json
from dataclasses import dataclass
from pathlib import Path

from embeddings.model.bundle import load_bundle
from training.config import CONFIG_FILE, FitConfig, read_config
from training.errors import BadRun


@dataclass(frozen=True, slots=True)
class Run:
    """A folder with a fitted network, and the settings that it was fitted with."""

    folder: Path
    config: FitConfig
    command: str  # that made it


def is_bundle(folder: Path) -> bool:
    """Return whether a folder is a bundle's."""
    return (folder / "bundle.json").is_file()


def open_run(folder: Path) -> Run:
    """Open a run's or a bundle's folder. Raises: BadRun, BadBundle."""
    if is_bundle(folder):
        facts = load_bundle(folder).facts
        try:
            return Run(folder, FitConfig(**facts["config"]), str(facts["command"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BadRun(f"{folder} does not say how it was fitted: {error}") from error
    if not (folder / CONFIG_FILE).is_file():
        raise BadRun(f"{folder} is neither a run (config.json) nor a bundle (bundle.json)")
    config = read_config(folder)
    return Run(folder, config, fit_command(config))


def fit_command(config: FitConfig) -> str:
    """Return the command that fits with these settings, with what differs from its defaults."""
    plain = FitConfig(network=config.network, epochs=config.epochs)
    parts = [f"lookalike-train fit --network {config.network} --epochs {config.epochs}"]
    for name in FitConfig.__dataclass_fields__:
        value = getattr(config, name)
        if value != getattr(plain, name):
            parts.append(f"--{name.replace('_', '-')} {json.dumps(value).strip(chr(34))}")
    return " ".join(parts)
