"""Small builders of valid rows, for tests that begin in the middle of a consultation.

    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", answers={"often": "weekly"}, finished_at=NOW)
        await contribution(unit, "ouvrir plus tard le soir", by=anna, topics=("hours",))

Names become ids: the dialogue of `anna` in `pool` is "pool-anna", her address there "telegram-anna".
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from core.model.campaigns import CampaignState
from core.model.consultations import (
    Anchor,
    Consultation,
    Decision,
    DigestPlan,
    Moment,
    Option,
    PartnerProfile,
    Question,
    QuestionKind,
    Readers,
    ReplyPromise,
    Step,
    StepKind,
    Taxonomy,
    Topic,
)
from core.model.contributions import By, ContributionState
from core.model.deliveries import Delivery, Lane, Phrase, Spec, State
from core.model.dialogues import Dialogue, Stage
from core.model.ids import (
    AccountId,
    AddressId,
    AlertId,
    CitizenId,
    ConsultationId,
    ContributionId,
    DeliveryId,
    DialogueId,
    PartnerId,
    SourceId,
)
from core.model.people import Account, Address, Citizen, Purpose, Source
from core.storage.dialogues import Placed
from core.storage.engine import Storage
from core.storage.staff import AlertRow
from core.storage.unit import Unit
from core.work.events.agenda import Alike
from core.work.ports import Words
from core.work.staff.deeds import Deeds
from core.work.staff.desk import Desk
from core.work.staff.meeting_desk import each_alone

START = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""A Monday, 8:00 in Paris: when the consultation below opens."""

NOW = datetime(2026, 11, 30, 7, 45, tzinfo=UTC)
"""Two weeks later, 8:45 in Paris: the moment of its digest."""

_numbers = itertools.count(1)


@dataclass(slots=True)
class StillClock:
    """Stands still until it is moved; who sleeps moves it."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class CountedChance:
    """Tokens that a test can read: "chance-1", "chance-2" …"""

    given: int = 0

    def token(self) -> str:
        self.given += 1
        return f"chance-{self.given}"


@dataclass(slots=True)
class Woken:
    """A `wake` that counts."""

    times: int = 0

    def __call__(self) -> None:
        self.times += 1


def both(french: str, english: str) -> dict[str, str]:
    return {"fr": french, "en": english}


def consultation(**changes: Any) -> Consultation:
    """A town asks about its swimming pool: three questions, four topics, every kind of step."""
    sectors = tuple(Option(name.lower(), both(name, name)) for name in ("Centre", "Bellevue", "Gare"))
    whole = Consultation(
        id="pool",
        partner=PartnerProfile("town", both("Ville de Valbrune", "Town of Valbrune")),
        title=both("Piscine", "Swimming pool"),
        why=both("La piscine rouvre en 2027.", "The pool opens again in 2027."),
        decided=both("Les travaux sont décidés.", "The works are decided."),
        open=both("Les horaires, non : votre avis compte pour ça.", "The opening hours are not."),
        decision=Decision(both("Le conseil municipal", "The town council"), date(2027, 3, 12)),
        readers=Readers(both("Le service des sports", "The sports department")),
        reply=ReplyPromise(date(2027, 3, 30), both("Le service des sports", "The sports department")),
        languages=("fr", "en"),
        zone="Europe/Paris",
        opens_at=START,
        closes_at=START + timedelta(days=42),
        questions=(
            Question(
                "often",
                QuestionKind.SINGLE,
                both("Vous venez à la piscine…", "You come to the pool…"),
                options=(
                    Option("weekly", both("Chaque semaine", "Every week")),
                    Option("never", both("Jamais", "Never")),
                ),
            ),
            Question("more", QuestionKind.OPEN, both("Qu’est-ce qui vous ferait venir ?", "What would make you come?")),
            Question("area", QuestionKind.SECTOR, both("Votre quartier ?", "Your part of town?"), options=sectors),
        ),
        taxonomy=Taxonomy(
            (
                Topic("hours", both("Horaires", "Opening hours"), words=("horaire", "soir", "open", "evening")),
                Topic("prices", both("Tarifs", "Prices"), words=("tarif", "prix", "price")),
                Topic("access", both("Accès PMR", "Disabled access"), words=("fauteuil", "rampe", "wheelchair")),
                Topic("water", both("Eau", "Water"), words=("eau", "chlore", "water")),
            )
        ),
        steps=(
            Step("prompt", StepKind.PROMPT, Moment(after=timedelta(0), at_time=time(12))),
            Step("reminder", StepKind.REMINDER, Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL)),
            Step("last-call", StepKind.LAST_CALL, Moment(at=datetime.combine(date(2026, 12, 21), time(18)))),
            Step("results", StepKind.RESULTS, Moment(at=datetime.combine(date(2027, 3, 28), time(11)))),
        ),
        sources={
            "poster": both("affiche piscine", "pool poster"),
            "school": both("collège", "school"),
            "station": both("affiche gare", "station poster"),
        },
        digest=DigestPlan(slack_channel="#piscine"),
        shares={"centre": 0.52, "bellevue": 0.18, "gare": 0.30},
    )
    return replace(whole, **changes)


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen with one dialogue."""

    citizen: CitizenId
    dialogue: DialogueId
    address: AddressId
    account: AccountId
    consultation: ConsultationId
    source: str


