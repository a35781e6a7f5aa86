"""The use cases, put together over one storage: what the running program, the demo and the tests all drive.

Channels join as their accounts become known. `stages()` names what a ticker repeats; `settle()` repeats it until
nothing is left to do, for those who hold the clock themselves.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from core.model.consultations import Consultation
from core.model.contributions import Contribution
from core.model.ids import AccountId
from core.rules.pacing import Limits, Pace
from core.storage.engine import Storage
from core.storage.waits import waits
from core.work.digests.alike import NothingSeen, others_alike, said_like
from core.work.digests.digest import Digests, refresh_digests
from core.work.follow_up import Telling
from core.work.housekeeping import Housekeeping
from core.work.intake import DurableInbox, Intake
from core.work.outbox import Outbox
from core.work.planning import Planning
from core.work.ports import Chance, Channel, Clock, Decoder, Likener, School, Surveyor, Tagger, Words
from core.work.pushes.satisfaction import Asking
from core.work.reconciling import Reconciling
from core.work.session import Library
from core.work.staff.deeds import Deeds
from core.work.staff.desk import Desk
from core.work.staff.meeting_desk import each_alone
from core.work.staff.themes import Themes, WriteTopic, cannot_write
from core.work.tagging import Tagging
from core.work.teaching import NothingLearnt, Teaching

STAGES = ("receive", "elapse", "tag", "plan", "digest", "send", "reconcile", "tidy", "learn")


@dataclass(slots=True)
class House:
    """`decoders`: by channel name. `erasure_hash`: turns an address into what the erasure ledger keeps of it. `school`:
    where what is learnt of topics is kept. `surveyor`: looks at many texts at once. `write_topic`: into a file.
    """

    storage: Storage
    clock: Clock
    chance: Chance
    words: Words
    tagger: Tagger
    decoders: Mapping[str, Decoder]
    erasure_hash: Callable[[str], str]
    school: School = field(default_factory=NothingLearnt)
    surveyor: Surveyor = field(default_factory=NothingSeen)
    write_topic: WriteTopic = cannot_write
    wakes: dict[str, asyncio.Event] = field(default_factory=lambda: {name: asyncio.Event() for name in STAGES})
    channels: dict[AccountId, Channel] = field(default_factory=dict)
    paces: dict[AccountId, Pace] = field(default_factory=dict)
    library: Library = field(default_factory=dict)
    stopping: bool = False
    intake: Intake = field(init=False)
    inbox: DurableInbox = field(init=False)
    tagging: Tagging = field(init=False)
    planning: Planning = field(init=False)
    telling: Telling = field(init=False)
    asking: Asking = field(init=False)
    digests: Digests = field(init=False)
    outbox: Outbox = field(init=False)
    reconciling: Reconciling = field(init=False)
    housekeeping: Housekeeping = field(init=False)
    desk: Desk = field(init=False)
    teaching: Teaching = field(init=False)
    themes: Themes = field(init=False)

    def __post_init__(self) -> None:
        storage, clock, chance, library = self.storage, self.clock, self.chance, self.library
        self.intake = Intake(storage, self.decoders, clock, chance, self.erasure_hash, self.words.languages, library)
        self.inbox = DurableInbox(storage, self.wakes["receive"].set, self.intake.takes_away)
        self.intake.inbox = self.inbox
        self.tagging = Tagging(
            storage, self.tagger, clock, chance, library, self.intake.tell_filed, self.wakes["send"].set, self.school
        )
        self.planning = Planning(storage, clock, chance, library)
        self.telling = Telling(storage, clock, chance, self.wakes["send"].set, refresh_digests)
        self.asking = Asking(storage, clock, chance, self.wakes["send"].set)
        self.teaching = Teaching(storage, clock, self.school)
        self.themes = Themes(storage, clock, chance, self.surveyor, self.write_topic, self.teaching)
        send, sorting = self.wakes["send"].set, self.teaching.sorting
        self.digests = Digests(storage, clock, chance, library, send, sorting, self.alike)
        self.outbox = Outbox(
            storage,
            self.channels,
            self.paces,
            clock,
            self.words,
            library,
            chance,
            self.wakes["send"],
            stopping=lambda: self.stopping,
        )
        self.reconciling = Reconciling(storage, self.channels, clock)
        self.housekeeping = Housekeeping(storage, clock, chance, self.erasure_hash)
        deeds = Deeds(storage, clock, chance, self.words, lambda stage: self.wakes[stage].set(), self.like)
        same = self.tagger.alike if isinstance(self.tagger, Likener) else each_alone
        self.desk = Desk(storage, clock, self.words, deeds, self.teaching.sorting, same)

    async def alike(self, consultation: Consultation, ids: Collection[str]) -> Mapping[str, int]:
        """By contribution, how many other people said nearly the same."""
        return await others_alike(self.storage, self.surveyor, consultation, ids)

    async def like(self, consultation: Consultation, contribution: str) -> Sequence[Contribution]:
        """What says nearly the same as this."""
        return await said_like(self.storage, self.surveyor, consultation, contribution)

    def join(self, account: AccountId, channel: Channel, limits: Limits) -> None:
        """From now on the outbox sends through `channel` for this account, and intake knows the account."""
        self.channels[account] = channel
        self.paces.setdefault(account, Pace(limits))
        self.intake.forget_accounts()

    def stages(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """By name, one round of each kind of work. A round that did something wakes who comes after it."""
        return {
            "receive": self._receive,
            "elapse": self._elapse,
            "tag": self.tagging.tag_pending,
            "plan": self._plan,
            "digest": self._digest,
            "send": self.outbox.send_due,
            "reconcile": self._reconcile,
            "tidy": self.housekeeping.tidy,
            "learn": self.teaching.learn_due,
        }

    async def _receive(self) -> int:
        done = await self.intake.receive_pending()
        if done:
            self.wakes["send"].set()
            self.wakes["tag"].set()
            self.wakes["receive"].set()  # there may be more
        return done

    async def _elapse(self) -> int:
        done = await self.intake.elapse_due()
        if done:
            self.wakes["send"].set()
            self.wakes["tag"].set()
        return done

    async def _plan(self) -> int:
        planned = sum((await self.planning.plan_due()).values()) + await self.telling.tell_due()
        planned += await self.asking.ask_due()
        if planned:
            self.wakes["send"].set()
        return planned

    async def _digest(self) -> int:
        await self.digests.fold()
        return await self.digests.make_due() + await self.digests.remind_due()

    async def _reconcile(self) -> int:
        known = await self.reconciling.look_for_uncertain()
        if known:
            self.wakes["send"].set()
        return known

    async def settle(self) -> None:
        """Repeats what is due at this very moment until nothing is."""
        while True:
            async with self.storage.reading() as unit:
                waiting = await waits(unit.connection, self.clock.now())
            done = 0
            if waiting.updates:
                done += await self._receive()
            if waiting.silences:
                done += await self._elapse()
            if waiting.untagged:
                done += await self.tagging.tag_pending()
            if waiting.due or done:
                done += sum((await self.outbox.send_due()).values())
            if not done:
                return
