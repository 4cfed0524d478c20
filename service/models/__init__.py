"""The models that a process can read photos with."""
