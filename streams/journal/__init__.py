"""The journal: append, read back, fold; and the store where the fold rests.

Reading order: `journal` (claim and append), `held_terms`, `append_confirmation`, `journal_reader`
(with `row_loading`, `stored_ahead`, `unreadable`, `same_journal`), `catch_up`, `fold`, `words`
(what counts of a row that several partitions speak of), `folded_view` (what others ask),
`row_cache`, `write_behind`, `store` (with `key_lookups`, `store_reads`, `store_writes`), `tables`;
`rebuild` makes a store again.
"""
