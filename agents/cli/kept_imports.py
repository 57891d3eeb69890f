"""Why is nobody to look for garbage in what a command imports?  It stays as long as the process.

Python looks through all that there is, again and again while a thousand modules come in, once more
as each worker's heap grows, and three times at the end: a quarter of what a short command costs.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_imports() -> Iterator[None]:
    """Import in here; what there is afterwards is not looked at any more."""
    looked, known = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        # Not of what was imported before: who asks again may have made much that goes.
        if len(sys.modules) > known:
            gc.freeze()
        if looked:
            gc.enable()
