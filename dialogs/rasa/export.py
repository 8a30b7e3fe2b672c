"""The files a Rasa server is trained with, made from our dialogs, catalogues and articles.

Formats of Rasa 3.6: https://rasa.com/docs/rasa/training-data-format and /domain.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from bot.dialog import Dialog, Form
from bot.engine import CONTROLS
from bot.i18n import alternatives
from dialogs import FALLBACK
from dialogs.rasa import names
from knowledge.article import Article

_VERSION = "3.1"  # of the format
_SESSION_MINUTES = 60


class _Readable(yaml.SafeDumper):
    """Plain YAML, with lists of examples written as people write them."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _block)


def files(dialogs: Mapping[str, Dialog], articles: Iterable[Article], url: str) -> dict[str, str]:
    """Path to text of every file; the same for the same dialogs and articles.

    `url`: where a Rasa server reaches us, without a path. Raises ValueError when Rasa could not
    tell two names apart.
    """
    content = {
        "config.yml": _config(),
        "domain.yml": domain(dialogs),
        "endpoints.yml": _endpoints(url),
        "data/nlu.yml": _nlu(dialogs, articles),
        "data/rules.yml": _rules(dialogs),
    }
    return {
        path: yaml.dump(held, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=100)
        for path, held in content.items()
    }


def domain(dialogs: Mapping[str, Dialog]) -> dict[str, Any]:
    """Everything that has a name: intents, slots, forms, actions.

    Raises ValueError when Rasa could not tell two names apart.
    """
    forms = [d for d in dialogs.values() if isinstance(d, Form)]
    intents = {names.PICK, *names.CONTROLS.values(), *map(names.intent_of, dialogs.values())}
    return {
        "version": _VERSION,
        "session_config": {
            "session_expiration_time": _SESSION_MINUTES,
            "carry_over_slots_to_new_session": False,
        },
        "intents": sorted(intents),
        "entities": [names.ARGUMENT],
        "slots": _slots(forms),
        "forms": {names.form_of(f): {"required_slots": names.required(f)} for f in forms},
        "actions": names.actions(dialogs),
    }


def _slots(forms: Iterable[Form]) -> dict[str, Any]:
    """Slots take the text as it is: reading it is ours. Two forms may share a slot's name."""
    slots: dict[str, Any] = {}
    for form in forms:
        for slot in names.required(form):
            asked = {"active_loop": names.form_of(form), "requested_slot": slot}
            held = slots.setdefault(slot, {"type": "any", "mappings": []})
            held["mappings"].append({"type": "from_text", "conditions": [asked]})
        for slot in set(names.held(form)) - set(names.required(form)):
            slots[slot] = {"type": "any", "mappings": [{"type": "custom"}]}
    return slots


def _rules(dialogs: Mapping[str, Dialog]) -> dict[str, Any]:
    rules = [
        _rule(f"control word {name}", intent, names.control(name))
        for name, intent in names.CONTROLS.items()
    ]
    for dialog in dialogs.values():
        if isinstance(dialog, Form):
            rules += _rules_of(dialog)
        else:
            rules.append(
                _rule(f"command {dialog.name}", names.intent_of(dialog), names.action_of(dialog))
            )
    answer = names.action_of(dialogs[FALLBACK])
    rules.append(_rule("not understood", "nlu_fallback", answer))
    rules.append(_rule("a tap on a choice of the past", names.PICK, answer))
    return {"version": _VERSION, "rules": rules}


def _rule(title: str, intent: str, action: str) -> dict[str, Any]:
    return {"rule": title, "steps": [{"intent": intent}, {"action": action}]}


def _rules_of(form: Form) -> list[dict[str, Any]]:
    """A form begins when it is asked for, and is submitted when it is complete."""
    name = names.form_of(form)
    begin = _rule(f"begin form {form.name}", names.intent_of(form), name)
    begin["steps"].append({"active_loop": name})
    submit = {
        "rule": f"submit form {form.name}",
        "condition": [{"active_loop": name}],
        "steps": [
            {"action": name},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            {"action": names.submitting(form)},
        ],
    }
    return [begin, submit]


def _nlu(dialogs: Mapping[str, Dialog], articles: Iterable[Article]) -> dict[str, Any]:
    """What people say: the wordings of every language, and what articles are asked by."""
    said = {names.CONTROLS[name]: _wordings(msgids) for name, msgids in CONTROLS.items()}
    said |= {names.intent_of(d): _wordings(d.triggers) for d in dialogs.values()}
    taken = {wording for wordings in said.values() for wording in wordings}
    ordered = sorted(articles, key=lambda a: (a.slug, a.lang))
    asked = dict.fromkeys(_plain(line) for article in ordered for line in article.aliases)
    said[names.ASK] += [line for line in asked if line not in taken]
    return {"version": _VERSION, "nlu": [_examples(i, said[i]) for i in sorted(said) if said[i]]}


def _wordings(msgids: Iterable[str]) -> list[str]:
    found = (w for msgid in msgids for held in alternatives(msgid).values() for w in held)
    # Marks at the ends are for bot/understanding/phrases.py; to a person it is the same wording.
    return list(dict.fromkeys(filter(None, (_plain(w).strip("!！…+ ") for w in found))))


def _plain(line: str) -> str:
    """One line without brackets: [ and ] mark entities in examples."""
    return " ".join(line.replace("[", "(").replace("]", ")").split())


def _examples(intent: str, lines: Iterable[str]) -> dict[str, str]:
    return {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}


def _config() -> dict[str, Any]:
    """Character n-grams carry three languages, also Chinese, which has no blanks."""
    return {
        "recipe": "default.v1",
        "assistant_id": "citybot",
        "language": "en",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1,
             "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False,
             "constrain_similarities": True},
            {"name": "FallbackClassifier", "threshold": 0.5, "ambiguity_threshold": 0.1},
        ],
        "policies": [
            {"name": "RulePolicy", "core_fallback_threshold": 0.4,
             "core_fallback_action_name": f"action_{FALLBACK}", "enable_fallback_prediction": True},
        ],
    }  # fmt: skip


def _endpoints(url: str) -> dict[str, Any]:
    """The token is read from the Rasa server's environment; it never stands in a file."""
    return {
        "action_endpoint": {
            "url": f"{url.rstrip('/')}/rasa/webhook",
            "headers": {"Authorization": "Bearer ${CITYBOT_RASA_TOKEN}"},
        }
    }
