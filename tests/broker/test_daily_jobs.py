"""Do the daily jobs of deploy/kubernetes what they are for, in the memory that they ask for?"""

import asyncio

import httpx
import pytest

from agents.lab.local import ports
from tests.broker.containers import replacing
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.broker.installation.scraping import port_of
from tests.broker.pods import PORTS, Pod
from tests.testing.certificates import authority
from tests.testing.kustomize import built, pods_of
from tests.testing.mail import mail_server

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]

#: Where both sides are: in the manifest they are Intuit's and MediaOS' own.
ELSEWHERE = ("ISTHMUS_QBO_ENVIRONMENT", "ISTHMUS_QBO_BASE_URL", "ISTHMUS_QBO_DISCOVERY_URL")


def job_of(house, folder, name):
    """Return a CronJob's pod, with the secrets of this installation."""
    told = house.stage.environment("reconcile")
    secrets = {
        "isthmus": {
            "token-key": told["ISTHMUS_TOKEN_KEY"],
            "state-url": told["ISTHMUS_STATE_URL"],
            "connections-url": told["ISTHMUS_CONNECTIONS_URL"],
            "qbo-client-secret": told["ISTHMUS_QBO_CLIENT_SECRET"],
            "smtp-password": "of-the-mail-server",
        }
    }
    free = ports.free(len(PORTS))
    here = replacing({"kafka:9092": house.stage.brokers})
    template, resources = pods_of("base")[name], built("base")
    pod = Pod(name, template, resources, folder, secrets, here, free)
    pod.environment |= {name: told[name] for name in ELSEWHERE}
    pod.environment |= {
        "ISTHMUS_GROUP": house.group,
        "ISTHMUS_QBO_CLIENT_ID": told["ISTHMUS_QBO_CLIENT_ID"],
    }
    return pod


async def ran(job):
    """Have a job do its work, and return what it took of memory at most."""
    job.start()
    # What the kernel tells at its end counts the tests' own memory, from which it was forked.
    took = 0
    while job.process.poll() is None:
        took = max(took, job.most_megabytes())
        await asyncio.sleep(0.05)
    return took


async def test_what_the_daily_job_finds_is_what_the_worker_tells(kafka, tmp_path):
    async with (
        installed(kafka, tmp_path) as house,
        httpx.AsyncClient(timeout=HANGS_SECONDS) as http,
    ):
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        port = await port_of(house.crew.workers[0])
        await town.live(customers=3, invoices=4, payments=0, edits=0, seconds=4)
        await house.rest()
        (tmp_path / "pod").mkdir()
        job = job_of(house, tmp_path / "pod", "isthmus-reconcile")
        took = await ran(job)

        assert job.process.returncode == 0, job.last_words()
        assert 0 < took < job.requested_megabytes()
        assert job.strays() == []

        async def told():
            text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
            return 'isthmus_reconcile_records{result="differs",tenant="t1"} 0.0' in text

        await until(told)


async def test_the_digest_of_what_waits_goes_out_and_a_worker_notes_it(kafka, tmp_path):
    trusted = authority(tmp_path)
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        await town.live(customers=3, invoices=4, payments=0, edits=0, seconds=4)
        await house.rest()
        with mail_server(trusted.issue("mail"), login=True) as box:
            mails = []
            for number in range(2):
                (tmp_path / f"pod{number}").mkdir()
                job = job_of(house, tmp_path / f"pod{number}", "isthmus-digest")
                job.environment |= {
                    "ISTHMUS_SMTP_HOST": "127.0.0.1",
                    "ISTHMUS_SMTP_PORT": str(box.port),
                    "ISTHMUS_SMTP_CA_FILE": str(trusted.file),
                }
                took = await ran(job)
                assert job.process.returncode == 0, job.last_words()
                assert 0 < took < job.requested_megabytes()
                assert job.strays() == []
                mails.append(len(box.mails))

    # Once a day: the second run reads in the journal that it went.
    assert mails == [1, 1]
    [(_, received, mail)] = box.mails
    assert received == ["accounts@example.com"]
    assert "https://isthmus.example/console/t/t1/attention" in mail.as_string()
