"""The course of a fit: epochs, checkpoints, early stop, going on."""
