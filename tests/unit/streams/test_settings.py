from email.headerregistry import Address
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import BeforeValidator

from schemas.locks import LockSign
from streams.cluster import Cluster
from streams.settable.kinds import is_secret
from streams.settable.source import variable
from streams.setting_faults import SettingsError
from streams.settings import ProcessSettings, read_settings, require

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def test_nothing_set_gives_the_defaults():
    given = read_settings({})

    assert given == ProcessSettings(
        state_url="sqlite:///.local/state/worker.sqlite",
        connections_url="sqlite:///.local/state/connections.sqlite",
    )
    assert (given.brokers, given.group) == ("127.0.0.1:19092", "isthmus-sync")
    assert (given.max_in_flight, given.max_queued_per_lane, given.max_backlog) == (100, 50, 2000)
    assert (given.lockout_minutes, given.lockout_scope) == (20.0, "partition")


def test_a_state_file_lies_in_the_state_folder_unless_the_store_is_named():
    folder = {"ISTHMUS_STATE_FOLDER": "/var/lib/isthmus"}

    given = read_settings(folder)
    named = read_settings({**folder, "ISTHMUS_STATE_URL": "sqlite:///elsewhere.sqlite"})

    assert given.state_url == "sqlite:////var/lib/isthmus/worker.sqlite"
    assert named.state_url == "sqlite:///elsewhere.sqlite"


def test_a_prefix_stands_before_what_kafka_knows_and_before_files_that_nobody_named():
    given = read_settings({"ISTHMUS_TOPIC_PREFIX": "team-a_1."})
    named = read_settings(
        {
            "ISTHMUS_TOPIC_PREFIX": "a" * 64,
            "ISTHMUS_STATE_URL": "sqlite:///state.sqlite",
            "ISTHMUS_CONNECTIONS_URL": "sqlite:///connections.sqlite",
        }
    )

    assert given.cluster.named("isthmus-journal") == "team-a_1.isthmus-journal"
    assert given.cluster.ours("team-a_1.isthmus-journal") == "isthmus-journal"
    assert given.state_url == "sqlite:///.local/state/team-a_1.worker.sqlite"
    assert given.connections_url == "sqlite:///.local/state/team-a_1.connections.sqlite"
    assert named.state_url == "sqlite:///state.sqlite"
    assert named.connections_url == "sqlite:///connections.sqlite"
    assert read_settings({}).cluster.named("isthmus-journal") == "isthmus-journal"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("team-", "a-worker"), ("team-a-", "worker")),
        (("team-", "worker"), ("", "team-worker")),
        (("team.", "worker"), ("team", "worker")),
        (("team.", "worker"), ("team..", "worker")),
        (("team-", "connections"), ("", "team-connections")),
        (("a1", "8085"), ("a", "18085")),
    ],
)
def test_two_installations_of_one_folder_never_meet_in_one_file(one, other):
    names = [Cluster(brokers="k:1", prefix=prefix).file(name) for prefix, name in (one, other)]
    assert names[0] != names[1]

    states = [
        read_settings({"ISTHMUS_TOPIC_PREFIX": prefix, "ISTHMUS_WORKER_NAME": name}).state_url
        for prefix, name in (one, other)
    ]
    assert states == [f"sqlite:///.local/state/{name}.sqlite" for name in names]


def test_the_connections_of_one_installation_are_no_state_of_another():
    connections = read_settings({"ISTHMUS_TOPIC_PREFIX": "team-"}).connections_url
    assert connections != read_settings({"ISTHMUS_WORKER_NAME": "team-connections"}).state_url


def test_a_prefix_stands_before_the_folders_of_a_worker_and_of_a_spool_too():
    prefixed = {"ISTHMUS_TOPIC_PREFIX": "team-", "ISTHMUS_WORKER_NAME": "blue"}
    given, plain = read_settings(prefixed), read_settings({})

    assert given.faust_folder == Path(".local/state/team-+blue")
    assert given.spool == Path(".local/spool/team-+8085")
    assert (plain.faust_folder, plain.spool) == (
        Path(".local/state/worker"),
        Path(".local/spool/8085"),
    )
    assert read_settings({**prefixed, "ISTHMUS_SPOOL_FOLDER": "kept"}).spool == Path("kept")


