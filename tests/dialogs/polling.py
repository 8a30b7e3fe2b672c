"""Polls for tests of talks, in three languages as people read them."""

from typing import Any

FIRST: dict[str, Any] = {
    "id": "where",
    "kind": "single",
    "ask": {"en": "Where first?", "de": "Wo zuerst?", "zh": "先在哪里？"},
    "options": [
        {"id": "north", "label": {"en": "North", "de": "Norden", "zh": "北区"}},
        {"id": "south", "label": {"en": "South", "de": "Süden", "zh": "南区"}},
    ],
}


def one_of_each() -> list[dict[str, Any]]:
    """Five questions of five kinds."""

    def say(en: str, de: str, zh: str) -> dict[str, str]:
        return {"en": en, "de": de, "zh": zh}

    three = [
        {"id": "trees", "label": say("Trees", "Bäume", "树木")},
        {"id": "benches", "label": say("Benches", "Bänke", "长椅")},
        {"id": "lamps", "label": say("Lamps", "Lampen", "路灯")},
    ]
    return [
        {"id": "more", "kind": "multiple", "most": 2, "unsure": True, "options": three,
         "ask": say("What is missing?", "Was fehlt?", "缺什么？")},
        {"id": "order", "kind": "ranking", "options": three,
         "ask": say("What first?", "Was zuerst?", "先做什么？")},
        {"id": "money", "kind": "budget", "options": three, "passing": True,
         "ask": say("Where to?", "Wohin damit?", "怎么分？")},
        {"id": "say", "kind": "statements", "adding": True,
         "ask": say("Do you agree?", "Stimmen Sie zu?", "您同意吗？"),
         "options": [
             {"id": "quiet", "label": say("It is too loud.", "Es ist zu laut.", "太吵了。")},
             {"id": "dark", "label": say("It is too dark.", "Es ist zu dunkel.", "太暗了。")},
         ]},
        {"id": "idea", "kind": "text", "ask": say("Your idea?", "Ihre Idee?", "您的想法？")},
    ]  # fmt: skip


SCALE: dict[str, Any] = {
    "id": "how",
    "kind": "scale",
    "ask": {"en": "How safe is it?", "de": "Wie sicher ist es?", "zh": "安全吗？"},
    "labels": {
        1: {"en": "not at all", "de": "gar nicht", "zh": "很不安全"},
        5: {"en": "very", "de": "sehr", "zh": "很安全"},
    },
    "unsure": True,
}
PLACE: dict[str, Any] = {
    "id": "place",
    "kind": "place",
    "ask": {"en": "Where is it dark?", "de": "Wo ist es dunkel?", "zh": "哪里太暗？"},
    "grid": 0.01,
}
