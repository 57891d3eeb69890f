"""A QuickBooks Online to test against: a real HTTP server over a book in memory.

It shares nothing with the client, so that a shared mistake cannot prove itself right. Sections in
comments ("2.3") are those of the project's notes quickbooks-online.md; what those notes do not
settle says "invented".
"""
