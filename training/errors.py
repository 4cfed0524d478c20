"""Every error that this package raises on purpose.

TrainingError
├── BadRun             a run's folder is incomplete, or of other settings than asked for
├── BadData            photos to train on are missing, or too few, or a table makes no sense
├── UnsupportedLayer   the exporter has no rule for a layer of the network
└── ExportDiffers      the exported network does not answer as the trained one
"""


class TrainingError(Exception):
    """Any error that this package raises on purpose."""


class BadRun(TrainingError):
    """A run's folder is incomplete, or was made with other settings than asked for."""


class BadData(TrainingError):
    """Photos to train on are missing or too few, or the table that names them makes no sense."""


class UnsupportedLayer(TrainingError):
    """The exporter has no rule for a layer of the network."""


class ExportDiffers(TrainingError):
    """The exported network does not answer as the trained one."""
