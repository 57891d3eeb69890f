"""Does nginx hand on what is for outside, and nothing else?  A real one, before a real gateway."""

import base64
import hashlib
import hmac
import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from agents.lab.local import ports
from tests.broker.installation.house import until
from tests.testing.certificates import authority
from tests.testing.prometheus import program

pytestmark = pytest.mark.slow

HANGS_SECONDS = 120
FILE = Path(__file__).parents[2] / "deploy/proxy/nginx.conf"
VERIFIER, NEXT_VERIFIER = "verifier", "the-next-one"
DELIVERY = b'{"eventNotifications":[]}'
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/isthmus.conf;
}}
"""


def gateway(folder, port):
    """Start a gateway without a Kafka: its disk keeps what comes in."""
    told = {
        "ISTHMUS_BROKERS": f"127.0.0.1:{ports.free(1)[0]}",
        "ISTHMUS_GATEWAY_PORT": str(port),
        "ISTHMUS_GATEWAY_METRICS_PORT": "0",
        "ISTHMUS_GATEWAY_URL": "https://isthmus.example",
        "ISTHMUS_TOKEN_KEY": Fernet.generate_key().decode(),
        "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": f"{VERIFIER},{NEXT_VERIFIER}",
        "ISTHMUS_PUBLISH_TOKEN": "a-token-that-publishes",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
    }
    command = [sys.executable, "-m", "agents.cli.main", "gateway"]
    with (folder / "gateway.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=told, stdout=log, stderr=log)


def nginx(folder, told):
    """Start nginx with the example, of which only names of files and addresses differ."""
    text = FILE.read_text(encoding="utf-8")
    for example, here in told.items():
        assert example in text
        text = text.replace(example, here)
    (folder / "isthmus.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
    words = [program("nginx", "nginx-light"), "-p", folder, "-c", folder / "nginx.conf"]
    with (folder / "nginx.log").open("wb") as log:
        return subprocess.Popen(words, stdout=log, stderr=log)


@pytest.fixture
async def outside(tmp_path):
    """Someone on the internet, and the port of plain HTTP."""
    behind, plain, tls = ports.free(3)
    certificates = authority(tmp_path)
    issued = certificates.issue("isthmus.example")
    told = {
        "server 127.0.0.1:8085": f"server 127.0.0.1:{behind}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "/etc/nginx/isthmus.crt": str(issued.certificate),
        "/etc/nginx/isthmus.key": str(issued.key),
    }
    started = [gateway(tmp_path, behind), nginx(tmp_path, told)]
    address = f"https://127.0.0.1:{tls}"
    trusted = ssl.create_default_context(cafile=str(certificates.file))
    async with httpx.AsyncClient(base_url=address, verify=trusted, timeout=HANGS_SECONDS) as http:

        async def answers():
            try:
                return (await http.post("/webhooks/quickbooks")).status_code == 401
            except httpx.TransportError:
                return False

        try:
            await until(answers)
            yield http, plain
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(20)


async def test_what_is_for_outside_comes_through_by_https_and_nothing_else(outside):
    http, plain = outside
    for token in (VERIFIER, NEXT_VERIFIER):
        digest = hmac.new(token.encode(), DELIVERY, hashlib.sha256).digest()
        signed = {"intuit-signature": base64.b64encode(digest).decode()}
        answer = await http.post("/webhooks/quickbooks", content=DELIVERY, headers=signed)
        assert (answer.status_code, answer.text) == (200, "kept")
    assert "max-age" in answer.headers["strict-transport-security"]

    assert (await http.post("/v1/changes", content=b"{}")).status_code == 401
    for path in ("/oauth/callback", "/connect/made-up"):
        answer = await http.get(path)
        assert (answer.status_code, "nginx" in answer.text) == (410, False), path
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/v1/changes/x", "/"):
        answer = await http.get(path)
        assert (answer.status_code, "nginx" in answer.text) == (404, True), path

    openly = await http.get(f"http://127.0.0.1:{plain}/webhooks/quickbooks?a=b")
    assert openly.status_code == 301
    assert openly.headers["location"] == "https://127.0.0.1/webhooks/quickbooks?a=b"
