"""Do the two ledgers agree?

Exit code 0 when they do, 3 when they do except for what waits, 4 when they differ, 2 when one
cannot tell, and 1 for a refusal.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, TypeVar

import typer
from aiokafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from agents.audit.books import LedgerUnreadableError
from agents.audit.check import Books, check
from agents.audit.report import Agreement
from agents.cli.bars import reading_bar
from agents.cli.console import complain, show_json
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.ledger_report import show
from agents.cli.lookup import nearest
from agents.cli.options import Json, TenantName
from agents.cli.refusal import Refusal
from agents.cli.registering import FoldedRegister
from agents.process.clock import SystemClock
from agents.process.intuit import exchange_of
from schemas.outcomes import Fault
from streams.kafka.knocking import why_not
from streams.kafka.probe import quiet
from streams.remotes.quickbooks.standing import Register
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.secrets.sealing import KeyLostError
from streams.setting_faults import SettingsError
from streams.topics import JOURNAL

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

STATUSES = {
    Agreement.AGREE: ExitStatus.DONE,
    Agreement.EXCEPT: ExitStatus.WAITS,
    Agreement.DIFFER: ExitStatus.DIFFERS,
}

Customers = Annotated[
    bool, typer.Option("--customers", help="Show all customers, also where both sides agree.")
]


class Look(Protocol[T_co]):
    """Looks at one tenant, whose books and journal it is given."""

    def __call__(
        self, *, books: Books, kafka: Mapping[str, Any], tenant: str, journal: str
    ) -> Awaitable[T_co]:
        """Return what it sees; LedgerUnreadableError says why it sees nothing."""
        ...


app = typer.Typer(help="Whether the two ledgers agree.", no_args_is_help=True)


@app.command("check")
def check_command(
    tenant: TenantName = None, customers: Customers = False, as_json: Json = False
) -> None:
    """Read both books and the journal, and name every difference and what waits.

    The exit status is 0 when the ledgers agree, 3 when they do except for what waits, 4 when they
    differ, 2 when something cannot be read.
    """
    with or_give_up(), reading_bar(SystemClock()) as told:
        report = asyncio.run(examined(tenant, partial(check, hear=told)))
    if as_json:
        show_json(report.as_json())
    else:
        show(report, every=customers)
    raise typer.Exit(STATUSES[report.agreement])


@contextmanager
def or_give_up() -> Iterator[None]:
    """End with the status of what cannot be told, and the sentence that says why."""
    try:
        with quiet():
            yield
    except SettingsError as wrong:
        _give_up(*wrong.problems)
    except LedgerUnreadableError as fault:
        _give_up(_told(fault))


def _told(fault: LedgerUnreadableError) -> str:
    # The check knows no setting of ours, so it cannot say which of them would have let it in.
    away = isinstance(fault.__cause__, KafkaError)
    return (why_not(process_settings().cluster) if away else None) or str(fault)


async def examined(tenant: str | None, look: Look[T], register: Register | None = None) -> T:
    """Return what `look` makes of a tenant's books and journal, which are opened for it.

    `register` is as for `lent_sides`.  LedgerUnreadableError when they cannot be, SettingsError
    when a setting is missing.
    """
    settings = process_settings("token_key", "qbo_client_id", "qbo_client_secret")
    clock = SystemClock()
    connections = Connections(settings.connections_url, settings.token_key, clock)
    exchange = exchange_of(settings)
    folded = FoldedRegister(settings.cluster, clock)
    tokens = Tokens(
        connections,
        exchange,
        clock,
        f"ledger-{secrets.token_hex(6)}",
        register=register or folded,
        environment=settings.qbo_environment,
    )
    try:
        await connections.prepare()
        connection = await _connection(connections, tenant)
        books = _books(settings, connection, _token(tokens, connection.tenant))
        return await look(
            books=books,
            kafka=settings.cluster.client,
            tenant=connection.tenant,
            journal=settings.cluster.named(JOURNAL.name),
        )
    except (SQLAlchemyError, KeyLostError) as fault:
        raise LedgerUnreadableError(
            f"The tenants' connections cannot be read ({type(fault).__name__}): "
            "correct ISTHMUS_CONNECTIONS_URL and ISTHMUS_TOKEN_KEY, then check again."
        ) from fault
    except Refusal as refusal:
        raise LedgerUnreadableError(str(refusal)) from refusal
    finally:
        await tokens.close()
        await folded.close()
        await connections.close()


async def _connection(connections: Connections, tenant: str | None) -> Connection:
    known = await connections.tenants()
    if tenant is None and len(known) > 1:
        raise LedgerUnreadableError(f"Which tenant?  Name one by --tenant: {', '.join(known)}.")
    name = tenant or next(iter(known), None)
    connection = await connections.get(name) if name is not None else None
    if connection is None:
        raise LedgerUnreadableError(_not_connected(known, name))
    return connection


def _not_connected(known: Sequence[str], name: str | None) -> str:
    if name is None:
        return "No tenant is connected: connect it by `isthmus connect`."
    if not known:
        return f"Tenant {name} is not connected: connect it by `isthmus connect {name}`."
    return f"Tenant {name} is not connected; {nearest(known, name)}."


def _token(tokens: Tokens, tenant: str) -> Callable[[], Awaitable[str]]:
    async def token() -> str:
        found = await tokens.current(tenant)
        if isinstance(found, Fault):
            raise LedgerUnreadableError(f"QuickBooks cannot be asked for {tenant}: {found}")
        return found.access_token

    return token


def _books(
    settings: "ProcessSettings", connection: Connection, token: Callable[[], Awaitable[str]]
) -> Books:
    return Books(
        qbo_base_url=settings.qbo_base_url,
        realm=connection.realm,
        qbo_token=token,
        mediaos_base_url=connection.mediaos_base_url,
        mediaos_key=connection.mediaos_api_key,
        mediaos_password=connection.mediaos_api_password,
    )


def _give_up(*sentences: str) -> NoReturn:
    for sentence in sentences:
        complain(sentence)
    raise typer.Exit(ExitStatus.NOT_ASKED)
