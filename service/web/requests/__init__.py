"""What every route stands on: the parts, uploads, addresses, headers, and errors as answers."""
