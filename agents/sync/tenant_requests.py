"""What does a lane ask the lane of its tenant for?"""

from collections.abc import Awaitable, Callable

from schemas.requests import Request

#: Asks the tenant's own lane for something.
Ask = Callable[[Request], Awaitable[None]]
