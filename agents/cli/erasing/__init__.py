"""Erasing a customer's earlier names and texts from the journal: `isthmus erase`.

`command` asks and tells, `customer` finds whose data go and what the fold holds of them, `passes`
reads the journal and writes it rewritten, `report` is what people are told.  How a topic takes
another's place is in `streams.kafka.replacing`.
"""
