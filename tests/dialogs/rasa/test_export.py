"""What is written for a Rasa server fits together, and what runs here fits it."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import dialogs
from bot.cli import citybot
from bot.dialog import Command, Dialog, Form, Slot
from bot.message import Reply
from dialogs.rasa.export import files
from knowledge.article import Article
from tests.dialogs.rasa.driver import Training

# https://rasa.com/docs/rasa/default-actions
PATHS = ("config.yml", "domain.yml", "endpoints.yml", "data/nlu.yml", "data/rules.yml")
TREES = Article("trees", "en", "Trees", "…", aliases=("Who plants [many] trees?", "help"))


def export(*articles: Article, url: str = "https://chat.example.org/") -> dict[str, str]:
    return files(dialogs.load(), articles, url)


def test_every_action_of_a_rule_is_in_the_domain(training: Training) -> None:
    known = {*training.domain["actions"], *training.domain["forms"]}
    named = {s["action"] for rule in training.rules for s in rule["steps"] if "action" in s}
    assert named - known == set()


def test_every_intent_of_a_rule_is_in_the_domain_and_led_to_once(training: Training) -> None:
    led = [s["intent"] for rule in training.rules for s in rule["steps"] if "intent" in s]
    assert sorted(led) == sorted({*training.domain["intents"], "nlu_fallback"})


def test_every_slot_of_a_form_is_filled_by_that_form_alone(training: Training) -> None:
    for form, held in training.domain["forms"].items():
        for slot in held["required_slots"]:
            mappings = training.domain["slots"][slot]["mappings"]
            asked = {"active_loop": form, "requested_slot": slot}
            assert [m for m in mappings if m["conditions"] == [asked]] == [
                {"type": "from_text", "conditions": [asked]}
            ]


def test_every_form_has_its_actions(training: Training) -> None:
    for form, held in training.domain["forms"].items():
        wanted = {f"validate_{form}", f"action_submit_{form.removesuffix('_form')}"}
        wanted |= {f"action_ask_{form}_{slot}" for slot in held["required_slots"]}
        assert wanted - set(training.domain["actions"]) == set()


def test_every_intent_has_examples_but_taps_and_codes(training: Training) -> None:
    shown = {*training.intents.values()}
    silent = {*training.domain["intents"]} - shown
    assert silent == {
        *(
            "pick",
            "broadcast",
            "invite",
            "contact_code",
            "link_code",
            "reference",
            "place",
            "about_event",
            "remind_later",
            "nothing_to_cancel",
        ),
        *("registration", "interest", "interest_note", "link_no"),
        *("vote", "poll_code", "poll_file", "poll_follow", "poll_statement", "receipt"),
    }


def test_an_example_means_one_thing() -> None:
    nlu = yaml.safe_load(export(TREES)["data/nlu.yml"])["nlu"]
    examples = [line for block in nlu for line in block["examples"].splitlines()]
    assert len(examples) == len(set(examples))


def test_questions_of_articles_are_examples_of_asking() -> None:
    nlu = yaml.safe_load(export(TREES)["data/nlu.yml"])["nlu"]
    asked = next(block["examples"] for block in nlu if block["intent"] == "ask")
    assert asked == "- Who plants (many) trees?\n"  # "help" is a wish; brackets would mark entities


def test_the_token_is_in_no_file() -> None:
    endpoint = yaml.safe_load(export()["endpoints.yml"])["action_endpoint"]
    assert endpoint == {
        "url": "https://chat.example.org/rasa/webhook",
        "headers": {"Authorization": "Bearer ${CITYBOT_RASA_TOKEN}"},
    }


def test_the_same_dialogs_make_the_same_files() -> None:
    pines = Article("pines", "de", "Kiefern", "…", aliases=("Wer pflanzt Kiefern?",))
    assert export(TREES, pines) == export(pines, TREES)


def _say(_turn: object) -> Reply:
    return Reply("…")


@pytest.mark.parametrize(
    "clashing",
    [
        (Command("restart", _say),),  # Rasa's own intent
        (Command("ask", _say),),  # the intent of a question
        (Command("my-data", _say), Command("my_data", _say)),
        (Command("my-data", _say), Form("my_data", (), lambda _t, _a: Reply("…"))),
        (
            Form("seat", (Slot("a", ask="…"),), lambda _t, _a: Reply("…")),
            Command("submit-seat", _say),
        ),
    ],
)
def test_names_rasa_could_not_tell_apart_are_refused(clashing: tuple[Dialog, ...]) -> None:
    both = {**dialogs.load(), **{d.name: d for d in clashing}}
    with pytest.raises(ValueError, match="Rasa"):
        files(both, (), "")


def test_two_forms_may_ask_for_a_slot_of_one_name() -> None:
    forms = [Form(n, (Slot("note", ask="…"),), lambda _t, _a: Reply("…")) for n in ("one", "two")]
    held = yaml.safe_load(
        files({**dialogs.load(), "one": forms[0], "two": forms[1]}, (), "")["domain.yml"]
    )
    assert [m["conditions"][0]["active_loop"] for m in held["slots"]["note"]["mappings"]] == [
        "one_form", "two_form",
    ]  # fmt: skip


def test_staff_write_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "rasa"
    done = CliRunner().invoke(citybot, ["rasa", "export", str(folder)], env={"LANG": "C"})
    assert done.exit_code == 0
    assert done.stdout.split() == [str(folder / path) for path in PATHS]
    assert all(yaml.safe_load((folder / path).read_text("utf-8")) for path in PATHS)


def test_staff_are_asked_before_a_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text("mine", "utf-8")
    asked = CliRunner().invoke(citybot, ["rasa", "export", str(tmp_path)], input="n\n")
    assert asked.exit_code == 1
    assert [p.name for p in tmp_path.iterdir()] == ["domain.yml"]
    assert (tmp_path / "domain.yml").read_text("utf-8") == "mine"
    told = CliRunner().invoke(citybot, ["rasa", "export", str(tmp_path), "--yes"])
    assert told.exit_code == 0
    assert (tmp_path / "domain.yml").read_text("utf-8") != "mine"
