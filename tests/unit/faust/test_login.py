"""Do the settings of a login become what the clients take, or one sentence that mends them?"""

import asyncio
import base64
import dataclasses
import json
import ssl

import pytest
from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials

from streams.faust.credentials import credentials
from streams.login.endpoint_token import EndpointToken
from streams.login.tokens import FileToken, NoTokenError
from streams.setting_faults import SettingsError
from streams.settings import read_settings
from tests.testing.certificates import authority

SECRET = "not-to-be-told"
SCRAM = {
    "SECURITY_PROTOCOL": "SASL_SSL",
    "SASL_MECHANISM": "SCRAM-SHA-512",
    "USERNAME": "worker",
    "PASSWORD": SECRET,
}
OAUTH = {
    "SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "SASL_MECHANISM": "OAUTHBEARER",
    "OAUTH_URL": "http://127.0.0.1:1/token",
    "OAUTH_CLIENT_ID": "isthmus",
    "OAUTH_CLIENT_SECRET": SECRET,
    "OAUTH_SCOPE": "kafka",
    "OAUTH_EXTENSIONS": "logicalCluster=lkc-1, identityPoolId=pool-1",
}


def cluster(told):
    return read_settings({f"ISTHMUS_KAFKA_{name}": str(told[name]) for name in told}).cluster


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("certificates"))


def test_without_a_setting_kafka_is_spoken_to_in_the_open():
    assert cluster({}).client == {
        "bootstrap_servers": "127.0.0.1:19092",
        "security_protocol": "PLAINTEXT",
    }
    assert credentials(cluster({}).security) is None


def test_a_password_goes_by_tls_that_checks_the_broker():
    found = cluster(SCRAM)

    given = dict(found.client)
    tls = given.pop("ssl_context")
    assert given == {
        "bootstrap_servers": "127.0.0.1:19092",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "worker",
        "sasl_plain_password": SECRET,
    }
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    faust = credentials(found.security)
    assert isinstance(faust, SASLCredentials)
    assert (faust.mechanism.value, faust.protocol.value) == ("SCRAM-SHA-512", "SASL_SSL")


def test_a_certificate_of_our_own_is_shown(ca):
    ours = ca.issue("worker")

    found = cluster(
        {
            "SECURITY_PROTOCOL": "SSL",
            "CA_FILE": ca.file,
            "CERTIFICATE_FILE": ours.certificate,
            "KEY_FILE": ours.key,
        }
    )

    assert found.client["security_protocol"] == "SSL"
    assert len(found.client["ssl_context"].get_ca_certs()) == 1
    assert isinstance(credentials(found.security), SSLCredentials)


def test_a_token_comes_from_an_endpoint_or_a_file(tmp_path):
    asked = cluster(OAUTH)
    read = cluster({**dict(list(OAUTH.items())[:2]), "OAUTH_TOKEN_FILE": tmp_path / "token"})

    provider = asked.client["sasl_oauth_token_provider"]
    assert isinstance(provider, EndpointToken)
    assert provider.extensions() == {"logicalCluster": "lkc-1", "identityPoolId": "pool-1"}
    assert isinstance(read.client["sasl_oauth_token_provider"], FileToken)
    assert isinstance(credentials(asked.security), OAuthCredentials)


