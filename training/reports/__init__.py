"""Drawings, cards and pages that people read."""
