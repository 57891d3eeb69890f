"""One file for each kind of record of QuickBooks: what it is called there, and how it is written.

In come our records and QuickBooks' own, out go the other; doors are `table` and `entity`.  The
rest of this remote asks the table, and names no kind.
"""