def test_no_secret_is_shown(tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n")
    told = {f"ISTHMUS_KAFKA_{name}": value for name, value in SCRAM.items() if name != "PASSWORD"}
    settings = read_settings({**told, "ISTHMUS_KAFKA_PASSWORD_FILE": str(file)})

    assert settings.cluster.client["sasl_plain_password"] == SECRET
    for shown in (settings, settings.cluster, credentials(settings.cluster.security)):
        assert SECRET not in repr(shown)
    for shown in (cluster(OAUTH), cluster(OAUTH).client):
        assert SECRET not in repr(shown)


FAULTS = [
    (
        {"USERNAME": "worker"},
        (
            "ISTHMUS_KAFKA_USERNAME is set, but ISTHMUS_KAFKA_SECURITY_PROTOCOL is PLAINTEXT, "
            "which is without a login: unset it, or choose another"
        ),
    ),
    (
        {"CA_FILE": "ca.pem"},
        (
            "ISTHMUS_KAFKA_CA_FILE is set, but ISTHMUS_KAFKA_SECURITY_PROTOCOL is PLAINTEXT, "
            "which is without TLS: unset it, or choose another"
        ),
    ),
    (
        {"SECURITY_PROTOCOL": "SASL_SSL"},
        (
            "ISTHMUS_KAFKA_SASL_MECHANISM is not set, but ISTHMUS_KAFKA_SECURITY_PROTOCOL is "
            "SASL_SSL; set one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"
        ),
    ),
    (
        {**SCRAM, "PASSWORD": ""},
        (
            "ISTHMUS_KAFKA_PASSWORD is not set, but ISTHMUS_KAFKA_SASL_MECHANISM is SCRAM-SHA-512; "
            "set it"
        ),
    ),
    (
        {**SCRAM, "OAUTH_TOKEN_FILE": "token"},
        (
            "ISTHMUS_KAFKA_OAUTH_TOKEN_FILE is set, but ISTHMUS_KAFKA_SASL_MECHANISM is "
            "SCRAM-SHA-512, which wants a password: unset it, or choose another"
        ),
    ),
    (
        {**OAUTH, "OAUTH_CLIENT_SECRET": ""},
        "ISTHMUS_KAFKA_OAUTH_CLIENT_SECRET is not set, but ISTHMUS_KAFKA_OAUTH_URL is; set it",
    ),
    (
        {"SECURITY_PROTOCOL": "SASL_SSL", "SASL_MECHANISM": "OAUTHBEARER"},
        (
            "ISTHMUS_KAFKA_OAUTH_TOKEN_FILE or ISTHMUS_KAFKA_OAUTH_URL is not set, but "
            "ISTHMUS_KAFKA_SASL_MECHANISM is OAUTHBEARER; set one of them"
        ),
    ),
    (
        {"SECURITY_PROTOCOL": "SSL", "CA_FILE": "nowhere.pem"},
        "ISTHMUS_KAFKA_CA_FILE is 'nowhere.pem', expected a file of PEM certificates",
    ),
    (
        {"SECURITY_PROTOCOL": "SSL", "KEY_FILE": "key.pem"},
        "ISTHMUS_KAFKA_CERTIFICATE_FILE is not set, but ISTHMUS_KAFKA_KEY_FILE is; set both",
    ),
    (
        {"SECURITY_PROTOCOL": "TLS"},
        (
            "ISTHMUS_KAFKA_SECURITY_PROTOCOL is 'TLS', expected one of PLAINTEXT, SSL, "
            "SASL_PLAINTEXT, SASL_SSL"
        ),
    ),
    (
        {**OAUTH, "OAUTH_EXTENSIONS": "lkc-1"},
        (
            "ISTHMUS_KAFKA_OAUTH_EXTENSIONS is 'lkc-1', expected name=value, several separated by "
            "commas, each name of letters alone"
        ),
    ),
]


@pytest.mark.parametrize(("told", "sentence"), FAULTS)
def test_what_does_not_fit_is_one_sentence_with_the_remedy(told, sentence):
    with pytest.raises(SettingsError) as wrong:
        cluster(told)

    assert wrong.value.problems == (sentence,)


def test_a_key_that_is_another_certificates_is_one_sentence(ca):
    one, other = ca.issue("one"), ca.issue("other")

    with pytest.raises(SettingsError) as wrong:
        cluster(
            {
                "SECURITY_PROTOCOL": "SSL",
                "CA_FILE": ca.file,
                "CERTIFICATE_FILE": one.certificate,
                "KEY_FILE": other.key,
            }
        )

    (problem,) = wrong.value.problems
    assert problem.startswith("ISTHMUS_KAFKA_CERTIFICATE_FILE is")
    assert "expected PEM files of which one is the other's" in problem


async def test_a_token_is_read_from_its_file_at_each_login(tmp_path):
    file = tmp_path / "token"
    provider = FileToken(str(file), {})

    with pytest.raises(NoTokenError, match="no token can be read from"):
        await provider.token()
    file.write_text("")
    with pytest.raises(NoTokenError, match="is empty"):
        await provider.token()
    for token in ("one", "two"):
        file.write_text(f"{token}\n")
        assert await provider.token() == token


class Endpoint:
    """Gives what it is told to, and keeps what it was asked."""

    def __init__(self):
        self.asked, self.status, self.said = [], 200, {"access_token": "one", "expires_in": 3600}

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].split()[0])
        self.asked.append((head, (await reader.readexactly(length)).decode()))
        body = json.dumps(self.said).encode()
        head = f"HTTP/1.1 {self.status} x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        writer.write(f"{head}\r\n".encode() + body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def endpoint():
    one = Endpoint()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
    async with server:
        yield one


def tokens_of(endpoint):
    security = dataclasses.replace(cluster(OAUTH).security, oauth_url=endpoint.url)
    return security.tokens()


async def test_an_endpoint_is_asked_once_for_as_long_as_its_token_lives(endpoint):
    provider = tokens_of(endpoint)

    assert [await provider.token() for _ in range(3)] == ["one"] * 3

    [(head, form)] = endpoint.asked
    user = base64.b64encode(f"isthmus:{SECRET}".encode()).decode()
    assert f"Basic {user}" in head
    assert form == "grant_type=client_credentials&scope=kafka"


async def test_a_token_whose_time_is_over_is_asked_for_anew(endpoint):
    provider = tokens_of(endpoint)
    endpoint.said = {"access_token": "short", "expires_in": 0}

    assert await provider.token() == "short"
    endpoint.said = {"access_token": "two", "expires_in": 3600}
    assert await provider.token() == "two"


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (401, {"error": "invalid_client"}, r"gives no token \(401\)"),
        (200, {"token": "one"}, "answered without an access_token"),
        (200, ["one"], "answered without an access_token"),
    ],
)
async def test_an_endpoint_that_gives_none_is_told_and_not_what_it_was_asked(
    endpoint, status, said, told
):
    endpoint.status, endpoint.said = status, said

    with pytest.raises(NoTokenError, match=told) as wrong:
        await tokens_of(endpoint).token()

    assert SECRET not in str(wrong.value)
