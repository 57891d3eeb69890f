"""What is said: every word that crosses a topic, as frozen data.

values (sides, kinds, money, revisions) - records (a customer, invoice or payment as one side
shows it) - kinds (whose lane a record belongs to, and what it names) - changes (what a side says
happened) - commands and outcomes (what we ask a side, how it ended) - facts (what the journal
says) - state (what the facts add up to) - envelope (the journal's record, CloudEvents) -
identity (how every id is made) - catalog (bytes and back) - upcasts (older spellings).
"""
