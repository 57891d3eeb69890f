"""What can end a bench?  One sentence with the remedy."""


class BenchFault(Exception):
    """A figure cannot be measured; the text says why and what to do."""
