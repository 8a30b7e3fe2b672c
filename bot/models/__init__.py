"""Every table of the house, one file a topic."""

from bot.models.api import ApiDeed, ApiToken, Webhook, WebhookCall
from bot.models.audit import AuditEntry
from bot.models.base import Base, Instant
from bot.models.broadcasts import Broadcast, BroadcastText, HandPicked, Subscription, Topic
from bot.models.contacts import Contact, ContactCode
from bot.models.content import ArticleVersion, Gap, Question
from bot.models.demand import Demand, DemandWeek, StaffDigest
from bot.models.events import (
    CheckIn,
    CheckInLink,
    Consent,
    ConsentText,
    Event,
    Registration,
    WebLink,
)
from bot.models.mail import Allowance, ChannelState, Inbox, Outbox, PlatformToken
from bot.models.people import Arrival, Conversation, Erasure, LinkCode, Person, Place
from bot.models.polls import (
    Ballot,
    BallotChoice,
    Participation,
    Poll,
    PollCode,
    PollExtension,
    PollFollower,
    PollPaper,
    PollReceipt,
    PollResult,
    PollStatement,
    PollText,
)
from bot.models.reminders import Reminder, ReminderRule
from bot.models.staff import SignInTry, StaffLink, StaffMember, StaffSession
from bot.models.transcripts import (
    CannedAnswer,
    Transcribed,
    Transcript,
    TranscriptDialog,
    TranscriptLabel,
    TranscriptLine,
    TranscriptNote,
)

__all__ = [
    "Allowance",
    "ApiDeed",
    "ApiToken",
    "Arrival",
    "ArticleVersion",
    "AuditEntry",
    "Ballot",
    "BallotChoice",
    "Base",
    "Broadcast",
    "BroadcastText",
    "CannedAnswer",
    "ChannelState",
    "CheckIn",
    "CheckInLink",
    "Consent",
    "ConsentText",
    "Contact",
    "ContactCode",
    "Conversation",
    "Demand",
    "DemandWeek",
    "Erasure",
    "Event",
    "Gap",
    "HandPicked",
    "Inbox",
    "Instant",
    "LinkCode",
    "Outbox",
    "Participation",
    "Person",
    "Place",
    "PlatformToken",
    "Poll",
    "PollCode",
    "PollExtension",
    "PollFollower",
    "PollPaper",
    "PollReceipt",
    "PollResult",
    "PollStatement",
    "PollText",
    "Question",
    "Registration",
    "Reminder",
    "ReminderRule",
    "SignInTry",
    "StaffDigest",
    "StaffLink",
    "StaffMember",
    "StaffSession",
    "Subscription",
    "Topic",
    "Transcribed",
    "Transcript",
    "TranscriptDialog",
    "TranscriptLabel",
    "TranscriptLine",
    "TranscriptNote",
    "WebLink",
    "Webhook",
    "WebhookCall",
]