def test_every_field_is_read_from_a_variable_of_its_name():
    given = read_settings(
        {
            "ISTHMUS_BROKERS": "k1:9092, k2:9092",
            "ISTHMUS_WORKER_NAME": "blue",
            "ISTHMUS_LOCKOUT_MINUTES": "0.5",
            "ISTHMUS_LOCKOUT_SCOPE": "customer",
            "ISTHMUS_QBO_BASE_URL": "http://127.0.0.1:8090/",
            "ISTHMUS_TOKEN_KEY": KEY,
            "UNRELATED": "x",
        }
    )

    assert given == ProcessSettings(
        brokers="k1:9092,k2:9092",
        worker_name="blue",
        state_url="sqlite:///.local/state/blue.sqlite",
        connections_url="sqlite:///.local/state/connections.sqlite",
        lockout_minutes=0.5,
        lockout_scope="customer",
        qbo_base_url="http://127.0.0.1:8090",
        token_key=(KEY,),
    )


def test_all_faults_are_reported_together_with_name_given_and_expected():
    with pytest.raises(SettingsError) as raised:
        read_settings(
            {
                "ISTHMUS_BROKERS": "localhost",
                "ISTHMUS_MAX_IN_FLIGHT": "many",
                "ISTHMUS_GATEWAY_PORT": "70000",
                "ISTHMUS_LOCKOUT_SCOPE": "tenant",
                "ISTHMUS_MEDIAOS_BASE_URL": "ftp://books",
            }
        )

    assert raised.value.problems == (
        "ISTHMUS_BROKERS is 'localhost', expected host:port, several separated by commas",
        "ISTHMUS_MAX_IN_FLIGHT is 'many', expected a whole number from 1 to 10000",
        "ISTHMUS_LOCKOUT_SCOPE is 'tenant', expected one of partition, customer",
        (
            "ISTHMUS_MEDIAOS_BASE_URL is 'ftp://books', "
            "expected a URL that begins with https:// or http://"
        ),
        "ISTHMUS_GATEWAY_PORT is '70000', expected a whole number from 1 to 65535",
    )


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("LOCKOUT_MINUTES", "nan"),
        ("LOCKOUT_MINUTES", "inf"),
        ("LOCKOUT_MINUTES", "-1"),
        ("WORKER_NAME", "../../etc"),
        ("GROUP", "a b"),
        ("TOPIC_PREFIX", "team a."),
        ("TOPIC_PREFIX", "team/a."),
        ("TOPIC_PREFIX", "team-a.\n"),
        ("TOPIC_PREFIX", "a" * 65),
        ("BROKERS", "k1:9092,"),
        ("BROKERS", "k1:0"),
        ("QBO_DISCOVERY_URL", "https://"),
        ("QBO_DISCOVERY_URL", "https://[half"),
        ("STATE_URL", "mysql://u:p@h/d"),
        ("LOG_LEVEL", "info"),
        ("METRICS_PORT", "1e3"),
        ("PLAIN_HTTP_HOSTS", "books 8090"),
        ("PLAIN_HTTP_HOSTS", "books,,mediaos"),
        ("PLAIN_HTTP_HOSTS", "books:8090"),
    ],
)
def test_a_wrong_value_is_refused(name, given):
    with pytest.raises(SettingsError, match=f"ISTHMUS_{name} is .*expected "):
        read_settings({f"ISTHMUS_{name}": given})


@pytest.mark.parametrize("name", ["ISTHMUS_TOKEN_KEY", "ISTHMUS_STATE_URL"])
def test_a_wrong_secret_is_refused_without_being_shown(name):
    with pytest.raises(SettingsError) as raised:
        read_settings({name: "oops-hunter2"})

    assert "hunter2" not in str(raised.value)
    assert name in str(raised.value)


