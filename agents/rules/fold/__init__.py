"""What a fact changes: everything that makes state from facts.

`rows` says which rows a fact changes, `before` adds what facts of earlier releases did not say;
`lane_facts`, `document_facts`, `waiting_facts`, `tenant_facts` and `sign_facts` say
what becomes of each row.
"""
