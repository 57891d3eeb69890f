"""The daily digest of what waits, for those who keep the books: what it says, and how it looks.

In comes what a journal says of one tenant, out goes an e-mail or a document for a webhook.  Begin
with `digest` (what it says); `text`, `page` and `document` are its three forms, and `letter` puts
the first two into an e-mail.
"""
