"""The records that stand beside sales and payments: lists, purchases, notes, rates, templates.

Each is a row of a table (`table.py`): what it may hold, what it must hold, what QBO adds to it.
Who wants another one adds a row; a rule that no row can say stands in `neighbouring.py`,
beside this room, since a rule needs the book and the book needs the rows.
"""
