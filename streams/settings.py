"""What an operator may set, and what is used when they do not.

Read once, at a composition root, from variables that start with ISTHMUS_.  All faults are
reported together, so that a deployment is corrected once and not field by field.  A secret or a
table may come from a file: ISTHMUS_TOKEN_KEY_FILE names it, as container platforms mount them.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from schemas.locks import LOCK_SIGNS, LockSign
from streams.cluster import Cluster
from streams.login.problems import problems as login_problems
from streams.login.security import MECHANISMS, PROTOCOLS, Security
from streams.setting_faults import SettingsError
from streams.setting_values import (
    Reader,
    beginning,
    brokers,
    extensions,
    fernet_keys,
    grants,
    hosts,
    intuits_environment,
    lock_signs,
    number,
    one_of,
    openly,
    slug,
    spoken_to_openly,
    text,
    url,
    whole,
)

PREFIX = "ISTHMUS_"
NOT_SHOWN = "a value that is not shown"


def _set(read: Reader, default: object) -> Any:
    return field(default=default, metadata={"read": read})


def _table(read: Reader, default: object) -> Any:
    return field(default=default, metadata={"read": read, "file": True})


def _web(default: str) -> Any:
    return field(default=default, metadata={"read": url("https", "http"), "web": True})


def _secret(read: Reader = text, default: object = "") -> Any:
    return field(default=default, repr=False, metadata={"read": read, "secret": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """Everything that is set per process.

    What a tenant's accountants decide (prefix, doc numbers, two-way sync) are facts in the
    journal and not here.  An empty text means "not set"; `require` says so where it matters.
    """

    # Kafka

    brokers: str = _set(brokers, "127.0.0.1:19092")
    """host:port, several separated by commas. Default: the local broker of demo and tests."""

    group: str = _set(slug, "isthmus-sync")
    """Consumer group of the sync workers. Workers of one installation share it."""

    topic_prefix: str = _set(beginning, "")
    """Stands before the name of each topic and group on Kafka: `team-a.` makes the journal
    `team-a.isthmus-journal`. Default: nothing. All processes of an installation share it, and two
    installations on one Kafka need two."""

    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = _set(
        one_of(*PROTOCOLS), "PLAINTEXT"
    )
    """How Kafka is spoken to: SSL by TLS, SASL_SSL by TLS and with a login, SASL_PLAINTEXT with a
    login that others on the network can read. Default: neither, for a Kafka on the loopback."""

    kafka_sasl_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = (
        _set(one_of(*MECHANISMS), "")
    )
    """How a login is made: by user and password (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512), or by a
    token (OAUTHBEARER)."""

    kafka_username: str = _set(text, "")
    """User of a login by password; a managed Kafka may call it an API key."""

    kafka_password: str = _secret()
    """Password of that user; a managed Kafka may call it an API secret."""

    kafka_ca_file: str = _set(text, "")
    """PEM file of the authorities that vouch for the brokers. Default: those of this machine, which
    know a managed Kafka's."""

    kafka_certificate_file: str = _set(text, "")
    """PEM file of our own certificate, for a Kafka that knows its clients by it (mTLS)."""

    kafka_key_file: str = _set(text, "")
    """PEM file of that certificate's key. Default: the certificate's file holds it too."""

    kafka_key_password: str = _secret()
    """Opens the key, when it is encrypted."""

    kafka_oauth_token_file: str = _set(text, "")
    """File with the token for OAUTHBEARER, read at each login: whoever issues tokens renews it."""

    kafka_oauth_url: str = _web("")
    """Token endpoint for OAUTHBEARER, asked for one by client_credentials, in place of a file."""

    kafka_oauth_client_id: str = _set(text, "")
    """Client id at the token endpoint."""

    kafka_oauth_client_secret: str = _secret()
    """Client secret at the token endpoint."""

    kafka_oauth_scope: str = _set(text, "")
    """Scope that is asked for there. Default: none is named."""

    kafka_oauth_extensions: tuple[tuple[str, str], ...] = _set(extensions, ())
    """Told beside a token, as `logicalCluster=lkc-1,identityPoolId=pool-1`. Default: nothing."""

    worker_name: str = _set(slug, "worker")
    """Names the worker in logs, metrics and its state file; two on one host need two names."""

    # State

    state_folder: str = _set(text, ".local/state")
    """Where a process keeps what is its own and can be made again: a worker's SQLite file, the
    CLI's. Default: under the folder that it is started in."""

    state_url: str = _secret(url("sqlite", "postgresql", "postgresql+psycopg"))
    """SQLAlchemy URL of the state store, hidden since it may hold a password. Default: a SQLite
    file per worker in the state folder, which needs no server and can be rebuilt."""

    connections_url: str = _secret(url("sqlite", "postgresql", "postgresql+psycopg"))
    """SQLAlchemy URL of the tenants' connections, which all processes of an installation share, and
    no other installation. Default: a SQLite file under .local/state/, for one host."""

    token_key: tuple[str, ...] = _secret(fernet_keys, ())
    """Fernet keys of the tokens and passwords at rest: the first encrypts, each decrypts, so a new
    one is put in front and the old one stays until `isthmus connections rotate-key`. No default: a
    known key is none."""

    # Lanes

    max_in_flight: int = _set(whole(1, 10_000), 100)
    """Events in work at once in a worker. Default: what QuickBooks' limits can keep busy."""

    max_queued_per_lane: int = _set(whole(1, 10_000), 50)
    """A lane with more events waiting is held, so that one busy customer cannot fill memory."""

    max_backlog: int = _set(whole(1, 1_000_000), 2000)
    """Events waiting in a worker before it reads no more. Default: about 20 MB of invoices."""

    lockout_minutes: float = _set(number(0, 1440), 20.0)
    """How long QuickBooks' lock is waited out; fractions allowed. Default: what the MediaOS guide
    says that the lock lasts."""

    lockout_scope: Literal["partition", "customer"] = _set(
        one_of("partition", "customer"), "partition"
    )
    """What a lockout pauses. `partition` also stops its other customers and tenants; `customer`
    stops nobody else."""

    lock_signs: tuple[LockSign, ...] = _table(lock_signs, LOCK_SIGNS)
    """Which answers of QuickBooks count as a lock: a JSON list of code and text, or by
    ISTHMUS_LOCK_SIGNS_FILE a file with it. Default: what has been seen; no code is documented."""

    # QuickBooks Online

    qbo_environment: Literal["production", "sandbox"] = _set(
        one_of("production", "sandbox"), "production"
    )
    """Which of Intuit's two worlds the addresses below are in. A tenant that was connected in the
    other one is refused."""

    qbo_base_url: str = _web("https://quickbooks.api.intuit.com")
    """Where the API is, without /v3. Default: production; the sandbox has a host of its own."""

    qbo_discovery_url: str = _web("https://developer.intuit.com/.well-known/openid_configuration/")
    """Where Intuit says which addresses its OAuth has. Default: production's."""

    qbo_client_id: str = _set(text, "")
    """OAuth client id of our app at Intuit."""

    qbo_client_secret: str = _secret()
    """OAuth client secret of our app at Intuit."""

    webhook_verifier_token: str = _secret()
    """Intuit's verifier token, which signs each webhook."""

    qbo_sweep_minutes: float = _set(number(0.02, 1440), 5.0)
    """How often QuickBooks is asked what changed, webhook or not: one call, which is metered."""

    # MediaOS

    mediaos_base_url: str = _web("https://api.mediaos.com")
    """Where the API is. Default: the address that its documentation states."""

    mediaos_api_key: str = _secret()
    """User of MediaOS's HTTP Basic authentication."""

    mediaos_api_password: str = _secret()
    """Password of MediaOS's HTTP Basic authentication."""

    mediaos_sweep_minutes: float = _set(number(0.02, 1440), 15.0)
    """How often MediaOS is asked what changed, told or not. Default: four lists each, so about a
    tenth of the 4,000 calls a day that lists may have."""

    # Surfaces

    gateway_host: str = _set(text, "127.0.0.1")
    """Address that the gateway binds. Default: the loopback, so that exposing it is a choice."""

    gateway_port: int = _set(whole(1, 65_535), 8085)
    """Port that the gateway binds."""

    spool_folder: str = _set(text, "")
    """Folder where the gateway keeps webhooks while Kafka is away. Default: a folder for its port
    under .local/spool/."""

    spool_megabytes: float = _set(number(0.001, 100_000), 64.0)
    """How much it keeps there before it refuses; 64 MB are about 150,000 notices."""

    gateway_url: str = _web("")
    """Where browsers reach the gateway; its /oauth/callback is registered at Intuit. Default: the
    address and port that it binds."""

    publish_token: tuple[tuple[str | None, str], ...] = _secret(grants, ())
    """Bearer tokens of services that publish changes over HTTP, separated by commas, so that one
    can be replaced while it is in use. tenant:TOKEN may publish for that tenant only. No default:
    without a token nobody publishes over HTTP."""

    metrics_host: str = _set(text, "127.0.0.1")
    """Address on which a worker serves metrics and health, and a gateway its metrics. Default: the
    loopback."""

    metrics_port: int = _set(whole(0, 65_535), 9108)
    """Port of a worker's metrics and health; 0 takes any free one, which the log then says."""

    gateway_metrics_port: int = _set(whole(0, 65_535), 9107)
    """Port of a gateway's metrics, which are not for who reaches the gateway; 0 takes any free one,
    which the log then says."""

    plain_http_hosts: tuple[str, ...] = _set(hosts, ())
    """Hosts that a URL may name by http:// though they are not the loopback, separated by commas:
    for a network that nobody else is on, as compose's. Default: none."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _set(
        one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"
    )
    """The least level that is logged. Default: INFO says every decision, DEBUG every call."""

    @property
    def cluster(self) -> Cluster:
        """Return where Kafka is, how to come in, and our place on it."""
        return Cluster(brokers=self.brokers, prefix=self.topic_prefix, security=self._security)

    @property
    def _security(self) -> Security:
        return Security(
            security_protocol=self.kafka_security_protocol,
            sasl_mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_username,
            password=self.kafka_password,
            ca_file=self.kafka_ca_file,
            certificate_file=self.kafka_certificate_file,
            key_file=self.kafka_key_file,
            key_password=self.kafka_key_password,
            oauth_token_file=self.kafka_oauth_token_file,
            oauth_url=self.kafka_oauth_url,
            oauth_client_id=self.kafka_oauth_client_id,
            oauth_client_secret=self.kafka_oauth_client_secret,
            oauth_scope=self.kafka_oauth_scope,
            oauth_extensions=self.kafka_oauth_extensions,
        )

    @property
    def faust_folder(self) -> Path:
        """Return the folder that Faust wants for itself in a worker."""
        return Path(self.state_folder) / self.cluster.file(self.worker_name)

    @property
    def spool(self) -> Path:
        """Return the folder of the gateway's spool."""
        default = f".local/spool/{self.cluster.file(str(self.gateway_port))}"
        return Path(self.spool_folder or default)

    @property
    def gateway_address(self) -> str:
        """Return where browsers reach the gateway."""
        return self.gateway_url or f"http://{self.gateway_host}:{self.gateway_port}"


