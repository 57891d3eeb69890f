"""The mail server and the webhook of the digest, on real servers that have a bad day."""

import asyncio
import ssl

import pytest

from agents.cli.doctor.digest_checks import mail, webhook
from streams.outbox import mail_trial
from streams.outbox import webhook as posting
from streams.settings import ProcessSettings
from tests.testing.certificates import authority
from tests.testing.mail import mail_server
from tests.testing.silent import silent_server

PASSWORD = "of-the-mail-server"


@pytest.fixture
def trusted(tmp_path):
    return authority(tmp_path)


def settings(**given):
    told = {"digest_to": ((None, "ann@example.com"),), "digest_from": "i@example.com", **given}
    return ProcessSettings(**{name: value for name, value in told.items() if value is not None})


def of(box, trusted, **given):
    login = {"smtp_username": "isthmus", "smtp_password": PASSWORD}
    at = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_ca_file": str(trusted.file)}
    return settings(**login | at | given)


async def said(look):
    [found] = await look
    assert PASSWORD not in found.says
    return str(found.state), found.says


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_server_that_takes_our_login_is_well_and_gets_no_mail(trusted, tls):
    with mail_server(trusted.issue("mail"), tls=tls, login=True) as box:
        state, says = await said(mail(of(box, trusted, smtp_security=tls)))

    assert (state, box.mails, box.tried) == ("ok", [], [])
    assert says == f"127.0.0.1:{box.port} answers by TLS, and takes our login; nothing was sent."
    assert box.logins == [("isthmus", PASSWORD)]


async def test_a_wrong_password_is_named_by_its_settings_and_not_shown(trusted):
    with mail_server(trusted.issue("mail"), login=True) as box:
        state, says = await said(mail(of(box, trusted, smtp_password="hunter2")))

    assert state == "fault"
    assert "the mail server says 535" in says
    assert says.endswith("correct ISTHMUS_SMTP_USERNAME and ISTHMUS_SMTP_PASSWORD.")
    assert "hunter2" not in says


async def test_a_server_without_tls_is_told_no_password(trusted):
    with mail_server() as box:
        state, says = await said(mail(of(box, trusted)))

    assert (state, box.logins) == ("fault", [])
    assert "does not do what is asked" in says
    assert "correct ISTHMUS_SMTP_SECURITY" in says


async def test_a_certificate_of_nobody_we_know_is_said_with_what_helps(trusted, tmp_path):
    (tmp_path / "other").mkdir()
    with mail_server(trusted.issue("mail")) as box:
        other = authority(tmp_path / "other")
        state, says = await said(mail(of(box, other)))

    assert state == "fault"
    assert "does not show whom it is by TLS" in says
    assert "ISTHMUS_SMTP_CA_FILE" in says


async def test_a_file_of_authorities_that_is_none_is_said_once(trusted, tmp_path):
    with mail_server(trusted.issue("mail")) as box:
        wrong = of(box, trusted, smtp_ca_file=str(tmp_path / "none"))
        state, says = await said(mail(wrong))

    assert state == "fault"
    assert "the file of ISTHMUS_SMTP_CA_FILE cannot be used" in says


async def test_a_server_that_is_silent_is_given_up_in_time(trusted, monkeypatch):
    monkeypatch.setattr(mail_trial, "SECONDS", 0.1)
    async with silent_server() as port, asyncio.timeout(5):
        silent = settings(smtp_host="127.0.0.1", smtp_port=port, smtp_security="starttls")
        state, says = await said(mail(silent))

    assert state == "fault"
    assert f"127.0.0.1:{port} does not answer (TimeoutError)" in says


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "no ISTHMUS_SMTP_HOST takes mail"),
        ({"smtp_host": "127.0.0.1", "digest_from": None}, "ISTHMUS_DIGEST_FROM is not set"),
        ({"smtp_host": "127.0.0.1", "smtp_port": 1}, "127.0.0.1:1 does not answer"),
    ],
)
async def test_what_lacks_is_named(given, told):
    state, says = await said(mail(settings(**given)))
    assert state == "fault"
    assert told in says


async def test_where_no_digest_is_set_nothing_is_said():
    nothing = ProcessSettings()
    assert [*await mail(nothing), *await webhook(nothing)] == []


async def test_a_server_whose_digest_nobody_gets_is_a_warning(trusted):
    with mail_server(trusted.issue("mail"), login=True) as box:
        found = await mail(of(box, trusted, digest_to=()))
    assert [str(each.state) for each in found] == ["ok", "warning"]


def posted_to(url, **given):
    told = {"digest_webhook_url": url, "digest_webhook_secret": "known-to-both", **given}
    return ProcessSettings(**told)


async def test_a_webhook_is_connected_to_and_nothing_is_posted():
    heard = []

    async def keep(reader, writer):
        heard.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        state, says = await said(webhook(posted_to(f"http://127.0.0.1:{port}/in?key=of-ours")))
        await asyncio.sleep(0.05)

    assert (state, b"".join(heard)) == ("ok", b"")
    assert "Nothing was posted" in says


async def test_a_webhook_that_nobody_serves_is_a_fault_without_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(posting, "TRIAL_SECONDS", 0.2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued = authority(tmp_path).issue("hook")
    context.load_cert_chain(issued.certificate, issued.key)
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0, ssl=context)
    async with server, silent_server() as silent:
        port = server.sockets[0].getsockname()[1]
        for url, why in (
            ("http://127.0.0.1:1/key-of-ours", "nobody answers there"),
            (f"https://127.0.0.1:{silent}/key-of-ours", "nobody answers there (TimeoutError)"),
            (f"https://127.0.0.1:{port}/key-of-ours", "does not show whom it is by TLS"),
        ):
            state, says = await said(webhook(posted_to(url)))
            assert state == "fault"
            assert why in says
            assert "127.0.0.1" not in says
            assert "key-of-ours" not in says


async def test_a_webhook_without_a_secret_is_a_fault():
    state, says = await said(webhook(posted_to("http://127.0.0.1:1/", digest_webhook_secret="")))
    assert (state, says[:29]) == ("fault", "ISTHMUS_DIGEST_WEBHOOK_SECRET")
