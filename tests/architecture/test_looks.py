"""What templates and style sheets promise each other."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [file for file in sorted((ROOT / "templates").rglob("*.html")) if file.parent.name != "mail"]
STATIC = ROOT / "static"
READER = STATIC / "vendor" / "qr" / "decode.js"  # loaded by the scanner page alone, where the browser has none
SPOKEN = re.compile(r"\{\{.*?\}\}", re.DOTALL)
UNSPOKEN = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def classes_of(file: Path) -> set[str]:
    """Return the classes a template writes out; those put together by an expression cannot be told."""
    plain = UNSPOKEN.sub(" ", SPOKEN.sub("\0", file.read_text()))
    return {name for value in re.findall(r'\bclass="([^"]*)"', plain) for name in value.split() if "\0" not in name}


def test_every_class_that_a_template_names_is_styled():
    sheets = "".join((STATIC / "css" / name).read_text() for name in ("site.css", "scanner.css"))
    styled = re.findall(r"\.((?:[\w-]|\\:)+)", sheets)
    known = {name.replace("\\:", ":") for name in styled}
    missing = {f"{file.relative_to(ROOT)}: {name}" for file in PAGES for name in classes_of(file) - known}
    assert not missing, sorted(missing)


@pytest.mark.check("I1")
def test_no_page_of_ours_asks_for_a_card():
    asked = [str(f) for f in PAGES if re.search(r"cc-number|cc-csc|cc-exp|card_?number|cvc", f.read_text(), re.I)]
    assert asked == []


@pytest.mark.check("E3")
def test_no_template_switches_escaping_off():
    unescaped = [str(f) for f in PAGES if re.search(r"\|\s*safe\b|autoescape\s+false", f.read_text())]
    assert unescaped == []


@pytest.mark.parametrize("sheet", ["site.css", "rtl.css"])
def test_a_style_sheet_weighs_at_most_35_kilobytes_compressed(sheet):
    assert len(gzip.compress((STATIC / "css" / sheet).read_bytes())) <= 35 * 1024


def test_all_scripts_together_weigh_at_most_50_kilobytes_compressed():
    scripts = [*STATIC.glob("js/*.js"), *STATIC.glob("vendor/*/*.js")]
    scripts.remove(READER)
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= 50 * 1024


def test_the_scanner_weighs_at_most_50_kilobytes_compressed_with_its_reader_of_codes():
    parts = [*STATIC.glob("door/*.js"), READER, STATIC / "css" / "scanner.css"]
    assert sum(len(gzip.compress(part.read_bytes())) for part in parts) <= 50 * 1024


@pytest.mark.check("C9")
def test_style_sheets_load_only_files_that_are_shipped():
    for sheet in (STATIC / "css").glob("*.css"):
        for address in re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet.read_text()):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name} asks for {address}"


def test_what_we_took_from_others_comes_with_its_licence():
    for folder in (STATIC / "vendor").iterdir():
        assert [file for file in folder.iterdir() if file.name.startswith("LICENSE")], folder


@pytest.mark.check("N4")
def test_the_lock_file_of_the_style_tools_names_no_host():
    lock = (STATIC / "source" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 10
