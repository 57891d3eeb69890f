"""QuickBooks Online, spoken to over its Accounting API v3; `kinds` has a file for each record."""
