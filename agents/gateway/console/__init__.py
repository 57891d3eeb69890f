"""The console: what waits, what it is worth, and what mends it, in a browser, at `/console`.

In come people with a token of their own (`people`, `sessions`), out go pages and, for what they
ask, the same requests on `isthmus-requests` as the command line sends, with their name.  Doors:
`doors` makes the routes, `page_table` lists the pages; `agents.cli.gateway` composes them.

A page is a module in `pages/` that says `PAGE`, a template of its own, and a line in `page_table`.
Pages are made on the server; without script they work, and say their times in UTC.  Scripts and
styles come from here alone, none stands in a page.
"""
