"""Text as a phone shows it: nothing that a person wrote becomes a link.

WeChat makes links of `<a href=…>` in a text, and knows no way to write one down as it stands.
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
"""

import re
from typing import Final

_ANCHOR: Final = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with nothing but words in it: a wide `＜` where a link would begin."""
    return _ANCHOR.sub("＜", text)
