"""A real Prometheus with our rules, which scrapes processes of ours."""

import asyncio
import json
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path

from agents.lab.local import ports
from tests.testing.prometheus import program

RULES = Path(__file__).parents[3] / "deploy/prometheus/alerts.yml"
PORT = re.compile(rb'"message":"metrics served","port":(\d+)')


async def port_of(process):
    """Return where a worker or a gateway serves its metrics, once it has said so."""
    async with asyncio.timeout(60):
        while (found := PORT.search(process.said())) is None:  # noqa: ASYNC110 - of a process
            await asyncio.sleep(0.1)
    return int(found[1])


@contextmanager
def prometheus(folder, **jobs):
    """Run one that scrapes these ports each second, by their job's name; return its address."""
    [port] = ports.free(1)
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [
            {
                "job_name": job.replace("_", "-"),
                "static_configs": [{"targets": [f"127.0.0.1:{each}" for each in scraped]}],
            }
            for job, scraped in jobs.items()
        ],
    }
    file = folder / "prometheus.yml"
    # All that is JSON is YAML.
    file.write_text(json.dumps(config), encoding="utf-8")
    options = {
        "config.file": file,
        "storage.tsdb.path": folder / "tsdb",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    with (folder / "prometheus.log").open("wb") as log:
        words = [f"--{name}={value}" for name, value in options.items()]
        process = subprocess.Popen([program("prometheus"), *words], stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
