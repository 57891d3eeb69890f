"""Everything over HTTP: webhooks, the consent of a person, publishing without a Kafka client.

In come requests from outside, bounded and checked at the door.  Out go records on topics, and
pages.  Doors: `gateway` builds the application, `gateway_metrics` watches it; the command line
composes them.
"""
