"""What somebody wants to be reminded of: the text without the wish and without the time."""

import regex

from bot.understanding.wordings import is_han

_CALL = regex.compile(
    r"""
    (?:(?:hi|hello|hey|hallo|guten\s+tag|你好)[,!，！\s]+)?
    (?:(?:please|bitte|请|請|麻烦|麻煩)(?:你|您)?[,\s]*)?
    (?:
        (?:(?:can|could|would|will)\s+you\s+)?(?:please\s+)?
        (?:remind\s+(?:me|us)|(?:send|give|set)\s+(?:me\s+)?a\s+reminder|set\s+up\s+a\s+reminder
          |don'?t\s+let\s+me\s+forget)
        (?:\s+please)?
      | (?:ich\s+(?:möchte|moechte|will)|(?:kannst|könntest|koenntest|würdest|wuerdest)\s+du
          |(?:können|koennen|könnten|koennten|würden|wuerden)\s+sie)\s+(?:mich|uns)
      | erinner(?:e|n)?(?:\s+sie)?\s+(?:mich|uns)
      | (?:gib|sag|geben\s+sie|sagen\s+sie)\s+mir
      | (?:eine\s+)?erinnerung\s+(?:einstellen|setzen|anlegen)?
      | (?:能不能|可以|可不可以|能否|帮我|幫我)?
        (?:(?:提醒|remind|通知)(?:一下)?(?:我们|我們|我)?(?:一下)?
          |(?:设|設|设置|設置|定|建)(?:个|個|一个|一個)?提醒|(?:到时候)?叫我|别忘了(?:叫我|提醒我))
    )
    (?:\s+(?:please|bitte))?
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LEAD = regex.compile(
    r"""[\s,.:;，。：；、-]*
    (?:(?:daran\s+erinnern|erinnern|to|about|of|that|for|at|an|ans|daran|dass|zu|zum|zur|bescheid|bevor|before
        |please|bitte|and|und)\b
      |请|請|能不能|可不可以|可以|能否|帮我|幫我|麻烦(?:你|您)?|要|去|关于|關於|记得|記得|说|到时候)?
    [\s,.:;，。：；、-]*""",
    regex.VERBOSE | regex.IGNORECASE,
)
_TAIL = regex.compile(
    r"""(?<![\s,.:;!?，。！？：；、-])[\s,.:;!?，。！？：；、-]*+
    (?:\b(?:please|bitte|thanks|thank\s+you|danke|erinnern|erinnert\s+werden|bescheid|an)
      |吗|嗎|吧|哦|哈|谢谢|謝謝|好吗)?
    [\s,.:;!?，。！？：；、-]*+\Z""",
    regex.VERBOSE | regex.IGNORECASE,
)
_READ = 1000
_ROUNDS = 3  # "daran, dass ..."


def without_call(text: str) -> str:
    """The text without "remind me": what is left says when, and of what."""
    text = text[:_READ]
    found = _CALL.search(text)
    if found is None or not found.group().strip():
        return text.strip()
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    joint = "，" if before and is_han(before[-1]) else " "  # a word of what comes before has ended
    return joint.join(filter(None, (before, after)))


def is_call(text: str) -> bool:
    """Whether the text asks to be reminded, and says more than that."""
    rest = without_call(text)
    return bool(rest) and rest != text[:_READ].strip()


def subject(rest: str) -> str:
    """What is left when the time is taken out as well, without the words that joined them."""
    for _round in range(_ROUNDS):
        lead = _LEAD.match(rest)
        rest = rest[lead.end() :] if lead else rest
        rest = _TAIL.sub("", rest, count=1)
    return rest.strip()
