"""What is a time in the words that we write?  One of which it is known when it was.

One without a zone can be compared with no other: whatever met it would go wrong each time.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
