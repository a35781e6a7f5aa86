"""Staff: who may see the organisers' pages, and how they get in without a password.

    a link (once, for a short time) ──▶ a session (a cookie) ──▶ a member, asked for at each page

Only the SHA-256 of what a link or a cookie carries is stored; the secrets have 128 bits, so their hash needs no key.
A session is always new: what a browser brought before it signed in is never taken up.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.model.errors import FileError, NotAllowed, NotFound
from core.model.ids import MemberId, PartnerId
from core.model.people import MAILBOX
from core.model.staff import Member, Role
from core.rules.plain_text import plain, quoted, visible
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.ports import Chance, Clock

FROM_TERMINAL = timedelta(hours=1)
BY_EMAIL = timedelta(minutes=15)
"""How long a link opens the door: whoever has the terminal hands it on, an e-mail is read at once."""

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
"""A session ends when nobody looked at a page for so long, and after so long in any case."""

_NOTE_EVERY = timedelta(minutes=5)
LONGEST_NAME = 80
LONGEST_EMAIL = 64
"""As long as an address of any channel may be."""


# ── who is staff ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def add_member(
    unit: Unit, partner: PartnerId, name: str, email: str, role: Role, chance: Chance, *, now: datetime
) -> Member:
    """`FileError` for a name that says nothing or is taken, and for what is no e-mail address, or is another's."""
    clean, address = quoted(name, longest=LONGEST_NAME), email.strip().lower()
    if not visible(clean):
        raise FileError("a member of staff needs a name: `python main.py staff add NAME`", "error.member_name")
    if len(address) > LONGEST_EMAIL:
        raise FileError(
            f"this e-mail address is too long: {LONGEST_EMAIL} characters at most",
            "error.email_long",
            most=LONGEST_EMAIL,
        )
    if address and (not MAILBOX.fullmatch(address) or "." not in address.partition("@")[2]):
        raise FileError("this is no e-mail address: write it as name@town.example, or leave --email out", "error.email")
    known = await unit.members.of(partner)
    if plain(clean) in {plain(each.name) for each in known}:
        raise FileError(
            f"there is already a member of staff named {clean!r}: choose a name that tells them apart",
            "error.member_known",
            name=clean,
        )
    if address and await unit.members.by_email(partner, address):
        raise FileError(
            "another member of staff has this e-mail address: remove them first, or give another one",
            "error.email_known",
        )
    member = Member(MemberId(chance.token()), partner, clean, address, role)
    await unit.members.add(member, now)
    return member


async def set_role(unit: Unit, member: Member, role: Role) -> Member:
    await unit.members.set_role(member.id, role)
    return Member(member.id, member.partner, member.name, member.email, role)


async def remove_member(unit: Unit, member: Member, *, now: datetime) -> None:
    """Their sessions end at once, their links open nothing any more, their name and address are forgotten, and
    what they had in charge is free again."""
    await unit.members.remove(member.id, now)
    await unit.charges.drop_of(member.id)
    if member.email:
        await unit.people.forget_staff_address(member.partner, member.email)


async def named(unit: Unit, partner: PartnerId, name: str) -> Member:
    """By name or e-mail address; capitals and accents do not matter. `NotFound` with what to do."""
    wanted = plain(name)
    for member in await unit.members.of(partner):
        if wanted and wanted in (plain(member.name), plain(member.email)):
            return member
    raise NotFound(
        f"no member of staff is called {name!r}: `python main.py staff list` shows them, "
        "`python main.py staff add NAME` adds one",
        "error.member",
        name=name,
    )


async def partner_of_staff(unit: Unit, asked: str = "") -> PartnerId:
    """The partner that `asked` names; the only one there is for "". A partner exists once a campaign was started."""
    partners = sorted({each.partner for each in await unit.consultations.all()})
    if not partners:
        raise NotFound(
            "there is no partner yet, so nobody can be staff: start a campaign first, "
            "`python main.py campaign start FILE`",
            "error.no_partner",
        )
    if asked:
        if asked not in partners:
            raise NotFound(
                f"there is no partner {asked!r}: there are {', '.join(partners)}",
                "error.partner",
                name=asked,
                known=", ".join(partners),
            )
        return PartnerId(asked)
    if len(partners) > 1:
        raise NotAllowed(
            f"there are several partners here: say which one with --partner ({', '.join(partners)})",
            "error.which_partner",
            known=", ".join(partners),
        )
    return partners[0]


# ── the way in ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def make_link(
    unit: Unit, member: MemberId, chance: Chance, *, now: datetime, lasts: timedelta = FROM_TERMINAL
) -> str:
    """The secret of a new link for this member: good once, for as long as it `lasts`."""
    secret = chance.token()
    await unit.members.add_link(hashed(secret), member, now, now + lasts)
    return secret


@dataclass(frozen=True, slots=True)
class Sessions:
    storage: Storage
    clock: Clock
    chance: Chance

    async def invited(self, link: str, partner: PartnerId) -> Member | None:
        """Whom this link would let in. Looking does not use it up: programs look into e-mails before people do."""
        async with self.storage.reading() as unit:
            return await unit.members.link(hashed(link), partner, self.clock.now())

    async def sign_in(self, link: str, partner: PartnerId) -> tuple[str, Member] | None:
        """(the secret of a new session, whose it is), once for each link. None: it opens nothing here."""
        now = self.clock.now()
        async with self.storage.unit() as unit:
            member = await unit.members.link(hashed(link), partner, now)
            if member is None or not await unit.members.use_link(hashed(link), now):
                return None
            secret = self.chance.token()
            await unit.members.add_session(hashed(secret), member.id, now, now + LONGEST)
        return secret, member

    async def member_of(self, session: str, partner: PartnerId, *, awake: bool = True) -> Member | None:
        """Whose session this is, if it still counts here. `awake`: a person asks, not a page that renews itself."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            found = await unit.members.session(hashed(session))
        if found is None or found.member.partner != partner:
            return None
        if now >= found.expires_at or now >= found.last_seen_at + IDLE:
            return None
        if awake and now >= found.last_seen_at + _NOTE_EVERY:
            async with self.storage.unit() as unit:
                await unit.members.seen(hashed(session), now)
        return found.member

    async def whose(self, session: str) -> Member | None:
        """Whose session this is, of whichever partner: to write down that it was refused."""
        async with self.storage.reading() as unit:
            found = await unit.members.session(hashed(session))
        return found.member if found else None

    async def sign_out(self, session: str) -> None:
        async with self.storage.unit() as unit:
            await unit.members.end_session(hashed(session))


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
