"""Contributions in from elsewhere, and out for everybody: one row a contribution, with every field."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from core.model.consultations import Consultation, QuestionKind
from core.model.contributions import Contribution, ContributionState, effective
from core.model.errors import no_consultation
from core.model.follow_ups import FollowUp
from core.model.ids import ConsultationId, ContributionId
from core.model.satisfaction import Satisfied
from core.rules.specs.course import topic_name
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.follow_up import published
from core.work.ports import Chance

PAGE = 500


@dataclass(frozen=True, slots=True)
class TopicRow:
    """`by`: tagger, citizen or staff. `score` in [0, 1]."""

    name: str
    score: float
    by: str


@dataclass(frozen=True, slots=True)
class Row:
    """One contribution as it leaves. `text` is masked, "" while it is not. `parts`: in how many messages it came.
    `status`: what was answered to it, or, while nothing was, how far it was read. `answered_on`, `reason`: of that
    answer, "" while there is none. `satisfied`: whether it answers its author ("yes", "partly", "no"), "" while they
    have not said. `evidence`: by topic that the tagger gave, the words of the masked text that spoke for it.
    """

    id: str
    consultation: str
    question: str
    citizen: str
    channel: str
    source: str
    language: str
    received_at: str
    text: str
    parts: int
    topics: tuple[TopicRow, ...]
    status: str
    answered_on: str
    reason: str
    satisfied: str
    evidence: Mapping[str, tuple[str, ...]]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


async def export_rows(storage: Storage, consultation: ConsultationId) -> AsyncIterator[Row]:
    """Every contribution, in the order of the ids. What was urgent and not for this consultation stays out.

    Raises `NotFound` for a consultation that was never started.
    """
    async with storage.reading() as unit:
        known = await unit.consultations.current(consultation)
        if known is None:
            raise no_consultation(consultation)
        answered = await published(unit, consultation)
        after: ContributionId | None = None
        while page := await unit.contributions.page(consultation, after=after, limit=PAGE):
            authors = {each.citizen for each in page if each.citizen} if answered.newest_first else set()
            said = await unit.satisfactions.said_by(authors)
            for contribution in page:
                if contribution.state is not ContributionState.HIDDEN and not contribution.redirected:
                    answer = answered.answer_to(contribution)
                    rating = said.get((answer.id, contribution.citizen)) if answer and contribution.citizen else None
                    yield row_of(contribution, known, answer, rating)
            after = page[-1].id


def row_of(
    contribution: Contribution, consultation: Consultation, answer: FollowUp | None, rating: Satisfied | None = None
) -> Row:
    """As it leaves: topics by their names in the main language, with who said so."""
    given = [
        (topic_name(consultation, tag.topic, consultation.languages[0]), tag) for tag in effective(contribution.tags)
    ]
    topics = tuple(TopicRow(name, round(tag.score, 4), tag.by.value) for name, tag in given)
    return Row(
        id=contribution.id,
        consultation=contribution.consultation,
        question=contribution.question,
        citizen=contribution.citizen or "",
        channel=contribution.channel,
        source=contribution.source,
        language=contribution.language,
        received_at=contribution.received_at.isoformat(timespec="seconds"),
        text=contribution.text or "",
        parts=contribution.parts,
        topics=topics,
        status=answer.progress.value if answer else contribution.state.value,
        answered_on=answer.on.isoformat() if answer else "",
        reason=consultation.in_language(answer.text, "") if answer else "",
        satisfied=rating.value if rating else "",
        evidence={name: tag.words for name, tag in given if tag.words and contribution.text},
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """One answer gathered elsewhere. `key` makes importing the same file twice harmless."""

    key: str
    question: str
    text: str
    language: str
    channel: str
    source: str
    received_at: datetime


def gathered_key(given: str, *said: str) -> str:
    """The row's own id when it has one, else a hash of all that it says (`said`), wherever it stands in the file.

    Who imports two rows that say the same puts their order among those into `said`: two people may write the same.
    """
    return given or hashlib.sha256("\n".join(said).encode()).hexdigest()[:40]


def open_question(consultation: Consultation, asked: str) -> str | None:
    """The id of the open question that a row answers; "" means the only one. None: it is not clear which."""
    ids = open_questions(consultation)
    if asked in ids:
        return asked
    return ids[0] if not asked and len(ids) == 1 else None


def open_questions(consultation: Consultation) -> list[str]:
    return [question.id for question in consultation.questions if question.kind is QuestionKind.OPEN]


async def import_rows(
    unit: Unit, consultation: ConsultationId, rows: Sequence[Gathered], chance: Chance, *, now: datetime
) -> int:
    """Keeps each answer once; it is then masked and tagged like any other. Returns how many are new.

    A key that is the id of a contribution of this consultation (an export that comes back) brings nothing new.
    """
    asked = {row.key: row for row in reversed(rows)}  # the first of several with one key
    known = await unit.contributions.imported(consultation, list(asked))
    own = await unit.contributions.get([ContributionId(key) for key in asked])
    known |= {each.id for each in own if each.consultation == consultation}
    fresh = [(ContributionId(chance.token()), row) for row in rows if asked[row.key] is row and row.key not in known]
    await unit.contributions.add([_gathered(contribution, consultation, row, now) for contribution, row in fresh])
    await unit.contributions.add_parts(
        [
            {
                "contribution_id": contribution,
                "message_id": 1,
                "text": row.text,
                "forwarded": False,
                "received_at": row.received_at,
            }
            for contribution, row in fresh
        ]
    )
    await unit.contributions.whole([contribution for contribution, _ in fresh], now)
    return len(fresh)


def _gathered(
    contribution: ContributionId, consultation: ConsultationId, row: Gathered, now: datetime
) -> Mapping[str, object]:
    return {
        "id": contribution,
        "consultation_id": consultation,
        "question_id": row.question,
        "citizen_id": None,
        "dialogue_id": None,
        "channel": row.channel,
        "source": row.source,
        "language": row.language,
        "received_at": row.received_at,
        "whole_at": now,
        "state": ContributionState.RECEIVED.value,
        "parts": 1,
        "import_key": row.key,
    }