def account(partner: str, channel: str) -> AccountId:
    return AccountId(f"{partner}-{channel}")


async def start(
    unit: Unit,
    asked: Consultation,
    *,
    at: datetime = START,
    channels: Sequence[str] = ("telegram", "slack"),
    state: CampaignState = CampaignState.RUNNING,
) -> None:
    """The partner with its accounts ("town-telegram", "town-slack"), the consultation, its sources, the campaign."""
    partner = PartnerId(asked.partner.id)
    await unit.people.put_partner(partner, asked.partner.name, at)
    for channel in channels:
        await unit.people.add_account(Account(account(partner, channel), partner, channel, f"{partner}-{channel}"), at)
    await unit.consultations.add(asked, at)
    own = ConsultationId(asked.id)
    sources = [
        (Source(SourceId(f"{asked.id}-{token}"), own, f"{asked.id}-{token}", token), label)
        for token, label in asked.sources.items()
    ]
    await unit.people.put_sources(partner, sources, at)
    await unit.consultations.set_state(own, CampaignState.RUNNING, at)
    if state is not CampaignState.RUNNING:
        await unit.consultations.set_state(own, state, at)


async def person(
    unit: Unit,
    name: str,
    *,
    in_: str = "pool",
    of: str = "town",
    channel: str = "telegram",
    source: str = "poster",
    arrived: datetime = START,
    agreed: bool = True,
    answers: Mapping[str, str] | None = None,
    answered_at: datetime | None = None,
    finished_at: datetime | None = None,
    stopped_at: datetime | None = None,
    consents: Sequence[Purpose] = (Purpose.PARTICIPATION,),
) -> Person:
    """A citizen who came. `answers`: to closed questions. `answered_at`: of the first answer, else on arrival."""
    who = Person(
        CitizenId(name),
        DialogueId(f"{in_}-{name}"),
        AddressId(f"{channel}-{name}"),
        account(of, channel),
        ConsultationId(in_),
        source,
    )
    stage = Stage.FINISHED if finished_at else Stage.ASKING if agreed else Stage.OFFERED
    await unit.people.put_citizens(
        [Citizen(who.citizen, PartnerId(of), "fr", "Europe/Paris", stopped_at=stopped_at)], arrived
    )
    await unit.people.add_addresses([(Address(who.address, who.account, f"chat-{name}"), who.citizen)])
    dialogue = Dialogue(
        id=who.dialogue,
        citizen=who.citizen,
        consultation=who.consultation,
        revision=1,
        language="fr",
        source=source,
        stage=stage,
        started_at=arrived,
        agreed_at=arrived if agreed else None,
        finished_at=finished_at,
        last_at=arrived,
    )
    await unit.dialogues.add([Placed(dialogue, who.address, active=True)])
    if answers:
        rows = [(who.dialogue, question, value) for question, value in answers.items()]
        await unit.dialogues.put_answers(rows, answered_at or arrived)
        await unit.dialogues.first_answered({who.dialogue: answered_at or arrived})
    if agreed:
        await unit.people.give_consents([(who.citizen, who.consultation, each, 1) for each in consents], arrived)
    return who