def test_no_secret_is_in_what_a_fault_came_from():
    with pytest.raises(SettingsError) as raised:
        read_settings({"ISTHMUS_TOKEN_KEY": "oops-hunter2"})

    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


def test_what_is_made_in_code_reads_no_environment(monkeypatch):
    monkeypatch.setenv("ISTHMUS_BROKERS", "elsewhere:9092")
    monkeypatch.setenv("BROKERS", "elsewhere:9092")

    assert ProcessSettings().brokers == "127.0.0.1:19092"


def secrets() -> list[str]:
    return [name for name, field in ProcessSettings.model_fields.items() if is_secret(field)]


@pytest.mark.parametrize("name", secrets())
def test_a_secret_never_shows_in_the_repr(name):
    shown = repr(ProcessSettings().model_copy(update={name: "hunter2"}))

    assert "hunter2" not in shown


#: What must be set beside a secret that nothing would use alone.
BESIDE = {
    "kafka_key_password": {"SECURITY_PROTOCOL": "SSL"},
    "kafka_password": {
        "SECURITY_PROTOCOL": "SASL_SSL",
        "SASL_MECHANISM": "PLAIN",
        "USERNAME": "worker",
    },
    "kafka_oauth_client_secret": {
        "SECURITY_PROTOCOL": "SASL_SSL",
        "SASL_MECHANISM": "OAUTHBEARER",
        "OAUTH_URL": "https://tokens.example",
        "OAUTH_CLIENT_ID": "worker",
    },
}


@pytest.mark.parametrize(
    "name",
    sorted(
        set(secrets())
        - {"token_key", "publish_token", "console_token", "state_url", "connections_url"}
        - {"digest_webhook_url"}
    ),
)
def test_every_secret_may_come_from_a_file(name):
    files = {"/run/secrets/it": "hunter2\n"}
    beside = {f"ISTHMUS_KAFKA_{each}": value for each, value in BESIDE.get(name, {}).items()}

    given = read_settings(
        {**beside, f"{variable(name)}_FILE": "/run/secrets/it"},
        read_file=files.__getitem__,
    )

    assert getattr(given, name) == "hunter2"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path):
    gone = tmp_path / "gone"

    with pytest.raises(SettingsError, match=f"expected a file that can be read at {gone}"):
        read_settings({"ISTHMUS_TOKEN_KEY_FILE": str(gone)})


def test_a_file_without_an_end_holds_no_setting():
    with pytest.raises(SettingsError, match="expected a file of at most 1000000 characters at"):
        read_settings({"ISTHMUS_TOKEN_KEY_FILE": "/dev/zero"})


def test_publish_tokens_may_be_several_and_bound_to_a_tenant():
    given = f"{'a' * 32}, t1:{'b' * 16}=="

    settings = read_settings({"ISTHMUS_PUBLISH_TOKEN": given})

    assert settings.publish_token == ((None, "a" * 32), ("t1", "b" * 16 + "=="))
    assert "aaaa" not in repr(settings)


@pytest.mark.parametrize("wrong", ["short", "a" * 32 + ",", "t/1:" + "a" * 32, ":" + "a" * 32])
def test_a_publish_token_that_is_easy_or_unclear_is_refused_unseen(wrong):
    with pytest.raises(SettingsError, match="16 to 512") as raised:
        read_settings({"ISTHMUS_PUBLISH_TOKEN": wrong})

    assert wrong not in str(raised.value)


def test_a_secret_given_twice_is_refused():
    with pytest.raises(SettingsError, match="only one of ISTHMUS_PUBLISH_TOKEN and"):
        read_settings({"ISTHMUS_PUBLISH_TOKEN": "a", "ISTHMUS_PUBLISH_TOKEN_FILE": "/b"})


def test_what_a_command_needs_is_named_all_at_once():
    with pytest.raises(SettingsError) as raised:
        require(
            read_settings({"ISTHMUS_QBO_CLIENT_ID": "id"}),
            "qbo_client_id",
            "token_key",
            "publish_token",
        )

    assert raised.value.problems == (
        "ISTHMUS_TOKEN_KEY is not set; set it",
        "ISTHMUS_PUBLISH_TOKEN is not set; set it",
    )


