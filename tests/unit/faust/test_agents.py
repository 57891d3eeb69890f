"""Is an agent added as Faust does it, without what only Faust's own search would need?"""

import inspect

import pytest

from streams.cluster import Cluster
from streams.faust.app import Agent, build_app
from streams.faust.transport import FaustFeed

READS = Agent(name="intake", topics=("changes", "notices"), about="Reads both.")


@pytest.fixture
def app(tmp_path, monkeypatch):
    def looked_for(*_):
        raise AssertionError("a start goes through the files of all modules")

    monkeypatch.setattr(inspect, "getmodule", looked_for)
    return build_app(
        group="group",
        cluster=Cluster(brokers="127.0.0.1:1", prefix="a."),
        feed=FaustFeed(),
        lanes=None,
        membership=None,
        agents=[READS],
        datadir=tmp_path,
    )


def test_an_agent_reads_its_topics_and_says_what_for(app):
    [(name, agent)] = app.agents.items()

    assert (name, agent.help) == ("intake", "Reads both.")
    assert set(agent.channel.topics) == {"a.changes", "a.notices"}
    assert (agent.concurrency, agent.isolated_partitions) == (1, False)


def test_what_goes_wrong_in_it_is_told_to_the_app(app):
    assert app.agents["intake"]._on_error == app._on_agent_error
