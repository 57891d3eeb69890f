"""One agent: what no webhook and no service told is found by asking both sides.

In come the clock and the remotes' lists, out go changes and notices on their topics, and up to when
everything is known: `watermarks`, which the view `isthmus-coverage` shows.  On the way is
looked at what a company is set to: `companies`.  Doors: `sweep`, `companies`; `beats` says how
often.
"""