def read_settings(
    environment: Mapping[str, str], *, read_file: Callable[[str], str] | None = None
) -> ProcessSettings:
    """Read all settings, or raise one SettingsError which names every fault."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for each in fields(ProcessSettings):
        try:
            given = _given(each, environment, read_file or _read_text)
            values[each.name] = each.default if given is None else each.metadata["read"](given)
        except ValueError as wrong:
            problems.append(_problem(each, environment, wrong))
    if not problems:
        problems += [*_mixed(values), *_open(values)]
    settings = None if problems else ProcessSettings(**values | _own_files(values))
    if settings is not None:
        problems += login_problems(settings.cluster.security, _of_kafka)
    if settings is None or problems:
        raise SettingsError(tuple(problems))

    return settings


def _own_files(values: Mapping[str, Any]) -> dict[str, str]:
    """Name the files of whoever names no server: two installations never share one."""
    cluster = Cluster(brokers=values["brokers"], prefix=values["topic_prefix"])
    state = f"sqlite:///{values['state_folder']}/{cluster.file(values['worker_name'])}.sqlite"
    connections = f"sqlite:///.local/state/{cluster.file('connections')}.sqlite"
    return {
        "state_url": values["state_url"] or state,
        "connections_url": values["connections_url"] or connections,
    }


def require(settings: ProcessSettings, *names: str) -> None:
    """Insist that these are set, naming all that are not in one SettingsError."""
    missing = [name for name in names if not getattr(settings, name)]
    if missing:
        raise SettingsError(tuple(f"{variable(name)} is not set; set it" for name in missing))


def variable(name: str) -> str:
    """Name the environment variable of a setting."""
    return PREFIX + name.upper()


def _of_kafka(name: str) -> str:
    return variable(f"kafka_{name}")


def _given(
    each: "Field[Any]", environment: Mapping[str, str], read_file: Callable[[str], str]
) -> str | None:
    name = variable(each.name)
    path = environment.get(f"{name}_FILE") if _may_be_a_file(each) else None
    if path and environment.get(name):
        raise ValueError(f"only one of {name} and {name}_FILE; unset the other")
    if path:
        return read_file(path).strip()
    return environment.get(name) or None


def _may_be_a_file(each: "Field[Any]") -> bool:
    return bool(each.metadata.get("secret") or each.metadata.get("file"))


def _read_text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ValueError(f"a file that can be read at {path}") from fault


def _mixed(values: Mapping[str, Any]) -> list[str]:
    expected = values["qbo_environment"]
    return [
        f"{variable(name)} is Intuit's {found}, expected {expected}: {variable('qbo_environment')}"
        for name in ("qbo_base_url", "qbo_discovery_url")
        if (found := intuits_environment(values[name])) not in {None, expected}
    ]


def _open(values: Mapping[str, Any]) -> list[str]:
    return [
        f"{variable(each.name)} {openly(host)}"
        for each in fields(ProcessSettings)
        if each.metadata.get("web")
        and (host := spoken_to_openly(values[each.name], values["plain_http_hosts"]))
    ]


def _problem(each: "Field[Any]", environment: Mapping[str, str], wrong: ValueError) -> str:
    name = variable(each.name)
    path = environment.get(f"{name}_FILE") if _may_be_a_file(each) else None
    given = f"what {path} holds" if path else repr(environment.get(name, ""))
    if each.metadata.get("secret"):
        given = NOT_SHOWN
    return f"{name} is {given}, expected {wrong}"
