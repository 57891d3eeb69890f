"""The two systems that are kept in step: QuickBooks Online and MediaOS."""
