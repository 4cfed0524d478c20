"""Pictures of what is no garment: where they come from, drawn and real."""
