"""What may a service ask for on `isthmus-pushes`?  A push: the right to it is no other right."""

from agents.requests.passing_on import PassingOn
from schemas.catalog import NotUnderstoodError, decode_request
from schemas.requests import Push


class PushRequests(PassingOn):
    """The handler of `isthmus-pushes`."""

    __slots__ = ()

    def read(self, value: bytes | None) -> Push:
        """Return the push; NotUnderstoodError for whatever else stands there."""
        request = decode_request(value or b"")
        if not isinstance(request, Push):
            asked = request.__struct_config__.tag
            raise NotUnderstoodError(f"type: expected push, the only request here, got {asked}")
        return request
