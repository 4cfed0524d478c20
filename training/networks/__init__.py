"""Networks and their layers: built, begun from published weights, stored, run."""
