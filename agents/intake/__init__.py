"""One agent: what a side published becomes one normalised change in the one merged log.

In come `mediaos-changes` and `quickbooks-changes`, out goes `isthmus-intake`.  Door: `intake`.
"""
