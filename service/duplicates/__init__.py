"""Products that the shop may have twice: found by their pictures, proposed, and decided."""
