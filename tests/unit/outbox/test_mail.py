"""E-mail on a real mail server of the loopback: TLS or nothing, each address by its own answer."""

import asyncio
from base64 import b64encode
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest

from agents.lab.local import ports
from streams.outbox import mail
from streams.outbox.mail import MailServer, send_mail
from streams.outbox.patience import WAITS, Patience
from tests.testing.certificates import authority
from tests.testing.mail import mail_server
from tests.testing.silent import silent_server
from tests.testing.simulated.clock import SimulatedClock

FROM, ANN, BOB = "isthmus@example.com", "ann@example.com", "bob@example.com"
SECRET = "of-the-mail-server"


class Clock(SimulatedClock):
    """Waits in no time, and knows how long it would have."""

    def __init__(self):
        super().__init__()
        self.waited = []

    async def sleep(self, seconds):
        self.waited.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def clock():
    return Clock()


async def nobody_hears(_taken):
    """What is taken is told to nobody."""


def patient(clock, taken=nobody_hears, until=timedelta(minutes=10)):
    return Patience(clock, clock.now() + until, taken)


@pytest.fixture
def trusted(tmp_path):
    return authority(tmp_path)


def a_mail(subject="What waits"):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = FROM, f"{ANN}, {BOB}", subject
    made["Message-ID"] = "<day@example.com>"
    made.set_content("Nothing waits.")
    return made


def server(box, trusted, *, security="starttls", **given):
    return MailServer(
        host="127.0.0.1", port=box.port, security=security, ca_file=str(trusted.file), **given
    )


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_it_goes_over_tls_and_with_a_login(trusted, clock, tls):
    with mail_server(trusted.issue("mail"), tls=tls, login=True) as box:
        to = server(box, trusted, security=tls, username="isthmus", password=SECRET)
        assert await send_mail(to, a_mail(), FROM, [ANN, BOB], patient(clock)) == {}

    [(sender, received, got)] = box.mails
    assert (sender, received, got["Subject"]) == (FROM, [ANN, BOB], "What waits")
    assert box.was_tls == [True]
    assert box.logins == [("isthmus", SECRET)]
    assert clock.waited == []


