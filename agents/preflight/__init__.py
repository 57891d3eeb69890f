"""What must be right before a tenant goes live, read from both sides.

In come both remotes, out go findings, judged by `agents.rules.tenant.preflight`.
"""
