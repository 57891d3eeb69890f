"""Would Kubernetes take the manifests, and are they as closed as they can be?

By the schemas of its releases, which a package brings along; no cluster was at hand.
"""

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from agents.process.unknown_settings import unknown_settings
from streams.settable.kinds import is_secret
from streams.settable.source import variable
from streams.settings import ProcessSettings
from tests.packaging.command_lines import taken
from tests.testing.kustomize import built, pods_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("base", "secured")
#: The oldest release whose schemas come along, and the newest.
RELEASES = ("1.25", "1.37")
STAYING = ("isthmus-worker", "isthmus-gateway")
#: A port of a container, and the setting whose default it is.
PORTS = {
    ("gateway", "http"): "gateway_port",
    ("gateway", "metrics"): "gateway_metrics_port",
    ("worker", "metrics"): "metrics_port",
}
COMPONENT = "app.kubernetes.io/component"

pytestmark = pytest.mark.parametrize("folder", FOLDERS)


def of_kind(folder, kind):
    return [each for each in built(folder) if each["kind"] == kind]


def containers(folder):
    for pod in pods_of(folder).values():
        yield from pod["spec"]["containers"]


@pytest.mark.parametrize("release", RELEASES)
def test_each_resource_is_one_of_kubernetes(folder, release):
    for each in built(folder):
        kubernetes_validate.validate(each, release, strict=True)


def test_a_mistyped_field_would_be_noticed(folder):
    [policy, *_] = of_kind(folder, "NetworkPolicy")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**policy, "spek": {}}, RELEASES[0], strict=True)


def test_no_secret_is_written_down(folder):
    assert of_kind(folder, "Secret") == []
    fields = ProcessSettings.model_fields.items()
    assert not set(settings_of(folder)) & {variable(n) for n, each in fields if is_secret(each)}


def settings_of(folder):
    """Return all that any container is told, by name."""
    [told] = [each["data"] for each in of_kind(folder, "ConfigMap")]
    for container in containers(folder):
        told = {**told, **{each["name"]: each.get("value") for each in container.get("env", ())}}
    return told


def test_each_variable_is_one_that_is_read(folder):
    assert list(unknown_settings(settings_of(folder))) == []


def test_each_command_is_one_that_the_command_line_knows(folder):
    for container in containers(folder):
        taken(container["command"])


def test_each_signal_comes_to_our_program_and_to_no_shell_in_front_of_it(folder):
    for container in containers(folder):
        assert container["command"][0] == "isthmus", container["name"]
        assert not container.get("args"), container["name"]


def test_what_waits_or_differs_fails_no_daily_job(folder):
    for name in ("isthmus-reconcile", "isthmus-digest"):
        [container] = pods_of(folder)[name]["spec"]["containers"]
        assert "--scheduled" in container["command"]


def test_a_daily_job_is_told_its_tenant(folder):
    for name in ("isthmus-reconcile", "isthmus-digest"):
        [container] = pods_of(folder)[name]["spec"]["containers"]
        named = {each["name"] for each in container["env"]}
        spelled = {word[2:-1] for word in container["command"] if word.startswith("$(")}
        assert spelled == {"TENANT"} <= named


def test_each_file_that_is_named_is_mounted(folder):
    [shared] = [each["data"] for each in of_kind(folder, "ConfigMap")]
    for name, pod in pods_of(folder).items():
        [container] = pod["spec"]["containers"]
        volumes = {each["name"]: each for each in pod["spec"]["volumes"]}
        files = {}
        for mount in container["volumeMounts"]:
            items = volumes[mount["name"]].get("secret", {}).get("items")
            files[mount["mountPath"]] = items and {each["path"] for each in items}
        told = shared | {each["name"]: each.get("value") for each in container.get("env", ())}
        for named, path in told.items():
            if named.endswith("_FILE"):
                place, _, file = path.rpartition("/")
                assert place in files, (name, named)
                assert files[place] is None or file in files[place], (name, named)


def test_nobody_runs_as_root_or_writes_but_where_it_may(folder):
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    [user] = map(int, re.findall(r"--uid (\d+)", dockerfile))
    for pod in pods_of(folder).values():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["securityContext"]["runAsUser"] == spec["securityContext"]["fsGroup"] == user
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not spec["automountServiceAccountToken"]
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


