"""The settings and runs of the garment network, from its late blocks to its head."""
