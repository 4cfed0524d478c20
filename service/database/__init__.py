"""The catalogue's file: connections, and the one place where sessions are opened."""
