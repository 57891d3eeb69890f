"""The book: what the journal says, as the console's pages ask for it.

A gateway cannot read the workers' state: each worker's may be a SQLite file of its own, on another
machine, and where it is one PostgreSQL, a page that sums up a million documents would take the
database from those who work.  So a gateway follows the journal itself, as each worker and the
command line do, in a thread of its own with a bounded number of rows in memory, and keeps what it
folds in a file of its own: the rows as every store has them, and beside them tables with an index
for each question that a page asks (`tables`).  A page reads those and folds nothing; nothing of
what it shows is ahead of the journal, and how far behind it may be is said.

A thread, and no process of its own, is watched, sized and stopped with the gateway; while it reads
a long journal for the first time, a webhook waits some hundredths of a second for its turn.

The file is a cache: one of another journal, of other rules, or damaged, is made anew.  The tables
are written before the fold's position is: what a crash leaves is folded again and written again.
Counts are no rows, so each partition's position stands beside them too.

Doors: `following` follows, `reading` answers; `tables` says what there is.
"""
