"""One agent: a change is decided in its customer's lane and carried out on the other side.

In comes `isthmus-intake`, out go effects on both remotes and facts in the journal.  Reading order:
`sync` (a lane's turn; `lane_events`, `taking`, `waking`), `documents` (a change is taken in),
`settling` (decide, do, look again), `deciding` with `answers` (what the rules say), `carrying_out`
with `command_results` (what came of it; `successes`, `refusals` and `inactive_things` tell the
rest), `forwarding` (another lane speaks for this customer), `releasing` with `looked_at` and
`release_queue` (what waits goes on).
"""
