"""Do the pages lead where they say?  Links, names of code, and words that were given up."""

import ast
import functools
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from streams.topics import TOPICS

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
).stdout.split()
PAGES = [name for name in TRACKED if name.endswith(".md") and name != "CHANGELOG.md"]
MAPS = ["README.md", ".github/CONTRIBUTING.md", "agents/README.md", "streams/README.md"]
PICTURES = sorted(name for name in TRACKED if name.startswith("deploy/pictures/"))
#: A word that has a better one, and where it may still stand.
GIVEN_UP = {
    r"\bDesk\b": "LaneContext",
    r"\bRestless\b": "WaitingLanes",
    r"\bEndings\b": "CommandResults",
    r"\bWares?\b": "CatalogEntry",
    r"\bWent\b": "LaneResult",
    r"\bNoHome\b": "OnlyOnOneSide",
    r"\bno home on the other side\b": "only on one side",
}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / page).read_text())
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_heading(page):
    links = re.findall(r"\]\((?!https?://)([^)#]*)#([^)]+)\)", (ROOT / page).read_text())
    found = [(ROOT / page).parent / name if name else ROOT / page for name, _ in links]
    missing = [
        anchor
        for (_, anchor), file in zip(links, found, strict=True)
        if file.suffix == ".md" and anchor not in _anchors(file.read_text(encoding="utf-8"))
    ]
    assert missing == []


@pytest.mark.parametrize("page", MAPS)
def test_what_a_map_names_is_in_the_code(page):
    named = re.findall(r"`_?([A-Z]\w+)\.(\w+)`", (ROOT / page).read_text())
    methods = _methods()
    assert [f"{cls}.{name}" for cls, name in named if name not in methods.get(cls, ())] == []


def test_the_first_screen_is_short():
    assert len((ROOT / "README.md").read_bytes()) <= 10_000


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_shown_with_words_for_who_does_not_see_it_and_is_small(picture):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [
        *re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page),
        *((alt, src) for src, alt in re.findall(r'<img[^>]* src="([^"]+)" alt="([^"]*)"', page)),
    ]
    sources = re.findall(r'srcset="([^"]+)"', page)

    assert picture in {*sources, *(source for _, source in shown)}
    assert all(len(words) > 40 for words, _ in shown)
    assert (ROOT / picture).stat().st_size <= 150_000


def test_the_picture_of_the_flow_names_topics_that_there_are_and_follows_the_screen():
    picture = ET.parse(ROOT / "deploy/pictures/flow.svg")  # noqa: S314 - our own
    svg = "{http://www.w3.org/2000/svg}"
    named = {each.text for each in picture.iter(f"{svg}text") if each.get("class") == "topic"}

    assert named
    assert named <= {topic.name for topic in TOPICS}
    assert "prefers-color-scheme: dark" in picture.find(f"{svg}style").text
    assert picture.find(f"{svg}desc").text


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_that_was_given_up_does_not_come_back(word):
    places = [
        name
        for name in TRACKED
        if name.startswith(("agents/", "streams/", "schemas/", "README", "deploy/"))
        and name.endswith((".py", ".md"))
        and not name.startswith("streams/simulators/")
        and re.search(word, (ROOT / name).read_text())
    ]
    assert places == [], f"say {GIVEN_UP[word]}"


def _anchors(text):
    """Return what headings are linked by: small letters, hyphens for blanks, no other marks."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@functools.cache
def _methods():
    found = {}
    for name in TRACKED:
        if name.startswith(("agents/", "streams/", "schemas/")) and name.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / name).read_text())):
                if isinstance(node, ast.ClassDef):
                    parts = node.body
                    names = {getattr(part, "name", "") for part in parts}
                    fields = (part for part in parts if isinstance(part, ast.AnnAssign))
                    names |= {part.target.id for part in fields}
                    found.setdefault(node.name.lstrip("_"), set()).update(names)
    return found
