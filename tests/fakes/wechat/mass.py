"""Mass messages to a list of OpenIDs: who may, to how many, how often, and what is told of it.

The call: https://developers.weixin.qq.com/doc/service/api/notify/message/api_masssend.html
Keys, monthly limit, and the event at the end:
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html
Not in those documents: 40130 for a list that is too short, and 45067 for keys above 32 bytes, both
as people report them; in which order refusals come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.wechat.account import SHANGHAI, Account, Refusal

MONTHLY = 4
KNOWN = timedelta(hours=24)
TOO_SOON = timedelta(minutes=1)


@dataclass
class Task:
    """One that was taken: which, by which key and when, and how it went."""

    id: int
    key: str
    at: datetime
    openids: list[str]
    filtered: int  # what is left without those who refuse messages or have had four
    sent: int


class MassMessages:
    """All of one account. `quota`: how many tasks more it takes; `agreed`: to the terms of them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.tasks: list[Task] = []
        self.quota, self.agreed, self.service_account = 100, True, True
        self.state = "SEND_SUCCESS"  # of all, when one asks
        self._seen: dict[str, datetime] = {}

    def send(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One call. The answer says that the task was taken, no more."""
        key, openids, now = asked.get("clientmsgid", ""), asked["touser"], self._account.clock()
        self._may(key, openids)
        if known := self._known(key):
            raise Refusal(45065, "clientmsgid exist", msg_id=known.id)
        if self.quota < 1:
            raise Refusal(45028, "has no masssend quota")
        self.quota -= 1
        number = 3_147_483_650 + len(self.tasks)
        self.tasks.append(self._done(number, key, openids, asked["text"]["content"]))
        self._seen[key] = now
        return {"errcode": 0, "errmsg": "send job submission success", "msg_id": number}

    def status(self, asked: dict[str, Any]) -> dict[str, Any]:
        """https://developers.weixin.qq.com/doc/service/en/api/notify/message/api_massmsgget"""
        if not any(str(task.id) == asked["msg_id"] for task in self.tasks):
            raise Refusal(40059, "invalid msg id")
        return {"msg_id": asked["msg_id"], "msg_status": self.state}

    def finished(self, task: Task, status: str = "send success") -> dict[str, Any]:
        """The event that is pushed when it is through."""
        failed = status != "send success"
        sent = 0 if failed else task.sent
        return {
            "MsgID": task.id,
            "Status": status,
            "TotalCount": len(task.openids),
            "FilterCount": task.filtered,
            "SentCount": sent,
            "ErrorCount": task.filtered - sent,
        }

    def _may(self, key: str, openids: list[str]) -> None:
        if not (self._account.verified and self.service_account):
            raise Refusal(48001, "api unauthorized")
        if not self.agreed:
            raise Refusal(48003, "user not agree mass-send protocol")
        if len(key.encode()) > 32:
            raise Refusal(45067, "clientmsgid size out of limit")
        if not 2 <= len(openids) <= 10_000:
            raise Refusal(40130, "invalid openid list size, at least two openid")
        if any(one not in self._account.followers for one in openids):
            raise Refusal(40003, "invalid openid")

    def _known(self, key: str) -> Task | None:
        now = self._account.clock()
        tasks = [one for one in self.tasks if one.key == key and now - one.at < KNOWN]
        if tasks and now - self._seen[key] < TOO_SOON:
            raise Refusal(45066, "same clientmsgid retry too fast")
        return tasks[0] if tasks else None

    def _done(self, number: int, key: str, openids: list[str], content: str) -> Task:
        now = self._account.clock()
        month = f"{now.astimezone(SHANGHAI):%Y-%m}"
        followers = [self._account.followers[one] for one in openids]
        left = [one for one in followers if not one.refuses and one.massed[month] < MONTHLY]
        reached = [one for one in left if one.follows]
        for one in reached:
            one.massed[month] += 1
            one.shown.append(content)
        return Task(number, key, now, list(openids), len(left), len(reached))
