"""Who asks?  What all requests of people and services have alike."""

import msgspec

from schemas.limits import Actor


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or a service may ask for; `by` is who, as they call themselves.

    It is empty where the engine itself asks, and in what an earlier release sent.
    """

    by: Actor = ""
