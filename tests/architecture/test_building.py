"""Sentences about how the house is built, proved on its own source."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from app.core.access import undeclared
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def holding(pattern: str, files: list[Path]) -> list[str]:
    """Name each file and line that matches."""
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def test_a_transaction_is_committed_in_one_place_only():
    assert [place.split(":")[0] for place in holding(r"\.commit\(", SOURCES)] == ["app/core/db.py"]


def test_the_time_comes_from_one_clock_and_identifiers_from_one_source():
    assert [p.split(":")[0] for p in holding(r"datetime\.(now|utcnow|today)\(|date\.today\(", SOURCES)] == [
        "app/core/clock.py"
    ]
    assert {p.split(":")[0] for p in holding(r"uuid[14]\(", SOURCES)} == {"app/core/ids.py"}


@pytest.mark.check("E3")
def test_nothing_evaluates_text_or_builds_sql_from_it():
    assert holding(r"\b(eval|exec)\(|pickle\.|shell=True|\btext\(f[\"']", SOURCES) == []
    assert holding(r"\|\s*safe\b|autoescape false", TEMPLATES) == []


@pytest.mark.check("C1")
def test_no_template_holds_an_inline_script_style_or_handler():
    assert holding(r"<style|\sstyle=|\son[a-z]+=\"", TEMPLATES) == []
    assert [p for p in holding(r"<script", TEMPLATES) if "nonce" not in _line(p)] == []


def _line(place: str) -> str:
    path, number = place.split(":")
    return (ROOT / path).read_text().splitlines()[int(number) - 1]


@pytest.mark.check("I1")
def test_no_template_of_ours_has_a_card_field():
    assert holding(r"cc-number|cc-csc|card[_-]number|cvc", TEMPLATES) == []


@pytest.mark.check("D1")
def test_every_route_and_method_says_who_may_use_it(installation: Flask):
    assert undeclared(installation) == []


def test_addresses_are_kebab_case_with_typed_parameters(installation: Flask):
    own = [rule for rule in installation.url_map.iter_rules() if rule.endpoint != "static"]
    assert [str(rule) for rule in own if re.search(r"[A-Z_]", re.sub(r"<[^>]+>", "", str(rule)))] == []
    assert [str(rule) for rule in own if re.search(r"<\w+>", str(rule)) and not re.search(r"<string", str(rule))] == []


@pytest.mark.check("N4")
@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_file_pins_by_hash_and_names_no_host(name: str):
    text = (ROOT / name).read_text()
    assert "://" not in text
    packages = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", text, re.MULTILINE)
    assert len(packages) > 30
    assert text.count("==") - text.count("python") <= len(packages) + text.count(";") * 2
    assert len(re.findall(r"--hash=sha256:", text)) >= len(packages)


def test_the_project_names_no_path_of_a_builder_and_no_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    suspects = [
        ROOT / p for p in tracked if p.endswith((".py", ".md", ".toml", ".lock", ".json", ".html", ".txt", ".mako"))
    ]
    hosts = "|".join(["registry.npm" + "js", "files.python" + "hosted", "py" + "pi.org/simple"])
    assert holding(hosts, [p for p in suspects if p.exists()]) == []
