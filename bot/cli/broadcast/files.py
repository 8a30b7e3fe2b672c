"""A broadcast in a file, YAML or JSON, as plain values."""

import json
from pathlib import Path
from typing import Any

import yaml

_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")


class Unreadable(Exception):
    """The file is neither; says why, in the words of whoever tried to read it."""


class _AsWritten(yaml.SafeLoader):
    """YAML whose scalars are the text that was written: Yes, No and 12:30 are people's words."""


_AsWritten.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_plain(path: Path) -> Any:
    """What the file holds. Raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            return json.loads(text)
        return yaml.load(text, _AsWritten)  # noqa: S506, a SafeLoader: it makes plain values only
    except OSError as error:
        raise Unreadable(error.strerror) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise Unreadable(" ".join(str(error).split())) from error
