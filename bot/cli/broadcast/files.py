"""A broadcast in a file, YAML or JSON, as plain values."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.cli.speech import say
from bot.i18n import _

_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")


class Unreadable(Exception):
    """The file is neither; says why, in the words of whoever tried to read it."""


def _refuse_twice(keys: Iterable[str]) -> None:
    """Of two, the first would be lost in silence. Raises Unreadable."""
    for key, times in Counter(keys).items():
        if times > 1:
            told = _("“{key}” is written twice in the same place")
            raise Unreadable(say(told, key=key[:60]))


class _AsWritten(yaml.SafeLoader):
    """YAML whose scalars are the text that was written: Yes, No and 12:30 are people's words."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Before what is merged into it stands beside its own keys."""
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        _refuse_twice(str(key.value) for key, _value in node.value)
        return node


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _refuse_twice(key for key, _value in pairs)
    return dict(pairs)


_AsWritten.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_plain(path: Path) -> Any:
    """What the file holds. Raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if not text.strip():
            raise Unreadable(say(_("The file is empty.")))
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_once)
        return yaml.load(text, _AsWritten)  # noqa: S506, a SafeLoader: it makes plain values only
    except OSError as error:
        raise Unreadable(error.strerror) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise Unreadable(" ".join(str(error).split())) from error
