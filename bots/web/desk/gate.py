"""The gate of the organisers' pages: who asks, whether their role is enough, and whether a form is their own.

    cookie ─▶ session ─▶ member ─▶ of this partner? ─▶ role enough? ─▶ the page
       └─ none, over, another partner's: to the sign-in page, and back afterwards

Every route under /desk begins with `gate.visit` or `gate.member`, and every form there is read by `gate.fields`; a test
walks all of them with every role.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.forms import MOST_BYTES, Refused, form_token, read_form
from bots.web.pages import LANGUAGE, Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.model.ids import ConsultationId
from core.model.staff import Actor, Member, Role
from core.rules.permissions import LEAST, Deed
from core.storage.consultations import Running
from core.work.events.meetings import has_meetings
from core.work.staff.members import LONGEST, Sessions, hashed

DESK = "/desk"
SIGN_IN = "/desk/sign-in"
PLACES: Mapping[str, str] = {
    "overview": "",
    "waiting": "/waiting",
    "contributions": "/contributions",
    "topics": "/topics",
    "follow_ups": "/follow-ups",
    "deliveries": "/deliveries",
    "consultation": "/consultation",
    "meetings": "/meetings",
    "kit": "/kit",
}
"""Where the navigation leads, under a consultation's own path."""
BEHIND: Mapping[str, Deed] = {"deliveries": Deed.SEE_DELIVERIES, "consultation": Deed.CHANGE_CONSULTATION}
"""What a place is for, when it is not for everybody: nobody is led to a closed door."""
_LOCAL = re.compile(r"/desk(/[A-Za-z0-9_.~/-]*)?(\?[A-Za-z0-9_.~=&%+-]*)?")
_LONGEST_NEXT = 500


class SignInFirst(Exception):
    """Nobody is signed in. `next`: where to go on afterwards, one of our own pages."""

    def __init__(self, next_page: str) -> None:
        super().__init__()
        self.next = next_page


@dataclass(frozen=True, slots=True)
class Visit:
    """A member at one of their partner's consultations. `others`: all that the partner has, this one included."""

    member: Member
    consultation: Consultation
    running: Running
    others: Sequence[Consultation]


