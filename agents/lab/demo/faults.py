"""Why does the demo end before its time?  One sentence for a person, with the remedy in it."""


class DemoFault(Exception):
    """The demo cannot start or go on; the text says why, and what to do about it."""
