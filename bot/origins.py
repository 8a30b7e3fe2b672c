"""Where each setting comes from: flag, environment, the file of a secret, citybot.toml, default."""

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Literal

from bot.config import PLAIN, BadSetting, Settings, from_toml, read

Origin = Literal["flag", "environment", "file", "toml", "default"]
_DEFAULTS: Final = Settings()
_PLAIN: Final = {key: name for name, key in PLAIN.items()}


def variables(key: str) -> tuple[str, ...]:
    """What a setting is called in the environment; the first is the one people expect."""
    ours = f"CITYBOT_{key.upper()}"
    return (_PLAIN[key], ours) if key in _PLAIN else (ours,)


def origins(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, Origin]:
    """Of every setting, as they stand while the house is put together.

    A value that no other source explains was given at the start. Wherever a source only repeats
    the value of a flag, the source is named.
    """
    environ = os.environ if environ is None else environ
    read_again = _without_flags(environ)
    told = from_toml(environ) if read_again else {}
    return {
        field.name: _origin(field.name, settings, read_again, environ, told)
        for field in fields(Settings)
    }


def _without_flags(environ: Mapping[str, str]) -> Settings | None:
    try:
        return read(environ=environ)
    except BadSetting:  # a flag stood in for what is wrong there
        return None


def _origin(
    key: str,
    settings: Settings,
    read_again: Settings | None,
    environ: Mapping[str, str],
    told: Mapping[str, Any],
) -> Origin:
    value = getattr(settings, key)
    if read_again is None or getattr(read_again, key) != value:
        return "default" if value == getattr(_DEFAULTS, key) else "flag"
    if any(environ.get(name) for name in variables(key)):
        return "environment"
    if f"CITYBOT_{key.upper()}_FILE" in environ:
        return "file"
    return "toml" if key in told else "default"
