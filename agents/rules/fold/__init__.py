"""What a fact changes: everything that makes state from facts.

`rows` says which rows a fact changes, `before` adds what facts of earlier releases did not say;
`lane_facts`, `document_facts`, `waiting_facts`, `tenant_facts` and `sign_facts` say what becomes of
each row, and `last_word` whose counts where several partitions speak of one.  What concerns a
document is in `shown` (what a side shows of it), `command_facts` (its open command), `rest_facts`
(in step, parked) and `link_facts` (whose it is).
"""