@pytest.mark.parametrize("between", [",", "\n", ", ", " "])
def test_several_keys_are_given_in_one_text(between):
    keys = tuple(Fernet.generate_key().decode() for _ in range(2))

    given = read_settings({"ISTHMUS_TOKEN_KEY": between.join(keys) + "\n"})

    assert given.token_key == keys


def test_one_bad_key_among_good_ones_is_refused_and_none_is_shown():
    with pytest.raises(SettingsError) as raised:
        read_settings({"ISTHMUS_TOKEN_KEY": f"{KEY},oops-hunter2"})

    assert "hunter2" not in str(raised.value)
    assert KEY not in str(raised.value)


def test_the_signs_of_a_lock_are_a_table_of_codes_and_texts():
    signs = '[{"code": "06000", "text": " Locked "}, {"code": "6140"}, {"text": "in use"}]'
    given = read_settings({"ISTHMUS_LOCK_SIGNS": signs})

    assert given.lock_signs == (
        LockSign(code="6000", text="Locked"),
        LockSign(code="6140"),
        LockSign(text="in use"),
    )
    from_file = read_settings(
        {"ISTHMUS_LOCK_SIGNS_FILE": "/etc/signs"},
        read_file=lambda path: {"/etc/signs": signs}[path],
    )
    assert from_file.lock_signs == given.lock_signs


@pytest.mark.parametrize(
    ("signs", "told"),
    [
        ("6000", "got `int`"),
        ('["6000"]', r"\$\[0\]"),
        ('[{"code": 6000}]', r"\$\[0\]\.code"),
        ('[{"code": "6000"}, {"code": "x1"}]', r"digits - at `\$\[1\]\.code`"),
        ('[{"code": "00", "text": " "}]', "every answer is a lock"),
        ('[{"txt": "locked"}]', "unknown field `txt`"),
        ("[", "truncated"),
    ],
)
def test_signs_of_a_lock_that_make_no_sense_are_refused_with_their_place(signs, told):
    with pytest.raises(SettingsError, match=f"ISTHMUS_LOCK_SIGNS is .*a JSON list like .*{told}"):
        read_settings({"ISTHMUS_LOCK_SIGNS": signs})


def test_a_wrong_table_in_a_file_names_the_file():
    with pytest.raises(
        SettingsError, match="ISTHMUS_LOCK_SIGNS is what /etc/signs holds, expected"
    ):
        read_settings({"ISTHMUS_LOCK_SIGNS_FILE": "/etc/signs"}, read_file=lambda _path: "[")


def web_addresses():
    """Every setting that takes an https:// URL of any host."""

    def takes(name, given):
        field = ProcessSettings.model_fields[name]
        read = next(each.func for each in field.metadata if isinstance(each, BeforeValidator))
        try:
            return read(given) == given
        except ValueError:
            return False

    read = [
        name
        for name, field in ProcessSettings.model_fields.items()
        if any(isinstance(each, BeforeValidator) for each in field.metadata)
    ]
    urls = [name for name in read if takes(name, "https://books.example")]
    return [variable(name) for name in urls if not takes(name, "books")]


def test_all_urls_of_the_web_are_looked_at():
    assert web_addresses() == [
        "ISTHMUS_KAFKA_OAUTH_URL",
        "ISTHMUS_QBO_BASE_URL",
        "ISTHMUS_QBO_DISCOVERY_URL",
        "ISTHMUS_MEDIAOS_BASE_URL",
        "ISTHMUS_GATEWAY_URL",
        "ISTHMUS_DIGEST_WEBHOOK_URL",
        "ISTHMUS_TRACE_URL",
    ]


OAUTH = {
    "ISTHMUS_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "ISTHMUS_KAFKA_SASL_MECHANISM": "OAUTHBEARER",
    "ISTHMUS_KAFKA_OAUTH_CLIENT_ID": "id",
    "ISTHMUS_KAFKA_OAUTH_CLIENT_SECRET": "secret",
    "ISTHMUS_KAFKA_OAUTH_URL": "https://tokens.example",
}


