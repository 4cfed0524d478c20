"""What shoppers find: products by a photo or a product, by category, by filter."""
