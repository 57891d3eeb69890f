"""What becomes of a record that is of no use: written down, listed, retried, discarded.

In come bytes and a reason, from any reader.  Out go letters on `isthmus-dead-letters`, and what a
person retries goes back to the topic that it came from.  Doors: `write` for whoever reads a topic,
`manage` for the command line.
"""