async def test_a_server_that_does_not_turn_to_tls_is_told_nothing(trusted, clock):
    with mail_server() as box:
        to = server(box, trusted, username="isthmus", password=SECRET)
        refused = await send_mail(to, a_mail(), FROM, [ANN], patient(clock))

    assert "does not do what is asked" in refused[ANN]
    assert (box.mails, box.tried, box.logins, clock.waited) == ([], [], [], [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(
    trusted, clock, tmp_path, tls
):
    (tmp_path / "others").mkdir()
    stranger = authority(tmp_path / "others", "stranger")
    with mail_server(stranger.issue("mail"), tls=tls) as box:
        refused = await send_mail(
            server(box, trusted, security=tls), a_mail(), FROM, [ANN], patient(clock)
        )

    assert "does not show whom it is by TLS" in refused[ANN]
    assert (box.tried, clock.waited) == ([], [])


async def test_without_tls_it_goes_on_the_loopback(trusted, clock):
    with mail_server() as box:
        assert (
            await send_mail(
                server(box, trusted, security="none"), a_mail(), FROM, [ANN], patient(clock)
            )
            == {}
        )
    assert box.was_tls == [False]


async def test_of_half_the_addresses_that_are_refused_the_others_have_it(trusted, clock):
    with mail_server(trusted.issue("mail")) as box:
        box.answers = {BOB: ["550 no such\x1b[2Juser"]}
        refused = await send_mail(server(box, trusted), a_mail(), FROM, [ANN, BOB], patient(clock))

    assert [got for _, got, _ in box.mails] == [[ANN]]
    assert list(refused) == [BOB]
    assert refused[BOB].startswith("the mail server says 550 no such")
    assert refused[BOB].isprintable()
    assert clock.waited == []


async def test_who_is_refused_for_now_is_tried_again_alone(trusted, clock):
    with mail_server(trusted.issue("mail")) as box:
        box.answers = {BOB: ["451 greylisted", "451 greylisted"]}
        assert (
            await send_mail(server(box, trusted), a_mail(), FROM, [ANN, BOB], patient(clock)) == {}
        )

    assert [got for _, got, _ in box.mails] == [[ANN], [BOB]]
    assert clock.waited == list(WAITS[:2])


async def test_all_are_refused(trusted, clock):
    with mail_server(trusted.issue("mail")) as box:
        box.answers = {ANN: ["550 no"], BOB: ["451 not now"] * 9}
        refused = await send_mail(server(box, trusted), a_mail(), FROM, [ANN, BOB], patient(clock))

    assert refused == {
        ANN: "the mail server says 550 no",
        BOB: "the mail server says 451 not now",
    }
    assert (box.mails, box.tried.count(ANN), box.tried.count(BOB)) == ([], 1, 1 + len(WAITS))


async def test_a_server_that_hangs_up_is_tried_again_with_the_same_mail(trusted, clock):
    with mail_server(trusted.issue("mail")) as box:
        box.answers = {"DATA": ["hang up", "451 busy"]}
        assert await send_mail(server(box, trusted), a_mail(), FROM, [ANN], patient(clock)) == {}

    assert [got["Message-ID"] for _, _, got in box.mails] == ["<day@example.com>"]
    assert clock.waited == list(WAITS[:2])


async def test_nobody_there_is_said_after_some_tries(trusted, clock):
    [port] = ports.free(1)
    away = MailServer(host="127.0.0.1", port=port, security="starttls", password=SECRET)
    refused = await send_mail(away, a_mail(), FROM, [ANN], patient(clock))

    assert f"127.0.0.1:{port} does not answer" in refused[ANN]
    assert clock.waited == list(WAITS)
    assert SECRET not in repr(away)


async def test_a_wrong_password_is_not_tried_again_and_not_shown(trusted, clock):
    with mail_server(trusted.issue("mail"), login=True) as box:
        to = server(box, trusted, username="isthmus", password="a-wrong-one")
        refused = await send_mail(to, a_mail(), FROM, [ANN], patient(clock))

    assert "535" in refused[ANN]
    assert "a-wrong-one" not in refused[ANN]
    # By each way of logging in that the server knows, and then no more.
    assert (len(box.logins) <= 2, clock.waited, box.mails) == (True, [], [])


async def test_a_server_that_says_nothing_keeps_nobody_waiting(trusted, clock, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.05)
    async with silent_server() as port:
        mute = MailServer(host="127.0.0.1", port=port, security="starttls")
        refused = await send_mail(mute, a_mail(), FROM, [ANN], patient(clock))

    assert "does not answer" in refused[ANN]
    assert clock.waited == list(WAITS)


@asynccontextmanager
async def odd_server(**answers):
    """Serve, and answer a verb so; a body is taken, and its answer is that of `taken`."""
    said = {"EHLO": "250-here\r\n250 AUTH PLAIN", "DATA": "354 go on", "taken": "250 ok"} | answers
    taken, ended = [], asyncio.Event()

    async def serve(reader, writer):
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0]
            answer = said.get(verb, "250 ok")
            if answer == "say nothing":
                await reader.read()
                break
            writer.write(answer.replace("LINE", line).encode() + b"\r\n")
            if verb == "DATA":
                taken.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(said["taken"].encode() + b"\r\n")
        writer.close()
        ended.set()

    serving = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with serving:
        port = serving.sockets[0].getsockname()[1]
        yield (
            MailServer(
                host="127.0.0.1", port=port, security="none", username="isthmus", password=SECRET
            ),
            taken,
        )
        await asyncio.wait_for(ended.wait(), 10)


@pytest.mark.parametrize("goodbye", ["say nothing", "999", "what", "421 busy", "554 never"])
async def test_what_is_taken_is_not_sent_again_whatever_becomes_of_the_goodbye(
    clock, monkeypatch, goodbye
):
    monkeypatch.setattr(mail, "SECONDS", 2.0)
    monkeypatch.setattr(mail, "GOODBYE_SECONDS", 0.05)
    async with odd_server(AUTH="235 welcome", QUIT=goodbye) as (to, taken):
        assert await send_mail(to, a_mail(), FROM, [ANN], patient(clock)) == {}
    assert (len(taken), clock.waited) == (1, [])


@pytest.mark.parametrize("code", [500, 535])
async def test_a_server_that_repeats_the_password_has_it_shown_to_nobody(clock, code):
    async with odd_server(AUTH=f"{code} what is LINE and {SECRET}") as (to, taken):
        refused = await send_mail(to, a_mail(), FROM, [ANN], patient(clock))

    assert refused[ANN].startswith(f"the mail server says {code} what is AUTH PLAIN")
    assert SECRET not in refused[ANN]
    assert b64encode(f"\0isthmus\0{SECRET}".encode()).decode() not in refused[ANN]
    assert taken == []


@pytest.mark.parametrize("holds", [None, "no certificate"])
async def test_a_file_of_authorities_that_is_none_is_named_at_once(clock, tmp_path, holds):
    file = tmp_path / "authorities.pem"
    if holds is not None:
        file.write_text(holds)
    to = MailServer(host="127.0.0.1", port=1, security="starttls", ca_file=str(file))
    refused = await send_mail(to, a_mail(), FROM, [ANN], patient(clock))

    assert "ISTHMUS_SMTP_CA_FILE cannot be used" in refused[ANN]
    assert clock.waited == []


async def test_who_took_it_is_told_before_the_next_try(trusted, clock):
    heard = []

    async def taken(to):
        heard.append((list(to), list(clock.waited)))

    with mail_server(trusted.issue("mail")) as box:
        box.answers = {BOB: ["451 later"]}
        patience = patient(clock, taken)
        assert await send_mail(server(box, trusted), a_mail(), FROM, [ANN, BOB], patience) == {}

    assert heard == [([ANN], []), ([BOB], [WAITS[0]])]


async def test_who_stood_still_for_too_long_tries_no_more(trusted, clock):
    """A process that was frozen goes on hours later, when another has sent it."""
    with mail_server(trusted.issue("mail")) as box:
        box.answers = {BOB: ["451 later"] * len(WAITS)}
        late = patient(clock, until=timedelta(seconds=-1))
        refused = await send_mail(server(box, trusted), a_mail(), FROM, [ANN, BOB], late)

    assert (box.tried, list(refused)) == ([], [ANN, BOB])
    assert "too old to go now" in refused[ANN]
