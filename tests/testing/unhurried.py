"""`isthmus`, beside a QuickBooks that counts no calls.

Beside the real one a command takes the one call a second that the workers leave; a simulator that
was started with --no-limits is spared nothing by it, and a test would wait a quarter of a minute
for each pair of books.  How often is asked has tests of its own (`unit/audit/test_readers.py`).
"""

from agents.audit import qbo
from agents.cli.main import main
from agents.process import remote_clients
from streams.budgets import WORKERS_A_SECOND

if __name__ == "__main__":
    qbo.PAGE_SECONDS = 0.0
    remote_clients.COMMANDS_A_SECOND = WORKERS_A_SECOND
    main()
