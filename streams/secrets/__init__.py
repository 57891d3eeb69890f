"""What must not be told: the tokens of connections, encrypted, and the links of invitations.

Reading order: `connection`, `connections` (kept, leased, rotated), `connection_rows`, `sealing`;
`invitations`; `schema`, which brings their database up by `migrations`.
"""
