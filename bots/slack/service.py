"""What staff ask for, done: the desk is asked, and the person alone sees the answer.

    button that opens ─▶ window "one moment" ─▶ desk ─▶ window, maybe a form ─▶ sent ─▶ desk ─▶ window
    anything else     ─▶ desk ─▶ answer only they see

What goes wrong is logged without anybody's words, and the person gets one sentence.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp

from bots.slack.actions import OPEN, opens_window
from bots.slack.blocks import Json, to_blocks, to_text, to_window
from bots.slack.campaigns import CAMPAIGN, StaffCampaigns
from bots.slack.client import SlackClient, answer_client
from bots.slack.decode import Command, Payload, Press, Verb, part_of
from bots.slack.desk import StaffDesk
from bots.slack.forms import Submission, to_form
from bots.slack.given import text_at
from bots.slack.groups import Groups
from bots.slack.home import HomeOpened, StaffHome, belongs, publish
from bots.slack.lookups import StaffLookups, hand_over, looked_up
from bots.slack.outcomes import NETWORK, SLACK, code_of
from bots.slack.text import cut, escape
from bots.slack.words import LANGUAGES, say, say_both
from core.model.errors import NotAllowed, NotFound
from core.model.forms import Form
from core.model.ids import AccountId
from core.model.messages import Card, Line, sentence
from core.model.staff import Actor, Role
from core.rules.plain_text import quoted
from core.work.ports import Clock

LanguageOf = Callable[[str], Awaitable[str]]

REMEMBERED = timedelta(hours=1)
"""What Slack tells of a person: their address, and whether they are a guest, may change while we run for months."""
LAST_ANSWERS_SECONDS = 5.0
LONGEST_NAME = 80
ACK_LANDS_SECONDS = 0.3
"""The ack of a form puts "one moment" into its window; an answer that overtook it would be wiped out by it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What Slack tells of a person. `email` "": the app may not see it. `guest`: of another house.
    `until`: then Slack is asked again."""

    language: str
    name: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    guest: bool = False
    until: datetime | None = None


class StaffService:
    """Serves the people of one workspace, `team`, for one account."""

    def __init__(
        self,
        client: SlackClient,
        session: aiohttp.ClientSession,
        team: str,
        account: AccountId,
        desk: StaffDesk,
        lookups: StaffLookups,
        home: StaffHome,
        campaigns: StaffCampaigns,
        groups: Groups,
        clock: Clock,
        language: str,
        language_of: LanguageOf | None,
    ) -> None:
        self._client = client
        self._session = session
        self._team = team
        self._account = account
        self._desk = desk
        self._lookups = lookups
        self._home = home
        self._campaigns = campaigns
        self._groups = groups
        self._clock = clock
        self._language = language
        self._language_of = language_of or self._slack_language
        self._people: dict[str, Known] = {}
        self._answers: set[asyncio.Task[None]] = set()

    def waiting(self, body: Payload) -> Json:
        """The window that says "one moment", for the ack of a form."""
        user = part_of(body, "user").get("id")
        known = self._people.get(user) if isinstance(user, str) else None
        moment = say("opening", known.language) if known else say_both("opening")
        language = known.language if known else self._language
        return to_window(say("title", language), say("close", language), sentence(moment))

    def start(self, asked: Command | Press | Submission | HomeOpened) -> None:
        """Begins the work for a command, a press or a form that Slack has been told we have."""
        task = asyncio.create_task(self._attempt(asked))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def finish(self) -> None:
        """Answers that are being written are finished, within a time limit."""
        if self._answers:
            _, late = await asyncio.wait(self._answers, timeout=LAST_ANSWERS_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _attempt(self, asked: Command | Press | Submission | HomeOpened) -> None:
        try:
            if asked.team != self._team:
                await self._tell(asked.response_url, sentence(say_both("stranger")))
                return
            match asked:
                case Command(verb=Verb.CAMPAIGN):
                    await self._open(asked)
                case Command():
                    await self._serve_command(asked)
                case HomeOpened():
                    await self._show_home(asked)
                case Submission():
                    await self._sent(asked)
                case Press() if asked.home or opens_window(asked):
                    await self._open(asked)
                case Press():
                    await self._press(asked)
        except Exception as error:  # the last one who can tell the person and the log
            _report(type(asked).__name__.lower(), error)
            await self._tell(asked.response_url, sentence(say_both(_key_for(error))))

    async def _serve_command(self, command: Command) -> None:
        language = await self._language_of(command.user)
        match command.verb:
            case Verb.DIGEST:
                card = await self._desk.digest(self._account, command.rest, await self._who(command.user), language)
            case Verb.STATUS:
                card = await self._desk.status(self._account, language)
            case Verb.HELP:
                card = await self._desk.help(language)
            case Verb.SEARCH | Verb.TOPIC | Verb.EXPORT | Verb.NOTE | Verb.REPORT | Verb.WAITING | Verb.MEETING:
                who = await self._who(command.user)
                card = await looked_up(self._client, self._lookups, self._account, command, who, language)
            case Verb.UNKNOWN:
                known = await self._desk.help(language)
                card = Card((Line(say("unknown", language)), *known.blocks))
        await self._tell(command.response_url, card)

    async def _show_home(self, opened: HomeOpened) -> None:
        if await belongs(self._client, opened.user, self._team):
            language = await self._language_of(opened.user)
            who = await self._who(opened.user)
            await publish(self._client, opened.user, await self._home.home(self._account, who, language))

    async def _press(self, press: Press) -> None:
        language = await self._language_of(press.user)
        who = await self._who(press.user)
        card: Card | Form | None
        found = await self._lookups.taken(self._account, press.action, who, language)
        if found is None or isinstance(found, Card):
            card = found or await self._desk.pressed(self._account, press.action, who, language)
        else:
            await hand_over(self._client, press.user, found)
            card = sentence(say("handed_over", language))
        if card is not None and press.view:
            await self._show(press.view, card, language)
        elif isinstance(card, Card):
            await self._tell(press.response_url, card, replace=press.private and found is None)

    async def _open(self, asked: Press | Command) -> None:
        """A window at once (the trigger lives 3 seconds), its content when the desk has it."""
        known = self._people.get(asked.user)
        moment = sentence(say("opening", known.language) if known else say_both("opening"))
        language = known.language if known else self._language
        view = asked.view if isinstance(asked, Press) else ""
        if not view:
            try:
                opened = await self._client.views_open(
                    trigger_id=asked.trigger, view=to_window(say("title", language), say("close", language), moment)
                )
            except SLACK as error:
                _report("window", error)
                await self._tell(asked.response_url, sentence(say_both("too_late")))
                return
            view = str(opened["view"]["id"])
        language = await self._language_of(asked.user)
        try:
            shown: Card | Form = await self._content(asked, language)
        except Exception as error:  # the window is open: that is where the person looks
            _report("window", error)
            shown = sentence(say(_key_for(error), language))
        await self._show(view, shown, language)

    async def _sent(self, sent: Submission) -> None:
        language = await self._language_of(sent.user)
        landed = asyncio.create_task(asyncio.sleep(ACK_LANDS_SECONDS))
        try:
            who = await self._who(sent.user)
            desk = self._campaigns if sent.action.startswith(CAMPAIGN) else self._desk
            texts = {name: await text_at(self._session, self._client, url) for name, url in sent.files.items()}
            shown = await desk.sent(self._account, sent.action, {**sent.fields, **texts}, who, language)
        except Exception as error:  # the window waits: that is where the person looks
            _report("form", error)
            shown = sentence(say(_key_for(error), language))
        await landed
        await self._show(sent.view, shown, language)

    async def _who(self, user: str) -> Actor:
        """Asked each time of the desk: a role counts from the moment it is given. A guest without one reads."""
        await self._slack_language(user)
        known = self._people.get(user, Known(self._language))
        actor = await self._desk.who(self._account, user, known.name, known.email)
        if known.guest and actor.id == user:
            actor = replace(actor, role=Role.READER)
        return await self._groups.placed(actor, user)

    async def _content(self, asked: Press | Command, language: str) -> Card | Form:
        who = await self._who(asked.user)
        if isinstance(asked, Command):
            return await self._campaigns.campaigns(self._account, who, language)
        press = asked
        if press.action.startswith(CAMPAIGN):
            led = await self._campaigns.pressed(self._account, press.action, who, language)
            if led is None or isinstance(led, Card | Form):
                return led or sentence(say("not_found", language))
            await hand_over(self._client, press.user, led)
            return sentence(say("handed_over", language))
        if press.action.startswith(OPEN):
            return await self._desk.open_alert(self._account, press.action.removeprefix(OPEN), who, language)
        found: Card | Form | None = await self._home.pressed(self._account, press.action, who, language)
        found = found or await self._desk.pressed(self._account, press.action, who, language)
        return found or sentence(say("not_found", language))

    # ── out: only to the person who asked, so nothing of it is owed ──────────────────────────────────────────────────

    async def _show(self, view: str, shown: Card | Form, language: str) -> None:
        close = say("close", language)
        window = to_form(shown, close) if isinstance(shown, Form) else to_window(say("title", language), close, shown)
        await self._client.views_update(view_id=view, view=window)

    async def _tell(self, response_url: str, card: Card, *, replace: bool = False) -> None:
        if not response_url:
            return
        body: Json = {
            "response_type": "ephemeral",
            "replace_original": replace,
            "text": escape(cut(to_text(card), 3000)) or "Porte-voix",
            "blocks": to_blocks(card),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            answer = await answer_client(self._session, response_url).send_dict(body)
        except NETWORK as error:
            _report("answer", error)
            return
        if answer.status_code != 200:
            _log.warning("slack: an answer was refused with status %d", answer.status_code)

    async def _slack_language(self, user: str) -> str:
        """The language they chose in Slack; what else Slack tells of them is kept with it, in memory."""
        known, now = self._people.get(user), self._clock.now()
        if known is not None and known.until is not None and now < known.until:
            return known.language
        try:
            answer = await self._client.users_info(user=user, include_locale=True)
        except (*SLACK, *NETWORK):
            return known.language if known is not None else self._language
        person = answer.get("user") or {}
        profile = person.get("profile") or {}
        locale = str(person.get("locale") or "")[:2].lower()
        self._people[user] = Known(
            locale if locale in LANGUAGES else self._language,
            quoted(str(profile.get("real_name") or person.get("real_name") or ""), longest=LONGEST_NAME),
            str(profile.get("email") or ""),
            bool(person.get("is_restricted") or person.get("is_ultra_restricted")),
            now + REMEMBERED,
        )
        return self._people[user].language


def _report(kind: str, error: Exception) -> None:
    """What went wrong and where, without anybody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    _log.error("slack: %s failed: %s at %s", kind, code_of(error) or type(error).__name__, where)


def _key_for(error: Exception) -> str:
    match error:
        case NotFound():
            return "not_found"
        case NotAllowed():
            return "not_allowed"
        case _ if code_of(error) == "missing_scope":
            return "missing_scope"
        case _:
            return "failed"
