"""Are the settings that a page shows settings, and is each way of coming in one that works?"""

import shlex

import pytest

from agents.process.unknown_settings import unknown_settings
from streams.settings import SettingsError, read_settings
from tests.packaging.page_blocks import mine
from tests.testing.certificates import authority

[LOGINS] = mine("deploy/acls.md", __file__)
PASSWORD, CERTIFICATE, TOKEN = (
    dict(word.split("=", 1) for word in shlex.split(way, comments=True))
    for way in LOGINS.text.split("\n\n")
)
ENDPOINT = "ISTHMUS_KAFKA_OAUTH_URL"


@pytest.fixture
def come_in(tmp_path):
    """How a Kafka is come in at that is told so, with files of a test's in the place of those."""
    issued = authority(tmp_path).issue("worker")
    files = {
        "/etc/kafka/ca.pem": issued.certificate,
        "/etc/kafka/worker.crt": issued.certificate,
        "/etc/kafka/worker.key": issued.key,
        "/run/secrets/kafka-token": issued.key,
    }

    def come_in(way):
        told = {name: str(files.get(value, value)) for name, value in way.items()}
        return read_settings(told, read_file=lambda _: "what stands in it").cluster.security

    return come_in


@pytest.mark.parametrize("way", [PASSWORD, CERTIFICATE, TOKEN])
def test_each_variable_is_a_setting(way):
    assert way
    assert list(unknown_settings(way)) == []


def test_a_password_or_a_certificate_is_enough(come_in):
    assert come_in(PASSWORD).password == "what stands in it"
    assert come_in(CERTIFICATE).certificate_file.endswith("worker.crt.pem")


def test_a_token_comes_from_a_file_or_an_endpoint_and_not_from_both(come_in):
    from_file = {name: value for name, value in TOKEN.items() if name != ENDPOINT}

    assert come_in(from_file).oauth_token_file
    with pytest.raises(SettingsError, match="OAUTH"):
        come_in(TOKEN)
