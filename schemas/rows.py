"""How are the rows of the folded journal called?"""

#: Ends what all rows of one thing begin with; it stands in no id.
SEPARATOR = "\x1f"
