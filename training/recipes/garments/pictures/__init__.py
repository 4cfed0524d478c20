"""The pictures that the garment network learns from, and the views drawn of them."""