async def contribution(
    unit: Unit,
    text: str | None,
    *,
    by: Person | None = None,
    in_: str = "pool",
    question: str = "more",
    channel: str = "telegram",
    received_at: datetime = START,
    state: ContributionState = ContributionState.READ,
    topics: Sequence[str] = (),
    tagged_by: By = By.TAGGER,
    review: str = "new",
    flags: Sequence[str] = (),
    redirect: str | None = None,
    raw: str | None = None,
) -> ContributionId:
    """A contribution with the masked `text`, in one part that says `raw`. `by` None: it came on paper."""
    own = ContributionId(f"contribution-{next(_numbers):06}")
    await unit.contributions.add(
        [
            {
                "id": own,
                "consultation_id": by.consultation if by else in_,
                "question_id": question,
                "citizen_id": by.citizen if by else None,
                "dialogue_id": by.dialogue if by else None,
                "channel": channel if by else "paper",
                "source": by.source if by else "",
                "language": "fr",
                "received_at": received_at,
                "whole_at": received_at,
                "state": state.value,
                "redirect": redirect,
                "text": text,
                "parts": 1,
                "flags": list(flags),
                "review": review,
            }
        ]
    )
    part = {"message_id": next(_numbers), "text": raw or text, "forwarded": False, "received_at": received_at}
    await unit.contributions.add_parts([{"contribution_id": own, **part}])
    await unit.sorting.put_tags(own, [(topic, 0.9, True) for topic in topics], tagged_by, received_at)
    if by and redirect is None:
        await unit.dialogues.first_answered({by.dialogue: received_at})
    return own


async def push(
    unit: Unit, to: Person, step: str, *, sent_at: datetime = NOW, state: State = State.SENT, **changes: Any
) -> DeliveryId:
    """A prompt or a reminder of the campaign, sent to this person (or what became of it)."""
    number = next(_numbers)
    owed = Delivery(
        id=DeliveryId(f"delivery-{number}"),
        key=f"push:{to.consultation}:{step}:{to.citizen}",
        account=to.account,
        address=to.address,
        lane=Lane.PUSH,
        body=Spec((Phrase("text.own", {"text": "…"}),)),
        language="fr",
        due_at=sent_at,
        planned_at=sent_at,
        citizen=to.citizen,
        consultation=to.consultation,
        revision=1,
        step=step,
        state=state,
        external_id=str(number) if state is State.SENT else "",
        sent_at=sent_at if state is State.SENT else None,
    )
    await unit.deliveries.plan([replace(owed, **changes)])
    return owed.id


async def alert(
    unit: Unit, about: ContributionId, kind: str = "danger", *, of: str = "town", in_: str = "pool", at: datetime = NOW
) -> AlertId:
    own = AlertId(f"alert-{next(_numbers)}")
    row = AlertRow(own, PartnerId(of), ConsultationId(in_), about, kind, serious=True, created_at=at, opened_at=None)
    await unit.staff.add_alert(row)
    return own


def desk_of(storage: Storage, words: Words, alike: Alike = each_alone) -> Desk:
    """What staff are served by, on a clock that stands still."""
    clock = StillClock()
    deeds = Deeds(storage, clock, CountedChance(), words, lambda _: None)
    return Desk(storage, clock, words, deeds, alike=alike)
