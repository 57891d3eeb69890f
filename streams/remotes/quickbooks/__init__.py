"""QuickBooks Online, spoken to over its Accounting API v3."""
