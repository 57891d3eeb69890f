"""Which thing of MediaOS is which of QuickBooks, a product which item: seen, suggested, mapped."""
