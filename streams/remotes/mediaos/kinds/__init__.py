"""One file for each kind of record of MediaOS: where it is, how it is read and written.

In come our records and MediaOS's own, out go the other; doors are `table` and `entity`.  The rest
of this remote asks the table, and names no kind.
"""
