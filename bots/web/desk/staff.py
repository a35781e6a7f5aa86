"""Who is staff: an owner adds people, gives them a role, takes them away. From the terminal: `staff add|role|remove`.

GET  /desk/staff   everybody, and a form for somebody new
POST /desk/staff   `do`: add, role or remove

Nobody changes themselves here: an owner cannot lock the door behind them by mistake.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate
from bots.web.forms import Refused
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.audit import Act
from core.model.errors import FileError
from core.model.ids import MemberId
from core.model.staff import Member, Role
from core.rules.permissions import Deed
from core.storage.unit import Unit
from core.work.staff.members import LONGEST_EMAIL, LONGEST_NAME, add_member, remove_member, set_role

HERE = f"{DESK}/staff"
DONE = ("added", "changed", "removed", "refused")


def staff_routes(parts: WebParts, _pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def everybody(request: Request) -> Response:
        member = await gate.member(request, Deed.SAY_WHO_IS_STAFF)
        async with house.storage.reading() as unit:
            members = await unit.members.of(member.partner)
        done = request.query_params.get("done", "")
        return gate.page(
            request,
            member,
            "desk/staff.html",
            active="staff",
            members=members,
            roles=list(Role),
            done=done if done in DONE else "",
            longest_name=LONGEST_NAME,
            longest_email=LONGEST_EMAIL,
        )

    async def change(request: Request) -> Response:
        member = await gate.member(request, Deed.SAY_WHO_IS_STAFF)
        fields = await gate.fields(request, member)
        async with house.storage.unit() as unit:
            done = await _done(unit, member, fields)
        return RedirectResponse(f"{HERE}?done={done}", 303, {"cache-control": "no-store"})

    async def _done(unit: Unit, member: Member, fields: Mapping[str, str]) -> str:
        async def note(act: Act, subject: MemberId) -> None:
            now = house.clock.now()
            await unit.audit.note(act, partner=member.partner, actor=member.id, subject=subject, now=now)

        role = fields.get("role", "")
        if fields.get("do") == "add" and role in set(Role):
            name, email, now = fields.get("name", ""), fields.get("email", ""), house.clock.now()
            try:
                added = await add_member(unit, member.partner, name, email, Role(role), house.chance, now=now)
                await note(Act.STAFF_ADDED, added.id)
            except FileError:
                return "refused"
            return "added"
        whom = await unit.members.get(MemberId(fields.get("member", "")))
        if whom is None or whom.partner != member.partner or whom.id == member.id:
            return "refused"
        if fields.get("do") == "role" and role in set(Role):
            await set_role(unit, whom, Role(role))
            await note(Act.STAFF_ROLE, whom.id)
            return "changed"
        if fields.get("do") == "remove":
            await remove_member(unit, whom, now=house.clock.now())
            await note(Act.STAFF_REMOVED, whom.id)
            return "removed"
        raise Refused(404, "gone")

    return [Route(HERE, everybody, methods=["GET"]), Route(HERE, change, methods=["POST"])]
