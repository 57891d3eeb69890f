"""One agent: a notice of QuickBooks becomes a change, by reading the record that it names.

In comes `quickbooks-notices`, out goes `quickbooks-changes`.  Door: `hydrate`.
"""
