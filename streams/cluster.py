"""Where is Kafka, how does one come in, and what are our topics and groups called there?

A topic has two names: that of `streams.topics`, by which everybody here knows it, in records, on
disk, in metrics and on screens; and its name on the brokers, before which stands the prefix of this
installation.  Only who speaks to a broker turns one into the other, so no record changes its
meaning with a prefix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streams.login.security import Security

#: A Kafka that asks nobody who they are.
OPEN = Security()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A Kafka and one installation's place on it; `brokers` are host:port, between commas."""

    brokers: str
    prefix: str = ""
    security: Security = OPEN

    @property
    def client(self) -> Mapping[str, Any]:
        """Return what every client of aiokafka's is made with: the address, and how to come in."""
        return {"bootstrap_servers": self.brokers, **self.security.parameters}

    def named(self, name: str) -> str:
        """Return what a topic or a group of ours is called on the brokers."""
        return self.prefix + name

    def ours(self, named: str) -> str:
        """Return our own name of what the brokers call so."""
        return named.removeprefix(self.prefix)

    def file(self, name: str) -> str:
        """Return what a file of ours is called in a folder that another installation uses too.

        `name` holds neither `.` nor `+`, so two prefixes and two names never meet in one file.
        """
        parting = "" if not self.prefix or self.prefix.endswith(".") else "+"
        return f"{self.prefix}{parting}{name}"