class Gate:
    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages
        self.sessions = Sessions(parts.house.storage, parts.wall or parts.house.clock, parts.house.chance)
        self._places: dict[str, str] = {}

    def knows(self, routes: Sequence[Route]) -> None:
        """The navigation shows what there is."""
        paths = {route.path for route in routes}
        self._places = {name: path for name, path in PLACES.items() if f"{DESK}/{{consultation}}{path}" in paths}

    # ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def member(self, request: Request, deed: Deed = Deed.LOOK) -> Member:
        """Who is signed in. Raises `SignInFirst` for nobody, `Refused` when their role is less than `deed` takes; a
        refusal is written down."""
        member = await self._present(request)
        if member is None:
            raise SignInFirst(safe_next(_here(request)))
        if not member.may(LEAST[deed]):
            await self._note_refusal(Act.ROLE_REFUSED, member, deed)
            raise Refused(403, f"role.{LEAST[deed].value}")
        return member

    async def visit(self, request: Request, deed: Deed = Deed.LOOK) -> Visit:
        """The member, and the consultation that the path's `{consultation}` names. 404 for what is not theirs."""
        member = await self.member(request, deed)
        own = await self.consultations(member)
        for consultation, running in own:
            if consultation.id == request.path_params["consultation"]:
                return Visit(member, consultation, running, [each for each, _ in own])
        async with self._parts.house.storage.reading() as unit:
            running_elsewhere = await unit.consultations.running(ConsultationId(request.path_params["consultation"]))
        if running_elsewhere is not None and running_elsewhere.partner != member.partner:
            await self._note_refusal(Act.FOREIGN_REFUSED, member, deed)
        raise HTTPException(404)

    async def _note_refusal(self, act: Act, member: Member, deed: Deed) -> None:
        house = self._parts.house
        async with house.storage.unit() as unit:
            now = house.clock.now()
            await unit.audit.note(act, partner=member.partner, actor=member.id, subject=deed.value, now=now)

    async def consultations(self, member: Member) -> list[tuple[Consultation, Running]]:
        """Those of the member's partner that were started: those that go on first, then the newest."""
        async with self._parts.house.storage.reading() as unit:
            began = [each for each in await unit.consultations.all(member.partner) if each.state != CampaignState.DRAFT]
            current = await unit.consultations.revisions([(each.id, each.revision) for each in began])
        own = [(current[each.id, each.revision], each) for each in began]
        alive = (CampaignState.RUNNING, CampaignState.PAUSED)
        return sorted(own, key=lambda each: (each[1].state not in alive, -each[1].begins_at.timestamp(), each[0].id))

    async def _present(self, request: Request) -> Member | None:
        secret = request.cookies.get(self.cookie, "")
        if not secret or self._parts.partner is None:
            return None
        renews = request.method == "GET" and "hx-request" in request.headers
        member = await self.sessions.member_of(secret, self._parts.partner, awake=not renews)
        if member is None and (stranger := await self.sessions.whose(secret)) is not None:
            await self._note_refusal(Act.FOREIGN_REFUSED, stranger, Deed.LOOK)
        return member

    # ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def form(self, request: Request, member: Member) -> str:
        """What each form of this member's pages carries: good in this session alone."""
        return form_token(self._parts.key, self._purpose(request, member))

    async def fields(self, request: Request, member: Member, *, most: int = MOST_BYTES) -> Mapping[str, str]:
        """A form of theirs. Raises `Refused` for another site's, another session's, and for more than `most` bytes."""
        return await read_form(request, self._parts.key, self._purpose(request, member), most=most)

    def _purpose(self, request: Request, member: Member) -> str:
        return f"desk:{member.id}:{hashed(request.cookies.get(self.cookie, ''))}"

    # ── the cookie ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def cookie(self) -> str:
        """`__Host-`: a browser takes it only over https, from this very host, for all of it: no neighbour plants it."""
        return "__Host-desk" if self._parts.secure else "desk"

    def let_in(self, response: Response, session: str) -> None:
        """Lax: a link in an e-mail leads to the page; what changes something is a form, and forms carry a token."""
        response.set_cookie(
            self.cookie,
            session,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )

    async def let_out(self, request: Request, response: Response) -> None:
        await self.sessions.sign_out(request.cookies.get(self.cookie, ""))
        response.delete_cookie(self.cookie, path="/", secure=self._parts.secure, httponly=True, samesite="lax")

    # ── the frame of a page ──────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: Request, visit: Visit | Member, template: str, *, active: str, **shown: Any) -> Response:
        """A page inside the frame. `active`: which of `PLACES` it is."""
        language = self._pages.language(request)
        member = visit.member if isinstance(visit, Visit) else visit
        response = self._pages.page(
            request,
            template,
            language,
            member=member,
            visit=visit if isinstance(visit, Visit) else None,
            active=active,
            places=self._shown(member, visit if isinstance(visit, Visit) else None),
            form=self.form(request, member),
            **shown,
        )
        if request.query_params.get("lang") == language:
            response.set_cookie(LANGUAGE, language, path=DESK, secure=self._parts.secure, httponly=True, samesite="lax")
        return response

    def _shown(self, member: Member, visit: Visit | None) -> Mapping[str, str]:
        """Where this member may go, and where there is something to see."""
        places = {place: path for place, path in self._places.items() if member.may(_takes(place))}
        if visit is not None and not has_meetings(visit.consultation):
            places.pop("meetings", None)
        return places


def _takes(place: str) -> Role:
    return LEAST[BEHIND.get(place, Deed.LOOK)]


def actor_of(member: Member) -> Actor:
    """The member as whoever does something."""
    return Actor(member.id, member.role, member.name)


def sign_in_page(request: Request, error: Exception) -> Response:
    """The answer to `SignInFirst`. A piece of a page that renews itself moves the whole page there."""
    assert isinstance(error, SignInFirst)
    there = with_next(SIGN_IN, error.next)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": there, "cache-control": "no-store"})
    return RedirectResponse(there, 303, {"cache-control": "no-store"})


def with_next(address: str, next_page: str) -> str:
    """`address`, and where to go on from there."""
    return address if next_page == DESK else f"{address}?{urlencode({'next': next_page})}"


def safe_next(asked: str) -> str:
    """`asked` if it is one of the organisers' pages, else the first of them: nobody is led elsewhere."""
    plain = len(asked) <= _LONGEST_NEXT and _LOCAL.fullmatch(asked) and ".." not in asked
    return asked if plain and not asked.startswith((SIGN_IN, "/desk/sign-out")) else DESK


def _here(request: Request) -> str:
    """A page can be gone back to; a form that was sent cannot."""
    if request.method != "GET" or "hx-request" in request.headers:
        return DESK
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
