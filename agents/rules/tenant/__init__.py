"""What holds for a whole tenant: its connection, company, suspension, coverage, going live."""
