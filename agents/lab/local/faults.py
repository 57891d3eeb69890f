"""Why there is no local broker: one sentence for a person, with the remedy in it."""


class LocalBrokerFault(Exception):
    """The broker cannot be started, stopped or reached; the text says what to do about it."""
