"""A person's data in a journal that is kept: what of a record goes, and what stays.

`strings` walks a record of the journal by its shapes and the table of `schemas.personal`; `erased`
says what becomes of each string.
"""
