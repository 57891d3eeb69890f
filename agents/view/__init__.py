"""What the fold knows, as lanes and agents ask it.

In come the rows of the journal's fold, out go answers; it writes nothing but a lane's own step.
Doors: `lane_context` for the owner of a lane, the rest for those who only look.
"""
