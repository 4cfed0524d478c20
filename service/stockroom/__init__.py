"""What the staff do with the stock: look it through, and change one product or many at once."""
