"""What is said: every word that crosses a topic or stands in a row, as frozen data.

values (sides, kinds, money, revisions) - records (a customer, invoice, credit memo, payment or
refund as one side shows it), products - kinds (whose lane a record belongs to, what it names) -
changes (what a side says happened; held_events: those that a lane holds) - decisions (what the
rules answer) - commands and outcomes (what we ask a side, how it ended) - limits (how long and how
large anything may be; narrowings: from which release on) - facts, and command_facts, lane_facts,
tenant_facts (what the journal says; decision_input: what the rules were given) - envelope (the
journal's record) - state, answers, waiting, tenant_state (with removal_state) and rows (what the
facts add up to, and where it stands; parts: of what grows) - conditions (what a document may wait
for: lane_conditions, mapping_conditions, tenant_conditions and asked_conditions, by what meets
them) -
requests, kept_requests and lockout_requests (what people and services ask for; asking: what all
have alike), engine_requests (and the engine of itself) - money_words (how an amount is written) -
locks (which answers are one) - dead_letters (what makes no sense) - identity (how every id is
made) - catalog (bytes and back) - upcasts (older spellings).

For publishers: published (a record as MediaOS writes it), contract_files (the JSON Schemas, made
from these words) and compatibility (what a later one may not break).
"""
