"""Why does Kafka not let us in?  Told in one sentence, with the setting that mends it.

aiokafka logs why a broker turned it away and raises that none was to be had, whatever the reason.
So whoever could not begin, or is about to, knocks here: by the same login, at one broker after the
other.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.coordination import FindCoordinatorRequest

from streams.cluster import Cluster
from streams.kafka.probe import REQUEST_MS, quiet
from streams.kafka.rights import AskTopics, Right, lacking
from streams.login.security import OAUTH, Security
from streams.login.tokens import NoTokenError

#: What a broker says to a login that it knows, and that lacks a right.
NO_RIGHT = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)

Wanted = Mapping[str, Collection[Right]]

WHERE = "deploy/acls.md has a table of who needs what"


class NotLetInError(Exception):
    """Kafka does not let us in, or not as far as we must; the text says why and what to do."""


class MissingRightError(NotLetInError):
    """The login is known, and lacks a right."""


async def knock(
    cluster: Cluster,
    topics: Wanted | None = None,
    group: str | None = None,
    *,
    of_group: Right = Right.READ,
) -> None:
    """Return when a broker lets us in and gives every right; NotLetInError says what does not.

    `topics` and `group` are our own names of what is wanted, `of_group` what of the group.
    """
    last: BaseException = KafkaConnectionError()
    asked = (cluster.named(group), of_group) if group is not None else None
    for host, port, _ in collect_hosts(cluster.brokers):
        try:
            with quiet():
                connection = await create_conn(
                    host, port, request_timeout_ms=REQUEST_MS, **cluster.security.parameters
                )
                try:
                    return await _ask(connection, cluster, topics or {}, asked)
                finally:
                    await connection.close()
        except (KafkaError, OSError, TimeoutError) as fault:
            last = fault
    raise NotLetInError(_told(last, cluster)) from last


def why_not(cluster: Cluster) -> str | None:
    """Return why Kafka does not let us in, None when it does; from a loop or without one."""

    def run() -> str | None:
        try:
            asyncio.run(knock(cluster))
        except NotLetInError as fault:
            return str(fault)
        return None

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def refused(fault: BaseException, cluster: Cluster) -> str:
    """Return in one sentence what came of a talk with Kafka that ended in this fault."""
    if isinstance(fault, NO_RIGHT):
        return no_right(cluster, " ".join((type(fault).__name__, *map(str, fault.args))))
    return why_not(cluster) or nobody(cluster, fault)


async def _ask(
    connection: AIOKafkaConnection,
    cluster: Cluster,
    topics: Wanted,
    group: tuple[str, Right] | None,
) -> None:
    wanted = {cluster.named(topic): rights for topic, rights in topics.items()}
    # A broker that wants a login lets a stranger in, and hangs up at the first question.
    answer = await connection.send(AskTopics(wanted))
    if answer.cluster_id is None:
        # How a token is refused escapes aiokafka: it goes on, and is answered by nothing.
        raise SaslAuthenticationFailed
    missing = list(lacking(answer, wanted))
    if group is not None:
        named, right = group
        found = await connection.send(FindCoordinatorRequest(named, 0))
        if found.error_code == GroupAuthorizationFailedError.errno:
            missing.append(f"{right.name} on the group {named}")
    if missing:
        raise MissingRightError(no_right(cluster, ", ".join(missing)))


def no_right(cluster: Cluster, what: str) -> str:
    """Return the sentence of a right that is missing."""
    who = cluster.security.username or "this client"
    return (
        f"Kafka at {cluster.brokers} does not give {who} all that is needed, missing: {what}; have "
        f"its owners give it ({WHERE})."
    )


def nobody(cluster: Cluster, fault: BaseException) -> str:
    """Return the sentence of a Kafka that does not answer at all."""
    return (
        f"No Kafka answers at {cluster.brokers} ({type(fault).__name__}): start one by "
        "`isthmus broker start`, or correct ISTHMUS_BROKERS."
    )


def _told(fault: BaseException, cluster: Cluster) -> str:
    # What ended the connection, under what the client makes of it.
    cause = fault.__cause__ if isinstance(fault.__cause__, ssl.SSLError) else fault
    told = _of_certificates(cause) or _of_login(cause, cluster.security)
    hung_up = isinstance(cause, ssl.SSLError | KafkaConnectionError | ConnectionResetError)
    if told is None and hung_up:
        told = (
            f"hangs up on a client that comes by {cluster.security.security_protocol}: it may want "
            "TLS, a login, a certificate, or none: correct ISTHMUS_KAFKA_SECURITY_PROTOCOL and "
            "what belongs to it."
        )
    return nobody(cluster, fault) if told is None else f"Kafka at {cluster.brokers} {told}"


def _of_certificates(cause: BaseException | None) -> str | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return (
                f"shows a certificate that is not trusted ({cause.verify_message}): name its "
                "authority's file in ISTHMUS_KAFKA_CA_FILE, or its own name in ISTHMUS_BROKERS."
            )
        case ssl.SSLError() if "CERTIFICATE" in str(cause.reason):
            return (
                f"does not take our certificate ({cause.reason}): correct "
                "ISTHMUS_KAFKA_CERTIFICATE_FILE and ISTHMUS_KAFKA_KEY_FILE."
            )
        case _:
            return None


def _of_login(cause: BaseException | None, security: Security) -> str | None:
    match cause:
        case SaslAuthenticationFailed() if security.sasl_mechanism == OAUTH:
            return "refuses the token: correct what ISTHMUS_KAFKA_OAUTH_... names."
        case SaslAuthenticationFailed():
            return (
                f"refuses the login of {security.username} by {security.sasl_mechanism}: "
                "correct ISTHMUS_KAFKA_USERNAME and ISTHMUS_KAFKA_PASSWORD."
            )
        case UnsupportedSaslMechanismError():
            return (
                f"has no login by {security.sasl_mechanism}: correct ISTHMUS_KAFKA_SASL_MECHANISM."
            )
        case NoTokenError():
            return (
                f"wants a token, and {cause.args[0]}: correct what ISTHMUS_KAFKA_OAUTH_... names."
            )
        case _:
            return None
