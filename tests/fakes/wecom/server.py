"""WeCom's API over HTTP: every refusal is an errcode in an answer of HTTP 200; counts each call.

What goes wrong on purpose (`next_answers`) is as at FakeWeChat.
"""

import json
import re
from email.parser import BytesParser
from typing import Any

from aiohttp import web

from tests.fakes.wechat import server as wechat
from tests.fakes.wechat.account import Refusal
from tests.fakes.wecom.corp import Corp, Shown

Answer = dict[str, Any]
_OK: Answer = {"errcode": 0, "errmsg": "ok"}
TEXT_BYTES = 2048
_TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")


class Api(wechat.Api):
    """The endpoints."""

    def __init__(self, corp: Corp) -> None:
        super().__init__(corp)  # type: ignore[arg-type]
        self.corp = corp
        self.sent: list[Answer] = []  # bodies of messages, also of those nobody was shown
        self.twice = 0  # messages that were known already

    def _answer(self, path: str, request: web.Request, body: bytes) -> Answer:
        corp, query = self.corp, request.query
        if path == "cgi-bin/gettoken":
            return corp.token(query.get("corpid", ""), query.get("corpsecret", ""))
        corp.check_token(query.get("access_token", ""))
        match path:
            case "cgi-bin/message/send":
                return self._send_message(body)
            case "cgi-bin/media/upload":
                return self._upload_media(query["type"], request.headers["Content-Type"], body)
        asked = json.loads(body) if body else {}
        self._check_agent(asked.get("agentid", query.get("agentid", "")))
        match path:
            case "cgi-bin/message/update_template_card":
                corp.change(asked["response_code"], asked["button"]["replace_name"])
            case "cgi-bin/menu/create":
                _check_menu(asked)
                corp.menu = asked
            case "cgi-bin/menu/get":
                if corp.menu is None:
                    raise Refusal(46003, "menu not exist")
                return {**_OK, **corp.menu}
            case "cgi-bin/agent/set":
                corp.agent |= asked
            case "cgi-bin/agent/get":
                return {**_OK, **corp.agent}
            case _:
                raise Refusal(40066, "invalid url")
        return _OK

    def _check_agent(self, agent_id: object) -> None:
        if str(agent_id) != str(self.corp.agent_id):
            raise Refusal(40056, "invalid agentid")

    def _send_message(self, body: bytes) -> Answer:
        corp, asked = self.corp, json.loads(body)
        self._check_agent(asked["agentid"])
        if corp.busy:
            raise Refusal(45009, "api freq out of limit")
        interval = asked.get("duplicate_check_interval", 1800)
        if not 0 < interval <= 4 * 3600:
            raise Refusal(40058, "invalid duplicate_check_interval")
        receivers, unknown, unlicensed = corp.receivers(asked["touser"])
        self.sent.append(asked)
        answer = {**_OK, "msgid": f"msg-{len(self.sent)}"}
        answer |= {"invaliduser": "|".join(unknown)} if unknown else {}
        answer |= {"unlicenseduser": "|".join(unlicensed)} if unlicensed else {}
        if asked.get("enable_duplicate_check") and corp.came_before(body, interval):
            self.twice += 1
            return answer
        shown = self._shown(asked)
        for member in receivers:
            corp.show(member, shown)
        return answer | ({"response_code": corp.code_for(shown)} if shown.taps else {})

    def _shown(self, asked: Answer) -> Shown:
        kind = asked["msgtype"]
        content = asked[kind]
        match kind:
            case "text":
                return Shown(kind, _cut(content["content"]), asked)
            case "file" | "image":
                if content["media_id"] not in self.corp.media:
                    raise Refusal(40007, "invalid media_id")
                return Shown(kind, f"{{{self.corp.media[content['media_id']][0]}}}", asked)
            case "template_card":
                return self._card(content, asked)
        raise Refusal(40008, "invalid message type")

    def _card(self, card: Answer, asked: Answer) -> Shown:
        if not self.corp.takes_cards:
            raise Refusal(40058, "no callback url is set for this agent")
        if not _TASK_ID.fullmatch(card["task_id"]) or card["task_id"] in self.corp.task_ids:
            raise Refusal(40058, "invalid task_id")
        self.corp.task_ids.add(card["task_id"])
        if not card["main_title"]["title"]:
            raise Refusal(40058, "missing main_title.title")
        taps = _buttons(card) if card["card_type"] == "button_interaction" else _options(card)
        main = card["main_title"]
        words = (main["title"], main.get("desc", ""), card.get("sub_title_text", ""))
        return Shown("template_card", "\n".join(filter(None, words)), asked, taps)

    def _upload_media(self, kind: str, content_type: str, body: bytes) -> Answer:
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        (part,) = BytesParser().parsebytes(head + body).get_payload()
        content = part.get_payload(decode=True)
        if not 5 < len(content) <= {"image": 10, "file": 20}[kind] * 2**20:
            raise Refusal(40006, "invalid file size")
        raw = re.search(rb'filename="([^"\r\n]+)"', body)
        if raw is None or b'name="media"' not in body:
            raise Refusal(41005, "missing media data")
        media_id = f"media-{len(self.corp.media) + 1}"
        self.corp.media[media_id] = (raw[1].decode(), content)
        return {**_OK, "type": kind, "media_id": media_id, "created_at": "1380000000"}


def _cut(words: str) -> str:
    if not words:
        raise Refusal(44004, "empty content")
    return words.encode()[:TEXT_BYTES].decode("utf-8", "ignore")


def _buttons(card: Answer) -> tuple[tuple[str, str], ...]:
    """Up to 6, with keys of up to 1024 bytes, none of them twice."""
    return _checked([(b["text"], b["key"]) for b in card["button_list"]], 6, 1024)


def _options(card: Answer) -> tuple[tuple[str, str], ...]:
    """1 to 20, with ids of up to 128 bytes, none of them twice."""
    if card["card_type"] != "vote_interaction" or card["checkbox"].get("mode") not in (0, 1):
        raise Refusal(40058, "invalid card_type")
    if not card["submit_button"]["key"] or not card["checkbox"]["question_key"]:
        raise Refusal(40058, "missing key")
    return _checked([(o["text"], o["id"]) for o in card["checkbox"]["option_list"]], 20, 128)


def _checked(taps: list[tuple[str, str]], most: int, key_bytes: int) -> tuple[tuple[str, str], ...]:
    keys = [key for _text, key in taps]
    fine = all(text and 0 < len(key.encode()) <= key_bytes for text, key in taps)
    if not (1 <= len(taps) <= most and fine and len(set(keys)) == len(keys)):
        raise Refusal(40058, "invalid buttons")
    return tuple(taps)


def _check_menu(asked: Answer) -> None:
    """3 buttons, 5 below each; names of 16 and 40 bytes, keys of 128.

    https://developer.work.weixin.qq.com/document/path/90231
    """
    if not 1 <= len(asked["button"]) <= 3:
        raise Refusal(40016, "invalid button size")
    for button in asked["button"]:
        below = button.get("sub_button", [])
        if not 0 < len(button["name"].encode()) <= 16:
            raise Refusal(40018, "invalid button name size")
        if len(below) > 5:
            raise Refusal(40023, "invalid sub button size")
        for one in below or [button]:
            if not 0 < len(one["name"].encode()) <= 40:
                raise Refusal(40025, "invalid sub button name size")
            if one["type"] != "click" or not 1 <= len(one["key"].encode()) <= 128:
                raise Refusal(40026, "invalid sub button key size")
