"""What to do about one document: a customer, an invoice, a payment.

Reading order: `decide` with its answers `crossing`, `updating` and `at_rest`, then `dependencies`,
`settle`, `conversion`, `adoption`, `outcome`.
What they are given `decision_input` gathers, with `named_records` and `customer_named` (whom and
what a document names), `settled_across` and `settled_standing` (what it settles).
"""