def needed(name):
    """Return what is set besides: a login by tokens alone is looked at with all that it takes."""
    return OAUTH if name in OAUTH else {}


@pytest.mark.parametrize(
    "host",
    ["books.example", "192.168.1.7", "0.0.0.0", "[2001:db8::1]", "127.0.0.1.evil.example", "books"],
)
@pytest.mark.parametrize("name", web_addresses())
def test_nobody_beyond_the_loopback_is_spoken_to_without_tls(name, host):
    with pytest.raises(SettingsError) as raised:
        read_settings({**needed(name), name: f"http://user:password@{host}:8090/path"})

    [problem] = raised.value.problems
    assert problem.startswith(f"{name} names {host.strip('[]')} by http://, expected https://: ")
    assert "ISTHMUS_PLAIN_HTTP_HOSTS" in problem
    assert "password" not in problem


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "LOCALHOST"])
@pytest.mark.parametrize("name", web_addresses())
def test_the_loopback_is(name, host):
    assert read_settings({**needed(name), name: f"http://{host}:8090"})


@pytest.mark.parametrize(
    "address",
    [
        r"http://evil.example\@localhost",
        r"http://evil.example\@[::1]:8090/path",
        " http://localhost",
        "http://local\thost",
        "http://localhost/a\nb",
    ],
)
@pytest.mark.parametrize("name", web_addresses())
def test_an_address_whose_host_one_client_reads_otherwise_than_another_is_none(name, address):
    with pytest.raises(SettingsError, match=f"{name} is .*expected a URL"):
        read_settings({**OAUTH, name: address})


@pytest.mark.parametrize(
    "address",
    [
        *("https://books.example:abc", "https://books.example:99999", "https://books.example:0"),
        *(
            "https://.",
            "https://a..b",
            f"https://{'a' * 64}.example",
            "https://\u202eskoob.example",
        ),
        *("https://:8090", "https://[::1"),
    ],
)
@pytest.mark.parametrize("name", web_addresses())
def test_an_address_at_which_no_client_finds_anybody_is_none(name, address):
    with pytest.raises(SettingsError, match=f"{name} is .*expected a URL"):
        read_settings({**OAUTH, name: address})


def test_a_host_that_an_operator_answers_for_may_be_a_number():
    named = {"ISTHMUS_PLAIN_HTTP_HOSTS": "10.0.0.7, FD00::7"}
    there = {
        "ISTHMUS_QBO_BASE_URL": "http://10.0.0.7:8090",
        "ISTHMUS_MEDIAOS_BASE_URL": "http://[fd00::7]:8091",
    }
    assert read_settings({**named, **there}).plain_http_hosts == ("10.0.0.7", "fd00::7")


def test_so_is_a_host_that_an_operator_answers_for():
    named = {"ISTHMUS_PLAIN_HTTP_HOSTS": "QuickBooks, mediaos"}
    there = {
        "ISTHMUS_QBO_BASE_URL": "http://quickbooks:8090",
        "ISTHMUS_MEDIAOS_BASE_URL": "http://MediaOS:8091",
    }
    assert read_settings({**named, **there}).qbo_base_url == "http://quickbooks:8090"
    with pytest.raises(SettingsError, match=r"^ISTHMUS_GATEWAY_URL names elsewhere by http://"):
        read_settings({**named, **there, "ISTHMUS_GATEWAY_URL": "http://elsewhere"})


def test_browsers_reach_the_gateway_where_it_listens_unless_it_is_said():
    assert (
        read_settings({"ISTHMUS_GATEWAY_PORT": "9001"}).gateway_address == "http://127.0.0.1:9001"
    )
    named = read_settings({"ISTHMUS_GATEWAY_URL": "https://isthmus.example/"})
    assert named.gateway_address == "https://isthmus.example"


SANDBOX = {
    "ISTHMUS_QBO_ENVIRONMENT": "sandbox",
    "ISTHMUS_QBO_BASE_URL": "https://sandbox-quickbooks.api.intuit.com",
    "ISTHMUS_QBO_DISCOVERY_URL": (
        "https://developer.intuit.com/.well-known/openid_sandbox_configuration/"
    ),
}


