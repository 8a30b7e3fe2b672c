"""The QR code of a registration: its reference, and nothing else, for the door."""

import io

from bot.message import Attachment
from bot.services.registration import Registration


def ticket(registration: Registration) -> Attachment:
    """The code as a picture to be sent."""
    return Attachment("image/png", png(registration), f"{registration.reference}.png")


def png(registration: Registration) -> bytes:
    """A picture of about 300 pixels, with the quiet zone a scanner needs."""
    import segno  # heavy enough, and rarely needed

    out = io.BytesIO()
    segno.make_qr(registration.reference or "", error="m").save(
        out, kind="png", scale=10, border=4, light="#fff"
    )
    return out.getvalue()


def svg(registration: Registration, title: str) -> str:
    """The code as SVG to stand in a page; `title` is what is read out."""
    import segno

    code = segno.make_qr(registration.reference or "", error="m")
    return code.svg_inline(
        scale=8, border=4, light="#fff", svgclass="qr", title=title, omitsize=True
    )
