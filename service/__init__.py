"""The application: pages, JSON API, command line and the wiring between catalogue and model."""
