"""From raw updates to saved turns: one transaction for a whole batch, in order, and no row blocks the others.

platform ─▶ DurableInbox.accept (committed) ─▶ acknowledged
                  │
            receive_pending: decode ─▶ turns ─▶ done     (fails alone three times ─▶ quarantined)
timers    ─▶ elapse_due:            turns

On a full disk nothing new is accepted, and so not acknowledged. Erasures and STOP still are, in the room that is kept
for them (core/storage/reserve.py): first into the inbox, then through it, with what their chat said before them.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.model.dialogues import Elapsed, Filed
from core.model.errors import DiskFull, StaleDialogue, StorageError
from core.model.ids import AccountId, DialogueId
from core.model.messages import Attached, Edited, Event, Inbound, Said
from core.model.people import Account
from core.rules.floods import WITHIN, Hurry, flood_spec, floods, one_more, told_key
from core.rules.taking_away import takes_away
from core.storage.dialogues import Placed
from core.storage.engine import Storage
from core.storage.inbox import Pending
from core.storage.unit import Unit
from core.work.dialogue.turns import Turns
from core.work.ports import Chance, Clock, Decoder, RawUpdate
from core.work.session import Library, Session
from core.work.together import Riders, Take, Together

log = logging.getLogger(__name__)

NOBODY: Riders[Sequence[RawUpdate], int] = Riders(())
MOST_TRIES = 3
MANY = 1000
MOST_WAITING, LOOK_AFTER = 20_000, 500
"""So many updates may wait, looked at after so many new ones: some minutes of work, so that no reply is hours late."""
PUT_OFF = timedelta(minutes=10)
"""When a silence could not be heard: long enough to spare the log, short enough for whoever waits."""


@dataclass(slots=True)
class DurableInbox:
    """Keeps updates before anybody acknowledges them: those that several bring at the same time in one commit. `wake`
    is called after each commit that brought something. `takes_away`: is kept even on a full disk."""

    storage: Storage
    wake: Callable[[], None]
    takes_away: Callable[[AccountId, bytes], Awaitable[bool]]
    most_waiting: int = MOST_WAITING
    _unlooked: int = LOOK_AFTER
    _kept: "Together[Sequence[RawUpdate], int]" = field(init=False)

    def __post_init__(self) -> None:
        self._kept = Together(self._append)

    async def accept(self, updates: Sequence[RawUpdate]) -> int:
        """Raises `StorageError`, and keeps nothing, while too much waits: whoever brings updates waits then,
        or answers 503, and the platform keeps them."""
        if not updates:
            return 0
        await self._refuse_too_many(len(updates))
        try:
            return await self._kept(updates)
        except DiskFull:
            urgent = [update for update in updates if await self.takes_away(update.account, update.raw)]
            if urgent:
                await self._append(lambda: [urgent], spare=True)
            if len(urgent) < len(updates):
                raise  # the others come again, and these are known then
            return len(urgent)

    def riders(self, besides: Riders[Sequence[RawUpdate], int]) -> Riders[Sequence[RawUpdate], int]:
        """What waits to be kept, for a unit of work that has begun already: `append` it there, and tell them when it is
        committed. `besides`: those who go along with it already."""
        return self._kept.riders(besides)

    async def append(self, unit: Unit, brought: Sequence[Sequence[RawUpdate]]) -> list[int]:
        """What each of them brought. Returns how many were new of each."""
        rows = [
            {
                "account_id": update.account,
                "update_id": update.update_id,
                "chat": update.chat,
                "raw": update.raw,
                "received_at": update.received_at,
            }
            for updates in brought
            for update in updates
        ]
        new = await unit.inbox.append(rows)
        return [len(new & {(update.account, update.update_id) for update in updates}) for updates in brought]

    async def _append(self, take: Take[Sequence[RawUpdate]], *, spare: bool = False) -> list[int]:
        """In one commit."""
        async with self.storage.unit(spare=spare) as unit:
            brought = take()
            found = await self.append(unit, brought)
        if brought:
            self.wake()
        return found

    async def _refuse_too_many(self, brought: int) -> None:
        """Looked at now and then, and each time while it is full: counting costs more than writing."""
        self._unlooked += brought
        if self._unlooked < LOOK_AFTER:
            return
        self._unlooked = 0  # whoever comes meanwhile need not look too
        async with self.storage.reading() as unit:
            full = await unit.inbox.more_than(self.most_waiting)
        if full:
            self._unlooked = LOOK_AFTER
            self.wake()
            raise StorageError(
                f"more than {self.most_waiting} updates wait to be worked on: the next ones stay with the platform"
                " until there is room; nothing that was received is lost"
            )


@dataclass(slots=True)
class Intake:
    """What intake needs, and the revisions it has read so far. `decoders`: by channel name. `heard` is told the chats
    whose updates were just worked on. `inbox`: what waits there to be kept goes along with what is worked on."""

    storage: Storage
    decoders: Mapping[str, Decoder]
    clock: Clock
    chance: Chance
    erasure_hash: Callable[[str], str]
    languages: Sequence[str]
    library: Library = field(default_factory=dict)
    heard: Callable[[Collection[str]], None] = lambda _chats: None
    inbox: DurableInbox | None = None
    _accounts: dict[AccountId, Account] = field(default_factory=dict)
    _hurries: dict[tuple[AccountId, str], Hurry] = field(default_factory=dict)
    _more: bool = False

    async def receive_pending(self, *, batch: int = 64) -> int:
        """Works on the oldest updates. Returns how many left the inbox: 0 = nothing waits (or all of it failed)."""
        if not self._more:  # a look before the pen is taken; after a batch there mostly is another one
            async with self.storage.reading() as unit:
                if not await unit.inbox.pending(1):
                    return 0
        self._more = False
        try:
            async with self.storage.unit() as unit:
                early = self._riders()
                kept_early = await self._keep(unit, early)
                pending = await unit.inbox.pending(batch)
                if pending:
                    await self._work(unit, pending)
                late = self._riders(besides=early)  # came meanwhile: worked on in the next batch
                kept_late = await self._keep(unit, late)
            early.got(kept_early)
            late.got(kept_late)
            self._more = bool(pending)
            self.heard({row.chat for row in pending})
            return len(pending)
        except DiskFull:
            urgent = await self._what_takes_away()
            if not urgent:
                raise
            return await self._one_by_one(urgent, spare=True)
        except StorageError:
            raise
        except Exception as error:
            log.warning("a batch of %s: its rows are worked on one by one", type(error).__name__)
        async with self.storage.reading() as unit:
            pending = await unit.inbox.pending(batch)
        return await self._one_by_one(pending)

    def _riders(self, *, besides: Riders[Sequence[RawUpdate], int] = NOBODY) -> Riders[Sequence[RawUpdate], int]:
        """What waits to be kept can go along with a batch: while that holds the only pen, nobody else keeps it."""
        return self.inbox.riders(besides) if self.inbox and self.storage.has_one_pen else NOBODY

    async def _keep(self, unit: Unit, riders: Riders[Sequence[RawUpdate], int]) -> Sequence[int]:
        return await self.inbox.append(unit, riders.asked) if self.inbox and riders.calls else []

    async def takes_away(self, account: AccountId, raw: bytes) -> bool:
        """Does this update ask for an erasure, or for silence?"""
        async with self.storage.reading() as unit:
            accounts = await self._known_accounts(unit, {account})
        try:
            inbound = self.decoders[accounts[account].channel](raw) if raw and account in accounts else None
        except ValueError:  # what nobody can read asks for nothing, and keeps no other out
            return False
        return inbound is not None and takes_away(inbound.event)

    async def _what_takes_away(self) -> list[Pending]:
        """The updates that do, each after what its chat said before it: of one chat nothing is heard out of order."""
        async with self.storage.reading() as unit:
            pending = await unit.inbox.pending(MANY)
        last = {(row.account, row.chat): row.seq for row in pending if await self.takes_away(row.account, row.raw)}
        return [row for row in pending if row.seq <= last.get((row.account, row.chat), 0)]

    async def _one_by_one(self, pending: Sequence[Pending], *, spare: bool = False) -> int:
        """Each row in a unit of its own. A row that fails is tried again later, then set apart; its chat waits."""
        done, waiting = 0, set[tuple[AccountId, str]]()
        for row in pending:
            if (row.account, row.chat) in waiting:
                continue
            try:
                async with self.storage.unit(spare=spare) as unit:
                    if await unit.inbox.take(row.seq):
                        await self._work(unit, [row])
                        done += 1
                self.heard({row.chat})
            except StorageError:
                raise
            except Exception as error:
                waiting.add((row.account, row.chat))
                if not isinstance(error, StaleDialogue):
                    await self._set_back(row, error)
        return done

    async def _set_back(self, row: Pending, error: Exception) -> None:
        quarantine = row.attempts + 1 >= MOST_TRIES
        if quarantine:
            log.error("update %d was set apart after %d tries: %s", row.seq, MOST_TRIES, type(error).__name__)
        async with self.storage.unit() as unit:
            await unit.inbox.failed(row.seq, quarantine=quarantine)

    async def _work(self, unit: Unit, pending: Sequence[Pending]) -> None:
        accounts = await self._known_accounts(unit, {row.account for row in pending})
        session = Session(unit, self.chance, self.library, now=self.clock.now())
        chats: dict[AccountId, set[str]] = defaultdict(set)
        decoded: list[tuple[Pending, Account, Inbound]] = []
        for row in pending:
            account = accounts[row.account]
            inbound = self.decoders[account.channel](row.raw) if row.raw else None
            if inbound is not None:
                decoded.append((row, account, _clean(inbound)))
                chats[account.id].add(inbound.chat)
        for account_id, some in chats.items():
            await session.load(accounts[account_id], some)
        turns = Turns(session, self.chance, self.erasure_hash, self.languages)
        for row, account, inbound in decoded:
            await turns.receive(account, inbound, str(row.seq))
            for erased, chat in session.erased():
                await unit.inbox.forget_chat(erased, chat, upto=row.seq)
        self._calm(session, decoded)
        await session.flush()
        await unit.inbox.done([row.seq for row in pending])

    def _calm(self, session: Session, received: Sequence[tuple[Pending, Account, Inbound]]) -> None:
        """Whoever sends very much at once hears that nothing is lost. Counted in memory: a restart forgives."""
        if len(self._hurries) > MOST_WAITING:
            now = self.clock.now()
            self._hurries = {key: each for key, each in self._hurries.items() if now - each.since < WITHIN}
        flooding: dict[tuple[AccountId, str], Account] = {}
        for row, account, inbound in received:
            key = (account.id, inbound.chat)
            self._hurries[key] = one_more(self._hurries.get(key), row.seq, row.received_at)
            if floods(self._hurries[key]):
                flooding[key] = account
        for (_, chat), account in flooding.items():
            person = session.person(account, chat)
            if person is not None and person.citizen.stopped_at is None:
                dialogue = person.active.dialogue if person.active else None
                key_once = told_key(person.citizen.id, session.now)
                session.owe(person, key_once, flood_spec(), dialogue=dialogue, citizen=person.citizen.id)

    async def elapse_due(self, *, batch: int = 64) -> int:
        """Closes the contributions whose silence is over. Returns how many."""
        now = self.clock.now()
        async with self.storage.reading() as unit:
            if not await unit.dialogues.elapsed_ids(now, 1):
                return 0
        try:
            async with self.storage.unit() as unit:
                placed = await unit.dialogues.elapsed(now, batch)
                await self._hear(unit, placed, Elapsed())
            return len(placed)
        except StorageError:
            raise
        except Exception as error:
            log.warning("a batch of silences: %s: each is heard alone", type(error).__name__)
        return await self._one_silence_each(now, batch)

    async def _one_silence_each(self, now: datetime, batch: int) -> int:
        """Each in a unit of its own. One that fails is put off, so that it keeps no other waiting."""
        async with self.storage.reading() as unit:
            over = await unit.dialogues.elapsed_ids(now, batch)
        heard = 0
        for dialogue in over:
            try:
                async with self.storage.unit() as unit:
                    await self._hear(unit, await unit.dialogues.elapsed(now, 1, only=dialogue), Elapsed())
                heard += 1
            except StorageError:
                raise
            except Exception as error:
                log.error("the silence of dialogue %s is put off: %s", dialogue, type(error).__name__)
                async with self.storage.unit() as unit:
                    await unit.dialogues.put_off(dialogue, now + PUT_OFF)
        return heard

    async def tell_filed(self, dialogues: Collection[DialogueId]) -> None:
        """Their contributions were just tagged: those who finished a moment ago may be told where."""
        async with self.storage.reading() as unit:
            found = await unit.dialogues.get(dialogues)
        finished = [key for key, each in found.items() if each.dialogue.finished_at and each.dialogue.filed is None]
        if not finished:
            return
        with suppress(StaleDialogue):  # the person was faster: they have moved on, and need no quiet line
            async with self.storage.unit() as unit:
                placed = await unit.dialogues.get(finished)
                await self._hear(unit, list(placed.values()), Filed())

    async def _hear(self, unit: Unit, placed: Sequence[Placed], event: Elapsed | Filed) -> None:
        session = Session(unit, self.chance, self.library, now=self.clock.now())
        people = await session.load_dialogues(placed, {each.id: each for each in await unit.people.accounts()})
        turns = Turns(session, self.chance, self.erasure_hash, self.languages)
        for person, each in zip(people, placed, strict=True):
            await turns.hear(person, each, event, f"t{each.dialogue.id}:{each.dialogue.version}")
        await session.flush()

    async def _known_accounts(self, unit: Unit, wanted: Collection[AccountId]) -> Mapping[AccountId, Account]:
        """Accounts are few and only ever added: read again when one shows up that is not known, or was announced."""
        if not self._accounts or not self._accounts.keys() >= set(wanted):
            self._accounts = {account.id: account for account in await unit.people.accounts()}
        return self._accounts

    def forget_accounts(self) -> None:
        """A campaign brought a new account: read them again."""
        self._accounts = {}


def _clean(inbound: Inbound) -> Inbound:
    """Text that every database and every library can hold: no NUL, no half of a surrogate pair."""
    event: Event = inbound.event
    match event:
        case Said() | Edited():
            event = replace(event, text=_sound(event.text))
        case Attached():
            event = replace(event, caption=_sound(event.caption))
        case _:
            return inbound
    return replace(inbound, event=event)


def _sound(text: str) -> str:
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
