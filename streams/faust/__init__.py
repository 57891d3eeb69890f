"""Faust alone: the application, and the transport that commits a finished prefix.

Nothing outside imports `faust` or `mode`.  Doors: `app`, and `transport` for the consumer.
"""
