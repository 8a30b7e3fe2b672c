"""A town hall full of polls, of every kind and in every state, as mild or hostile as a test wants."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from bot.dialog import Transaction
from bot.services.closing import GRACE, Closer
from bot.services.moderation import Moderation
from bot.services.paper import Paper
from tests.services.polls.station import Station

HOUR = timedelta(hours=1)
Texts = dict[str, str]
Word = Callable[[str, str, str], Texts]


def mild(en: str, de: str, zh: str) -> Texts:
    """What an organiser writes."""
    return {"en": en, "de": de, "zh": zh}


def hostile(corpus: tuple[str, ...]) -> Word:
    """An organiser, or whoever got hold of their account, writes all of that, one after another."""
    word = cycle(corpus).__next__
    return lambda _en, _de, _zh: {"en": word()[:140], "de": word()[:140], "zh": word()[:140]}


def questions(say: Word) -> dict[str, dict[str, Any]]:
    """One question of each kind, by kind."""
    lanes = [
        {"id": "kantstrasse", "label": say("Kantstraße", "Kantstraße", "康德大街")},
        {"id": "bridge", "label": say(
            "The bridge over the canal and the whole way from there to the central station",
            "Die Kanalbrücke und die ganze Strecke von dort bis zum Hauptbahnhof",
            "运河上的大桥以及从那里到中央火车站的全部路段")},
        {"id": "market", "label": say("Market square", "Marktplatz", "集市广场")},
    ]  # fmt: skip
    statements = [
        {"id": "slow", "label": say("Cars should drive at 30 everywhere in town.",
                                    "In der Stadt sollte überall Tempo 30 gelten.",
                                    "全市机动车应限速30公里。")},
        {"id": "trees", "label": say("We need more trees.", "Wir brauchen mehr Bäume.",
                                     "我们需要更多树木。")},
        {"id": "parking", "label": say("Parking should cost nothing.",
                                       "Parken sollte nichts kosten.", "停车应该免费。")},
        {"id": "noise", "label": say("It is too loud at night.", "Nachts ist es zu laut.",
                                     "夜里太吵。")},
    ]  # fmt: skip
    labels = {1: say("not at all", "gar nicht", "很不安全"), 5: say("very", "sehr", "很安全")}
    return {
        "single": {"id": "first", "kind": "single", "options": lanes, "unsure": True,
                   "ask": say("Where should we build first?", "Wo sollen wir zuerst bauen?",
                              "我们应该先在哪里建？")},
        "multiple": {"id": "missing", "kind": "multiple", "most": 2, "options": lanes,
                     "ask": say("What is missing?", "Was fehlt?", "缺什么？")},
        "scale": {"id": "safe", "kind": "scale", "labels": labels, "passing": True,
                  "ask": say("How safe do you feel on a bicycle?",
                             "Wie sicher fühlen Sie sich auf dem Rad?", "骑车时您觉得安全吗？")},
        "irv": {"id": "order", "kind": "ranking", "method": "irv", "options": lanes,
                "ask": say("In which order?", "In welcher Reihenfolge?", "按什么顺序？")},
        "schulze": {"id": "rank", "kind": "ranking", "options": lanes,
                    "ask": say("What matters most?", "Was ist am wichtigsten?", "什么最重要？")},
        "budget": {"id": "money", "kind": "budget", "options": lanes,
                   "ask": say("How should 100 points be spent?", "Wie sollen 100 Punkte verteilt werden?",
                              "100分怎么分配？")},
        "statements": {"id": "views", "kind": "statements", "options": statements,
                       "ask": say("Do you agree?", "Stimmen Sie zu?", "您同意吗？")},
        "place": {"id": "dark", "kind": "place", "grid": 0.01, "options": lanes[:1],
                  "ask": say("Where is it too dark?", "Wo ist es zu dunkel?", "哪里太暗？")},
        "text": {"id": "idea", "kind": "text",
                 "ask": say("Your idea?", "Ihre Idee?", "您的想法？")},
    }  # fmt: skip


def answer(chance: random.Random, kind: str) -> tuple[Mapping[str, int], str | None]:
    """The marks of somebody who has a leaning, and what they write."""
    lanes = ["kantstrasse", "bridge", "market"]
    leaning = chance.random() < 0.6
    ranked = chance.sample(lanes, chance.randint(2, 3))
    cells = ["52.5250/13.4050", "52.5150/13.3850", "52.5150/13.3950", "52.5050/13.4150"]
    at = chance.choices([*cells, "52.6050/13.1050", "kantstrasse"], [9, 6, 5, 4, 1, 2])[0]
    match kind:
        case "single":
            option = chance.choice([*lanes, "kantstrasse", "?"])
            return {option: 0 if option == "?" else 1}, None
        case "multiple":
            return dict.fromkeys(chance.sample(lanes, chance.randint(1, 2)), 1), None
        case "scale":
            return {str(chance.choice([1, 2, 2, 3, 4] if leaning else [3, 4, 5])): 1}, None
        case "irv" | "schulze":
            return {option: place for place, option in enumerate(ranked, 1)}, None
        case "budget":
            spent = chance.randrange(0, 101, 10)
            return {"kantstrasse": spent, "market": 100 - spent}, None
        case "statements":
            mind = 1 if leaning else -1
            sure = {"slow": mind, "parking": -mind, "trees": 1}
            return sure | {"noise": chance.choice([-1, 0, 1])}, None
        case "place":
            return {at: 1}, None
    return {"": 1}, chance.choice(["Benches for old people.", "更多长椅", "Bänke!", "<b>Trees</b>"])


@dataclass
class Hall:
    """Writes polls and lets people vote in them; `now` is the moment all of it happens at."""

    station: Station
    now: datetime

    def open(self, poll_id: str, say: Word, kinds: tuple[str, ...], **more: Any) -> None:
        """A poll about these kinds of questions, open since an hour ago, for another hour."""
        asked = questions(say)
        written = {
            "id": poll_id,
            "title": say("Bicycle lanes in our town", "Radwege in unserer Stadt", "我市自行车道"),
            "summary": say(
                "Where shall we build, and what for?",
                "Wo sollen wir bauen, und wofür?",
                "在哪里建，为什么建？",
            ),
            "opens": (self.now - HOUR).isoformat(),
            "closes": (self.now + HOUR).isoformat(),
            "zone": "Europe/Berlin",
            "level": "web",
            "next_steps": say(
                "The council decides in June.", "Der Rat entscheidet im Juni.", "市议会六月决定。"
            ),
        } | more
        self.station.open(*(asked[kind] for kind in kinds), **written)

    def vote(self, poll_id: str, count: int, kinds: tuple[str, ...], seed: int = 1) -> None:
        """So many people vote, on channels and in languages as they come."""
        chance, asked = random.Random(seed), questions(mild)
        for number in range(count):
            channel = chance.choices(["telegram", "web", "wechat"], [6, 5, 4])[0]
            who = {"channel": channel, "language": chance.choice(["de", "de", "en", "zh"])}
            for kind in kinds:
                marks, text = answer(chance, kind)
                self.station.mark(
                    f"voter-{number}", marks, self.now, question=asked[kind]["id"],
                    poll=poll_id, written=text, **who,
                )  # fmt: skip

    def paper(self, poll_id: str, place: str, counts: Mapping[str, Any], ballots: int) -> None:
        """Two people count the same on paper."""
        for who in ("staff:anna", "staff:bert"):
            with self.station.database.write() as connection:
                paper = Paper(Transaction(connection, self.now))
                paper.enter(poll_id, place, counts, ballots, who)

    def close(self, poll_id: str) -> None:
        """Close it by hand now, and count it."""
        with self.station.office(at=self.now) as office:
            office.close(poll_id)
        Closer(self.station.database, self.station.keys).close(poll_id, self.now + GRACE)

    def publish_texts(self, poll_id: str) -> None:
        """Let everything pass that people wrote."""
        with self.station.database.write() as connection:
            moderation = Moderation(Transaction(connection, self.now))
            for written in moderation.texts(poll_id):
                moderation.show((poll_id, written.id), True, "staff:anna")


CHOICES = ("single", "multiple", "scale", "irv", "budget")
VIEWS = ("statements", "schulze", "place", "text")


def fill(hall: Hall, say: Word = mild) -> dict[str, str]:
    """One poll of each kind there is; gives the pages by what they show."""
    hall.open("lanes", say, CHOICES)
    hall.vote("lanes", 40, CHOICES)
    on_paper = {"first": {"kantstrasse": 3, "market": 4}, "safe": {"3": 7}}
    hall.paper("lanes", "library", on_paper, 8)
    hall.close("lanes")
    hall.open("views", say, VIEWS)
    hall.vote("views", 60, VIEWS)
    hall.close("views")
    hall.publish_texts("views")
    with hall.station.office(at=hall.now) as office:
        office.say_outcome("views", say("It is built.", "Es wird gebaut.", "正在建设。"))
    for poll_id, voters in (("few", 4), ("nobody", 0)):
        hall.open(poll_id, say, ("single",))
        hall.vote(poll_id, voters, ("single",))
        hall.close(poll_id)
    hall.open("called-off", say, ("single",))
    with hall.station.office(at=hall.now) as office:
        office.cancel("called-off", "the wrong question")
    hall.open("open", say, ("single", "budget"))
    hall.open("live", say, ("statements",), live=True)
    hall.vote("live", 24, ("statements",))
    names = ("lanes", "views", "few", "nobody", "called-off", "open", "live")
    return {"polls": "/polls", "receipt": "/polls/receipt"} | {n: f"/polls/{n}" for n in names}
