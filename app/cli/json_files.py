"""Reading and writing the JSON files of commands, so that bad input names its file, line and field."""

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

UNUSABLE = 2
STEP = re.compile(r"[^.\[\]]+")
SPACE = re.compile(r"[ \t\r\n]*")
decode = json.JSONDecoder().raw_decode


class Unusable(ValueError):
    """A field of a file does not hold what it must."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


def stop(path: Path, problem: str) -> NoReturn:
    """End the command with exit status 2 and a sentence that names the file."""
    print(f"{path}: {problem}", file=sys.stderr)
    raise SystemExit(UNUSABLE)


def stop_at(path: Path, problem: Unusable) -> NoReturn:
    """End the command with exit status 2 and a sentence that names the file, the line and the field."""
    stop(path, f"line {line_of(path.read_text(encoding='utf-8'), problem.field)}: {problem}")


def line_of(text: str, field: str) -> int:
    """Return the line of JSON `text` where a field such as `rows[2].name` begins; of its holder when it is missing."""
    place = _next(text, 0)
    for step in STEP.findall(field):
        inside = _member_place(text, place, step)
        if inside is None:
            break
        place = inside
    return text.count("\n", 0, place) + 1


def _member_place(text: str, place: int, step: str) -> int | None:
    """Return where the member `step` (a name or a number) of the object or list at `place` begins."""
    if (opening := text[place]) not in "{[":
        return None
    place = _next(text, place + 1)
    name, number = "", 0
    while text[place] not in "}]":
        if opening == "{":
            name, place = decode(text, place)
            place = _next(text, _next(text, place) + 1)
        if step == (name if opening == "{" else str(number)):
            return place
        place = _next(text, decode(text, place)[1])
        place = _next(text, place + 1) if text[place] == "," else place
        number += 1
    return None


def _next(text: str, place: int) -> int:
    found = SPACE.match(text, place)
    return found.end() if found else place


def read_json(path: Path) -> Any:
    """Return what the file holds; end with status 2 when it cannot be read or is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except OSError as error:
        stop(path, f"cannot be read ({error.strerror})")
    except json.JSONDecodeError as error:
        stop(path, f"line {error.lineno}, column {error.colno}: not JSON ({error.msg})")
    except UnicodeDecodeError as error:
        stop(path, f"is not UTF-8 text (byte {error.start})")
    except RecursionError:
        stop(path, "is nested too deeply")
    except ValueError as error:
        stop(path, str(error))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def write_json(path: Path, content: Any) -> None:
    """Write the file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False)
            out.write("\n")
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        stop(path, f"cannot be written ({error.strerror})")


def member(holder: Any, name: str, at: str) -> Any:
    """Return a required member of an object."""
    if not isinstance(holder, dict):
        raise Unusable(at or "the file", "must be an object")
    if name not in holder:
        raise Unusable(f"{at}.{name}".lstrip("."), "is missing")
    return holder[name]


def whole(value: Any, at: str, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number in range."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unusable(at, f"must be a whole number, not {json.dumps(value)[:40]}")
    if value < least or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise Unusable(at, f"must be {limits}, not {value}")
    return value


def listed(value: Any, at: str, *, length: int | None = None) -> list[Any]:
    """Return a list, of the given length when one is given."""
    if not isinstance(value, list):
        raise Unusable(at, "must be a list")
    if length is not None and len(value) != length:
        raise Unusable(at, f"must have {length} members, not {len(value)}")
    return value
