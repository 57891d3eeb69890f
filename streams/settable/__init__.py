"""What an operator may set, by subject: what each setting may be, its default, and why that.

Reading order: `kinds` (what a text may be, and how that is said), `group`, then `kafka`, `state`,
`lanes`, `sides`, `surfaces`, `digest`, `traces`; `source` reads the variables.  `streams.settings`
puts them together, and is the only door.
"""
