"""Form bodies as the provider's client writes them: `a[b][0][c]=x` is {"a": {"b": [{"c": "x"}]}}."""

import re
from typing import Any
from urllib.parse import parse_qsl

PART = re.compile(r"\[([^\]]*)\]")


def nested(body: str) -> dict[str, Any]:
    """Return the parameters of a form body or query string, nested; lists come from numbered or empty brackets."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head = name.split("[", 1)[0]
        keys = [head, *PART.findall(name)]
        place = tree
        for key in keys[:-1]:
            place = place.setdefault(_key(place, key), {})
        place[_key(place, keys[-1])] = value
    return {key: _listed(value) for key, value in tree.items()}


def _key(place: dict[str, Any], key: str) -> str:
    return str(len(place)) if key == "" else key


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def truth(value: Any) -> bool:
    """Return a boolean parameter: only the text `true` is true."""
    return str(value).lower() == "true"
