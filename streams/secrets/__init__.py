"""What must not be told: the tokens of connections, encrypted, and the links of invitations."""
