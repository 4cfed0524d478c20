"""The garment network: one embedding for kind, look and colour, of photos and product photos."""