def test_no_service_is_told_in_a_variable_that_is_a_setting(folder):
    """ISTHMUS_GATEWAY_PORT would be tcp://10.0.0.7:80, and no gateway would start."""
    assert all(pod["spec"]["enableServiceLinks"] is False for pod in pods_of(folder).values())


def test_each_container_has_its_limits(folder):
    for container in containers(folder):
        assert set(container["resources"]) == {"requests", "limits"}
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}


def test_who_stays_is_asked_whether_it_is_well_and_not_ended_for_not_being_ready(folder):
    pods = pods_of(folder)
    for name in STAYING:
        [container] = pods[name]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_each_port_is_where_the_process_serves_by_default(folder):
    found = {}
    for container in containers(folder):
        for port in container.get("ports", ()):
            found[container["name"], port["name"]] = port["containerPort"]
    defaults = ProcessSettings()
    assert found == {place: getattr(defaults, name) for place, name in PORTS.items()}


def selected(selector, pods):
    wanted = selector.get("matchLabels", selector).items()
    return {name for name, pod in pods.items() if wanted <= pod["metadata"]["labels"].items()}


def test_services_and_budgets_are_about_pods_that_there_are(folder):
    pods = pods_of(folder)
    for kind in ("Service", "PodDisruptionBudget"):
        for each in of_kind(folder, kind):
            name = each["metadata"]["name"].removesuffix("-metrics")
            assert selected(each["spec"]["selector"], pods) == {name}


def test_prometheus_finds_the_pods_by_services_that_there_are(folder):
    file = ROOT / "deploy/prometheus/prometheus-kubernetes.yml"
    services = {each["metadata"]["name"]: each["spec"] for each in of_kind(folder, "Service")}
    for job in yaml.safe_load(file.read_text(encoding="utf-8"))["scrape_configs"]:
        [found] = job["dns_sd_configs"]
        [name] = found["names"]
        service = services[name.removesuffix(".isthmus.svc")]
        assert service["clusterIP"] == "None"
        assert [port["port"] for port in service["ports"]] == [found["port"]]


def test_everything_is_closed_but_what_is_opened(folder):
    policies = {each["metadata"]["name"]: each["spec"] for each in of_kind(folder, "NetworkPolicy")}
    closed = policies["isthmus"]
    assert selected(closed["podSelector"], pods_of(folder)) == set(pods_of(folder))
    assert set(closed["policyTypes"]) == {"Ingress", "Egress"}
    assert not closed.get("ingress")
    opened = {port["port"] for rule in closed["egress"] for port in rule["ports"]}
    brokers = settings_of(folder)["ISTHMUS_BROKERS"].split(",")
    assert opened == {53, 443, 5432, *(int(each.rpartition(":")[2]) for each in brokers)}


def test_the_two_alerts_that_count_pods_are_not_about_too_few(folder):
    """One may be taken away for maintenance, and another one works meanwhile."""
    for kind, name in (("StatefulSet", "isthmus-worker"), ("Deployment", "isthmus-gateway")):
        [made] = [e for e in of_kind(folder, kind) if e["metadata"]["name"] == name]
        assert made["spec"]["replicas"] >= 2


def test_a_daily_job_that_hangs_lets_the_next_day_begin_and_says_by_which_clock(folder):
    for job in of_kind(folder, "CronJob"):
        said, once = job["spec"], job["spec"]["jobTemplate"]["spec"]
        assert said["concurrencyPolicy"] == "Forbid"
        assert 60 <= once["activeDeadlineSeconds"] < 86_400 - said["startingDeadlineSeconds"]
        assert said["timeZone"], "or it is the clock of whoever runs the cluster"


def test_who_calls_out_is_let_out_to_where_it_calls(folder):
    open_to = {}
    for policy in of_kind(folder, "NetworkPolicy"):
        whose = policy["spec"]["podSelector"].get("matchLabels", {}).get(COMPONENT, "")
        for rule in policy["spec"].get("egress", ()):
            open_to.setdefault(whose, set()).update(each["port"] for each in rule["ports"])
    [shared] = [each["data"] for each in of_kind(folder, "ConfigMap")]
    kafka = {int(each.rpartition(":")[2]) for each in shared["ISTHMUS_BROKERS"].split(",")}
    assert open_to[""] >= {53, 443, 5432, *kafka}
    assert open_to["digest"] == {ProcessSettings().smtp_port}
