"""Feeds: files of products that are read again and again, on a schedule."""