def test_intuit_s_two_worlds_are_not_mixed():
    assert read_settings(SANDBOX).qbo_environment == "sandbox"

    for lacking in SANDBOX:
        with pytest.raises(SettingsError, match=r"is Intuit's (sandbox|production), expected"):
            read_settings({name: SANDBOX[name] for name in SANDBOX if name != lacking})


def test_an_address_that_is_not_intuit_s_may_play_either():
    simulated = {
        "ISTHMUS_QBO_BASE_URL": "http://127.0.0.1:8090",
        "ISTHMUS_QBO_DISCOVERY_URL": "http://127.0.0.1:8090/.well-known/openid_configuration/",
    }

    assert read_settings(simulated).qbo_environment == "production"
    assert read_settings({**simulated, "ISTHMUS_QBO_ENVIRONMENT": "sandbox"})


def test_the_digest_goes_to_addresses_of_all_tenants_or_of_one():
    given = read_settings({"ISTHMUS_DIGEST_TO": "ann@example.com, t1:bob+x@example.com"})
    assert given.digest_to == ((None, "ann@example.com"), ("t1", "bob+x@example.com"))


@pytest.mark.parametrize(
    "wrong",
    [
        *("ann", "ann@", "@example.com", "Ann <ann@example.com>", "ann@example.com,"),
        *("t 1:ann@example.com", "ann@example.com\nBcc: x@example.com", "ann@-x", "a@b@c.example"),
        "a" * 260 + "@example.com",
        # What `email` makes no header of, or takes for a word in another character set.
        *("a..b@example.com", ".a@example.com", "a.@example.com", "a@b..example", "a@b-.example"),
        *("=?us-ascii?q?Bcc?=@example.com", "a=?utf-8?q?x?=@example.com", "a@" + "b" * 64),
        *("\u00e4@example.com", "a@m\u00fcller.example", "a@example.com\x00"),
    ],
)
def test_what_is_no_address_of_mail_is_refused(wrong):
    for name in ("ISTHMUS_DIGEST_TO", "ISTHMUS_DIGEST_FROM"):
        with pytest.raises(SettingsError, match=f"{name} is .*expected "):
            read_settings({name: wrong})


@pytest.mark.parametrize(
    "fine",
    [
        *("a.b+c@mail.example.com", "o'neil@example.com", "a=b@example.com", "-x@example.com"),
        *("a@xn--mller-kva.example", "root@localhost", "a@" + "b" * 63 + ".example"),
    ],
)
def test_a_mail_is_made_of_each_address_that_is_taken(fine):
    given = read_settings({"ISTHMUS_DIGEST_TO": fine, "ISTHMUS_DIGEST_FROM": fine})
    assert given.digest_to == ((None, fine),)
    assert Address("Isthmus", addr_spec=given.digest_from).addr_spec == fine


def test_the_webhook_of_the_digest_is_never_shown():
    files = {"/run/it": "https://hooks.example/key-of-ours\n"}
    environment = {"ISTHMUS_DIGEST_WEBHOOK_URL_FILE": "/run/it"}
    given = read_settings(environment, read_file=files.__getitem__)

    assert given.digest_webhook_url == "https://hooks.example/key-of-ours"
    assert "key-of-ours" not in repr(given)


@pytest.mark.parametrize(
    ("host", "fine"), [("mail.example", False), ("127.0.0.1", True), ("localhost", True)]
)
def test_mail_goes_without_tls_on_the_loopback_alone(host, fine):
    environment = {"ISTHMUS_SMTP_HOST": host, "ISTHMUS_SMTP_SECURITY": "none"}
    if fine:
        assert read_settings(environment).smtp_host == host
        return
    with pytest.raises(SettingsError) as wrong:
        read_settings(environment)
    [problem] = wrong.value.problems
    assert problem.startswith("ISTHMUS_SMTP_SECURITY is 'none', expected starttls or tls: mail.")
