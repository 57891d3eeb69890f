"""How a command says no: one sentence with the remedy, and exit code 1."""


class Refusal(Exception):
    """A command cannot do what was asked; the text says why and what to do about it."""
