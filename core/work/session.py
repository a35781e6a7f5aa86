"""What one batch of intake knows and owes: loaded at once, decided in order, written at once.

    load(chats) ─▶ people, dialogues, consultations in memory ─▶ turns ─▶ flush(): a few statements for the whole batch

Order is kept: what a turn changes is seen by the next turn of the same batch. A turn that needs to read what the
batch wrote calls `flush` first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.model.consultations import Consultation
from core.model.contributions import ContributionState
from core.model.copies import altered
from core.model.deliveries import Body, Delivery, Lane
from core.model.dialogues import Dialogue, Stage
from core.model.ids import (
    AccountId,
    AddressId,
    CitizenId,
    ConsultationId,
    ContributionId,
    DialogueId,
    PartnerId,
    delivery_id,
)
from core.model.people import Account, Address, Citizen, Purpose
from core.storage.consultations import Running
from core.storage.dialogues import Placed
from core.storage.unit import Unit
from core.work.ports import Chance

Library = dict[tuple[ConsultationId, int], Consultation]
"""Revisions read so far. A revision never changes, so the same library serves for as long as the program runs."""


@dataclass(slots=True)
class Person:
    """Someone who wrote: where, who, and every dialogue they have with this partner."""

    account: Account
    address: Address
    citizen: Citizen
    dialogues: dict[ConsultationId, Placed] = field(default_factory=dict)

    @property
    def active(self) -> Placed | None:
        return next((placed for placed in self.dialogues.values() if placed.active), None)


class Session:
    """Made by `load`; everything is written by `flush`, and nothing after the last flush."""

    def __init__(self, unit: Unit, chance: Chance, library: Library, *, now: datetime) -> None:
        self.unit = unit
        self.now = now
        self._chance = chance
        self._library = library
        self._people: dict[tuple[str, str], Person] = {}
        self._by_citizen: dict[CitizenId, Person] = {}
        self._spare: dict[tuple[str, str], Address] = {}
        self.running: dict[ConsultationId, Running] = {}
        self.sources: dict[PartnerId, dict[str, ConsultationId]] = {}
        self.slots: dict[tuple[DialogueId, str], ContributionId] = {}
        self.topics: dict[DialogueId, list[str]] = {}
        self._finished: dict[ConsultationId, int] = {}
        self._new_people: list[Person] = []
        self._seen: dict[CitizenId, Citizen] = {}
        self._added: dict[DialogueId, Placed] = {}
        self._changed: dict[DialogueId, Placed] = {}
        self._first_answers: dict[DialogueId, datetime] = {}
        self._answers: dict[tuple[DialogueId, str], str] = {}
        self._consents: dict[tuple[CitizenId, ConsultationId, Purpose, int], None] = {}
        self._contributions: list[dict[str, Any]] = []
        self._parts: list[dict[str, Any]] = []
        self._whole: dict[ContributionId, None] = {}
        self._owed: list[Delivery] = []
        self._erased: list[tuple[AccountId, str]] = []

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def load(self, account: Account, chats: Collection[str]) -> None:
        """Everything that the turns of these chats may need."""
        if account.partner not in self.sources:
            self.sources[account.partner] = await self.unit.people.sources(account.partner)
            for running in await self.unit.consultations.all(account.partner):
                self.running[running.id] = running
        known = await self.unit.people.known(account.id, chats)
        citizens = await self.unit.people.citizens([citizen for _, citizen, _ in known.values() if citizen])
        dialogues = await self.unit.dialogues.of(list(citizens))
        for chat, (address, citizen, _leaving) in known.items():
            if citizen is None:
                self._spare[account.id, chat] = address
                continue
            placed = {each.dialogue.consultation: each for each in dialogues[citizen]}
            self._know(Person(account, address, citizens[citizen], placed))
        await self._load_around([each for some in dialogues.values() for each in some])

    async def load_dialogues(self, placed: Collection[Placed], accounts: Mapping[AccountId, Account]) -> list[Person]:
        """The people behind dialogues whose timer is due, in the same order."""
        addresses = await self.unit.people.addresses({each.address for each in placed})
        citizens = await self.unit.people.citizens({each.dialogue.citizen for each in placed})
        people = []
        for each in placed:
            address = addresses[each.address]
            account = accounts[address.account]
            if account.partner not in self.sources:
                await self.load(account, ())
            person = self.person(account, address.external_id) or self._know(
                Person(account, address, citizens[each.dialogue.citizen])
            )
            person.dialogues[each.dialogue.consultation] = each
            people.append(person)
        await self._load_around(placed)
        return people

    async def _load_around(self, placed: Collection[Placed]) -> None:
        ids = [each.dialogue.id for each in placed]
        self.slots |= await self.unit.contributions.slots(ids)
        self.topics |= await self.unit.sorting.confident_topics(ids)
        await self._read({(each.dialogue.consultation, each.dialogue.revision) for each in placed})

    async def _read(self, wanted: Collection[tuple[ConsultationId, int]]) -> None:
        missing = [key for key in wanted if key not in self._library]
        if missing:
            self._library |= await self.unit.consultations.revisions(missing)

    def person(self, account: Account, chat: str) -> Person | None:
        return self._people.get((account.id, chat))

    async def consultation(self, consultation: ConsultationId, revision: int | None = None) -> Consultation:
        """The asked revision, or the current one."""
        key = (consultation, self.running[consultation].revision if revision is None else revision)
        await self._read([key])
        return self._library[key]

    async def finished_count(self, consultation: ConsultationId) -> int:
        if consultation not in self._finished:
            self._finished[consultation] = await self.unit.dialogues.finished_count(consultation)
        return self._finished[consultation]

    def open_in(self, partner: PartnerId) -> list[Running]:
        """The partner's consultations that take answers now."""
        return [each for each in self.running.values() if each.partner == partner and each.open_at(self.now)]

    def soon_in(self, partner: PartnerId) -> list[Running]:
        """Those that open later, the next one first."""
        own = [each for each in self.running.values() if each.partner == partner and each.soon_at(self.now)]
        return sorted(own, key=lambda each: each.opens_at)

    # ── what turns change ────────────────────────────────────────────────────────────────────────────────────────────

    def welcome(self, account: Account, chat: str, language: str, zone: str) -> Person:
        """A new citizen behind a chat that nobody was known behind."""
        spare = self._spare.get((account.id, chat))
        address = spare or Address(AddressId(self._chance.token()), account.id, chat)
        citizen = Citizen(CitizenId(self._chance.token()), account.partner, language, zone)
        person = self._know(Person(account, address, citizen))
        self._new_people.append(person)
        return person

    def seen(self, person: Person, **changes: Any) -> None:
        """The person wrote, and perhaps changed language or stopped."""
        person.citizen = altered(person.citizen, **changes)
        self._seen[person.citizen.id] = person.citizen

    def start_dialogue(self, person: Person, consultation: Consultation, source: str) -> Placed:
        """A fresh dialogue, active at once; the one before waits."""
        for other in list(person.dialogues.values()):
            if other.active:
                self.put(person, replace(other, active=False))
        language = person.citizen.language
        dialogue = Dialogue(
            id=DialogueId(self._chance.token()),
            citizen=person.citizen.id,
            consultation=ConsultationId(consultation.id),
            revision=consultation.revision,
            language=language if language in consultation.languages else consultation.languages[0],
            source=source,
            stage=Stage.OFFERED,
            started_at=self.now,
        )
        placed = Placed(dialogue, person.address.id, active=True)
        person.dialogues[dialogue.consultation] = placed
        self._added[dialogue.id] = placed
        return placed

    def activate(self, person: Person, placed: Placed) -> Placed:
        for other in list(person.dialogues.values()):
            if other.active and other.dialogue.id != placed.dialogue.id:
                self.put(person, replace(other, active=False))
        if not placed.active:
            placed = replace(placed, active=True)
            self.put(person, placed)
        return placed

    def put(self, person: Person, placed: Placed) -> None:
        person.dialogues[placed.dialogue.consultation] = placed
        where = self._added if placed.dialogue.id in self._added else self._changed
        where[placed.dialogue.id] = placed

    def answer(self, dialogue: Dialogue, question: str, value: str) -> None:
        self._answers[dialogue.id, question] = value
        self.first_answer(dialogue)

    def first_answer(self, dialogue: Dialogue) -> None:
        self._first_answers.setdefault(dialogue.id, self.now)

    def consent(self, dialogue: Dialogue, purpose: Purpose, notice_version: int) -> None:
        self._consents[dialogue.citizen, dialogue.consultation, purpose, notice_version] = None

    def add_part(
        self, person: Person, dialogue: Dialogue, question: str, text: str, message_id: int, *, forwarded: bool
    ) -> None:
        """One more message of the contribution to `question`, which begins with its first part."""
        contribution = self.slots.get((dialogue.id, question))
        if contribution is None:
            contribution = self.new_contribution(person, dialogue, question, redirect=None)
            self.slots[dialogue.id, question] = contribution
        self.put_part(contribution, text, message_id, forwarded=forwarded)
        self.first_answer(dialogue)

    def new_contribution(
        self, person: Person, dialogue: Dialogue, question: str, *, redirect: str | None
    ) -> ContributionId:
        contribution = ContributionId(self._chance.token())
        self._contributions.append(
            {
                "id": contribution,
                "consultation_id": dialogue.consultation,
                "question_id": question,
                "citizen_id": dialogue.citizen,
                "dialogue_id": dialogue.id,
                "channel": person.account.channel,
                "source": dialogue.source,
                "language": dialogue.language,
                "received_at": self.now,
                "state": ContributionState.OPEN.value,
                "redirect": redirect,
                "parts": 0,
            }
        )
        return contribution

    def put_part(self, contribution: ContributionId, text: str, message_id: int, *, forwarded: bool) -> None:
        self._parts.append(
            {
                "contribution_id": contribution,
                "message_id": message_id,
                "text": text,
                "forwarded": forwarded,
                "received_at": self.now,
            }
        )

    def whole(self, contribution: ContributionId) -> None:
        self._whole[contribution] = None

    def owe(
        self,
        person: Person,
        key: str,
        body: Body,
        *,
        dialogue: Dialogue | None,
        citizen: CitizenId | None,
        lane: Lane = Lane.REPLY,
    ) -> None:
        """One message owed to this person, now."""
        self._owed.append(
            Delivery(
                id=delivery_id(self.now, self._chance.token()),
                key=key,
                account=person.account.id,
                address=person.address.id,
                lane=lane,
                body=body,
                language=dialogue.language if dialogue else person.citizen.language,
                due_at=self.now,
                planned_at=self.now,
                citizen=citizen,
                consultation=dialogue.consultation if dialogue else None,
                revision=dialogue.revision if dialogue else None,
            )
        )

    def forget(self, person: Person) -> None:
        """The person is erased: nothing of them that waits in this batch may be written any more."""
        ids = {placed.dialogue.id for placed in person.dialogues.values()}
        self._seen.pop(person.citizen.id, None)
        self._changed = {key: placed for key, placed in self._changed.items() if key not in ids}
        self._people.pop((person.account.id, person.address.external_id), None)
        self._spare[person.account.id, person.address.external_id] = person.address
        self._erased.append((person.account.id, person.address.external_id))

    def erased(self) -> list[tuple[AccountId, str]]:
        """The chats whose person was erased since this was asked last."""
        erased, self._erased = self._erased, []
        return erased

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def flush(self) -> None:
        """Writes everything that waits, in the order that keys ask for."""
        unit, now = self.unit, self.now
        citizens = {person.citizen.id: person.citizen for person in self._new_people} | self._seen
        await unit.people.put_citizens(list(citizens.values()), now)
        await unit.people.add_addresses([(person.address, person.citizen.id) for person in self._new_people])
        await unit.dialogues.add(list(self._added.values()))
        await unit.dialogues.save(self._changed.values(), self._first_answers)
        for placed in self._changed.values():
            self._saved(placed)
        fresh = {key: at for key, at in self._first_answers.items() if key not in self._changed}
        if fresh:
            await unit.dialogues.first_answered(fresh)
        await unit.people.give_consents(list(self._consents), now)
        await unit.dialogues.put_answers([(*key, value) for key, value in self._answers.items()], now)
        await unit.contributions.add(self._contributions)
        await unit.contributions.add_parts(self._parts)
        await unit.contributions.whole(list(self._whole), now)
        await unit.deliveries.plan(self._owed)
        for waiting in (
            self._new_people, self._seen, self._added, self._changed, self._first_answers,
            self._consents, self._answers, self._contributions, self._parts, self._whole, self._owed,
        ):  # fmt: skip
            waiting.clear()

    def _saved(self, placed: Placed) -> None:
        """The row is now at the next version: a later turn of this batch must know."""
        dialogue = altered(placed.dialogue, version=placed.dialogue.version + 1)
        person = self._by_citizen.get(dialogue.citizen)
        if person and dialogue.consultation in person.dialogues:
            person.dialogues[dialogue.consultation] = altered(placed, dialogue=dialogue)

    def _know(self, person: Person) -> Person:
        self._people[person.account.id, person.address.external_id] = person
        self._by_citizen[person.citizen.id] = person
        return person
