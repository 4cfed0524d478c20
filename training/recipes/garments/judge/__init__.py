"""Every figure of the garment network, and what its bundle needs besides."""
