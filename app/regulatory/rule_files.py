"""The rules as files: one TOML file for each topic in one folder, read whole or refused, naming file and field."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.core.reference import Whole
from app.core.sheets import BadField, BadSheet
from app.regulatory.rules.language import Rule
from app.regulatory.rules.reading import check_links, plain, read_rule

FOLDER = "policy"
SHIPPED = Path(__file__).resolve().parent.parent / "reference" / FOLDER
MOST_BYTES = 100_000


def read_folder(folder: Path) -> Whole:
    """Return the content of every rule by topic. Raises BadSheet for the first file that cannot be used."""
    digest, rows, rules = hashlib.sha256(), {}, []
    for path in sorted(folder.glob("*.toml")):
        name = f"{folder.name}/{path.name}"
        raw = _bytes(path, name)
        digest.update(f"{path.name}\0{len(raw)}\0".encode() + raw)
        table = _table(raw, name)
        rule = _rule(table, name)
        if rule.topic != path.stem:
            raise BadSheet(f"{rule.topic!r} is not the name of the file.", file=name, field="topic")
        rows[rule.topic] = plain(table)
        rules.append(rule)
    if not rules:
        raise BadSheet("holds no rule: one file TOPIC.toml for each topic is needed.", file=folder.name)
    try:
        check_links(rules)
    except BadField as fault:
        raise BadSheet(fault.reason, file=folder.name, field=fault.field) from None
    return Whole(digest.hexdigest(), rows)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that the project ships, in order."""
    return tuple(sorted(map(read_rule, read_folder(SHIPPED).rows.values()), key=lambda rule: rule.place))


def _bytes(path: Path, name: str) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadSheet(f"cannot be read ({error.strerror}).", file=name) from None
    if len(raw) > MOST_BYTES:
        raise BadSheet(f"is larger than {MOST_BYTES:,} bytes.", file=name)
    return raw


def _table(raw: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadSheet("not UTF-8 text.", file=name) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSheet(f"not readable as TOML ({error}).", file=name) from None


def _rule(table: dict[str, Any], name: str) -> Rule:
    try:
        return read_rule(table)
    except BadField as fault:
        raise BadSheet(fault.reason, file=name, field=fault.field) from None
