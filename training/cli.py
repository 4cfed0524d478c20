"""The console script `lookalike-train`; Keras is imported only by the commands that need it."""

import os
import sys

import click

from embeddings.errors import EmbeddingsError
from training.commands.demo_stock import demo_stock
from training.commands.evaluate import evaluate
from training.commands.explore import explore
from training.commands.export import export
from training.commands.fetch import fetch
from training.commands.fit import fit
from training.commands.reproduce import reproduce
from training.commands.trial import trial
from training.errors import TrainingError

FAILED, USAGE = 1, 2


@click.group()
def cli() -> None:
    """Fit, judge and export the networks that Lookalike serves."""
    # TensorFlow greets with a page of notes on the processor; errors still come through.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


for command in (fetch, explore, fit, evaluate, export, trial, reproduce, demo_stock):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the console script: exit 0, 1 for a failure, 2 for wrong usage."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run a command line and give its exit code; a failure is one line on standard error."""
    try:
        cli.main(args=arguments, prog_name="lookalike-train", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted; a fit goes on where it was with --resume")
    except ModuleNotFoundError as error:
        return _fail(f"{error.name} is missing: install Lookalike with its extra 'train'")
    except (TrainingError, EmbeddingsError, OSError) as error:
        return _fail(str(error))
    return 0


def _fail(text: str) -> int:
    click.echo(f"lookalike-train: {text}", err=True)
    return FAILED


if __name__ == "__main__":
    main()
