"""The process that listens: its workers, threads and memory."""
