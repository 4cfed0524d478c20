"""The garment network: what it tells, how it is built and what it is trained by."""
