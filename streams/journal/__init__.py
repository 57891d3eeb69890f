"""The journal: append, read back, fold; and the store where the fold rests.

Reading order: `journal` (claim and append), `append_confirmation`, `journal_reader`, `fold`,
`row_cache`, `write_behind`, `store`, `tables`; `rebuild` makes a store again.
"""
