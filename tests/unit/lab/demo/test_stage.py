"""Is each process told what it needs, and nobody else what is secret?"""

import shlex
import stat

from agents.lab.demo.stage import Secrets, set_stage, surroundings, tenant_name, write_env
from streams.settings import read_settings


def stage(folder):
    return set_stage(folder, brokers="127.0.0.1:19092", tenant="demo")


def test_the_engine_understands_all_that_it_is_told(tmp_path):
    made = stage(tmp_path)
    settings = read_settings(made.gateway_environment())
    assert settings.brokers == "127.0.0.1:19092"
    assert settings.gateway_port == made.gateway_port
    assert settings.qbo_base_url == made.qbo
    assert settings.worker_name == "gateway"


def test_two_workers_have_two_state_files(tmp_path):
    made = stage(tmp_path)
    urls = {made.environment(name)["ISTHMUS_STATE_URL"] for name in ("worker-1", "worker-2")}
    assert len(urls) == 2


def test_another_installations_settings_do_not_leak_in():
    given = {"PATH": "/bin", "ISTHMUS_STATE_URL": "postgresql://production/books"}
    assert surroundings(given, {"ISTHMUS_BROKERS": "b:1"}) == {
        "PATH": "/bin",
        "ISTHMUS_BROKERS": "b:1",
    }


def test_secrets_are_fresh_and_not_shown(tmp_path):
    made = stage(tmp_path)
    assert made.secrets != Secrets.fresh()
    assert made.secrets.token_key not in repr(made)
    assert made.secrets.client_secret not in repr(made.secrets)


def test_the_file_for_a_shell_is_its_owners_alone(tmp_path):
    path = write_env(stage(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "export ISTHMUS_BROKERS='127.0.0.1:19092'" in path.read_text()


def test_a_person_finds_in_it_what_the_pages_ask_for_and_can_log_in(tmp_path):
    made = stage(tmp_path)
    lines = write_env(made).read_text().splitlines()
    told = dict(shlex.split(line)[1].split("=", 1) for line in lines)

    gateway = read_settings(made.gateway_environment())
    assert told["GATEWAY"] == told["ISTHMUS_GATEWAY_URL"] == gateway.gateway_address
    assert told["TENANT"] == "demo"
    assert (None, told["TOKEN"]) in gateway.publish_token
    [grant] = gateway.console_token
    assert (grant.role, grant.token) == ("admin", told["CONSOLE_TOKEN"])
    assert len({told["GATEWAY"], told["WORKER"], told["GATEWAY_METRICS"]}) == 3
    assert told["CONSOLE_TOKEN"] not in repr(made)


def test_on_somebody_elses_kafka_the_tenant_has_a_name_of_its_own():
    assert tenant_name(None) == "demo"
    assert tenant_name("kafka:9092") not in {"demo", tenant_name("kafka:9092")}
