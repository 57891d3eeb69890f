"""Which product of MediaOS is which item of QuickBooks: seen, suggested, mapped."""
