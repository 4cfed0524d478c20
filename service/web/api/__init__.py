"""The JSON API under /api/v1, and the routes for machines."""
