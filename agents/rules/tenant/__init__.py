"""What holds for a whole tenant: its connection, suspension, coverage, and going live."""
