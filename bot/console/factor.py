"""Sets up the second factor: a code to scan, proof that the app has it, codes to recover with."""

from aiohttp import web

from bot.console.desk import Desk
from bot.console.rendering import Rendering
from bot.console.visit import Visit
from bot.i18n import _, translate
from bot.services import second_factor
from bot.services.second_factor import Seal
from bot.services.staff import Staff
from bot.services.staff_sessions import StaffSessions

_SCALE = 6  # pixels a dot of the code


class FactorPage:
    """One page with three faces: scan, wrong, done."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        self._desk, self._rendering, self._seal = desk, rendering, Seal(desk.settings)

    async def show(self, visit: Visit) -> web.StreamResponse:
        """A fresh secret, to be scanned; nothing is kept before it was proven."""
        return self._scan(visit, second_factor.fresh_secret(), "")

    async def prove(self, visit: Visit) -> web.StreamResponse:
        """The code the app shows now: then the secret counts, and everybody else is signed out."""
        secret = self._carried(visit.form.get("secret", ""))
        if secret is None:
            return await self.show(visit)
        code = visit.form.get("code", "")[:40]
        if second_factor.step_of(secret, code, visit.now, after=0) is None:
            told = translate(visit.language, _("That code does not fit. Please type the newest."))
            return self._scan(visit, secret, told, 422)
        return await self._settled(visit, secret)

    async def _settled(self, visit: Visit, secret: bytes) -> web.StreamResponse:
        codes = second_factor.fresh_recovery()
        sealed, digests = self._seal.close(secret), [*map(second_factor.digest, codes)]
        await self._desk.do(lambda t: Staff(t).choose_factor(visit.member, sealed, digests))
        # Whoever sets it up stays where they are; all their other browsers must sign in anew.
        await self._desk.do(lambda t: StaffSessions(t).keep(visit.here))
        return self._rendering.page(visit, "recovery.html", {"codes": codes})

    def _scan(
        self, visit: Visit, secret: bytes, error: str, status: int = 200
    ) -> web.StreamResponse:
        name, issuer = visit.member.name, self._desk.settings.name
        values = {
            "error": error,
            "code": _picture(
                second_factor.address(secret, name, issuer),
                translate(visit.language, _("Code for your app")),
            ),
            "typed": second_factor.typed_secret(secret),
            "secret": self._seal.close(b"new" + secret),
            "has_one": visit.member.totp is not None,
        }
        return self._rendering.page(visit, "factor.html", values, status)

    def _carried(self, sealed: str) -> bytes | None:
        """The secret that the page showed; None for anything else."""
        found = self._seal.open(sealed[:400])
        return found.removeprefix(b"new") if found and found.startswith(b"new") else None


def _picture(address: str, title: str) -> str:
    import segno  # heavy enough, and rarely needed

    return segno.make_qr(address, error="m").svg_inline(
        scale=_SCALE, border=4, light="#fff", svgclass="qr", title=title, omitsize=True
    )
