"""From what everyone proposes alone to an agenda, and what was not dealt with to the next time.

    contributions ─▶ suggested (near duplicates together) ─▶ staff keep and merge ─▶ [proposals]
    next file: `kept_from` ─▶ with_kept ─▶ options of a vote ─▶ dots ─▶ agenda ─▶ treated │ kept for the next time

The program only suggests: a proposal is made when a person gives it words of its own, which others will read.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from core.model.consultations import Consultation, Option, Question, QuestionKind
from core.model.errors import NotAllowed, NotFound
from core.model.ids import ConsultationId, ContributionId, PartnerId
from core.model.meetings import Proposal, Same, Suggested
from core.rules.answers import by_option
from core.rules.plain_text import plain
from core.storage.engine import Storage
from core.storage.unit import Unit

MOST_READ = 5_000
"""Contributions that suggestions are made from: no workshop has more."""
LONGEST_LABEL = 60
"""Characters: it becomes a button of a vote."""
MOST_OPTIONS = 12
"""Options of a vote that a phone shows without scrolling for long."""

Alike = Callable[[Sequence[str]], Awaitable[Sequence[int]]]
"""For each text the place of the first one that says the same: what the text layer finds."""


async def suggested(storage: Storage, consultation: Consultation, alike: Alike) -> list[Suggested]:
    """What belongs to no proposal yet, near duplicates together, what most people propose first."""
    asked = [each.id for each in consultation.questions if each.kind is QuestionKind.OPEN]
    async with storage.reading() as unit:
        found = await unit.meetings.proposed(ConsultationId(consultation.id), asked, MOST_READ)
    groups: dict[int, list[tuple[ContributionId, str]]] = {}
    for one, first in zip(found, await alike([text for _, text in found]), strict=True):
        groups.setdefault(first, []).append(one)
    return sorted((_suggestion(group) for group in groups.values()), key=lambda each: -len(each.contributions))


def _suggestion(group: Sequence[tuple[ContributionId, str]]) -> Suggested:
    """Capitals, accents and signs apart, a text stands there once."""
    texts: dict[str, tuple[str, list[ContributionId]]] = {}
    for contribution, text in group:
        texts.setdefault(plain(text), (text, []))[1].append(contribution)
    same = (Same(text, tuple(ids)) for text, ids in texts.values())
    return Suggested(tuple(sorted(same, key=lambda each: -len(each.contributions))))


async def keep(
    unit: Unit,
    consultation: Consultation,
    label: Mapping[str, str],
    contributions: Collection[ContributionId],
    *,
    into: int | None = None,
    now: datetime,
) -> int:
    """Makes a proposal of these contributions, or merges them `into` one that is there. Returns its number."""
    own = ConsultationId(consultation.id)
    found = await unit.contributions.get(list(contributions))
    if len(found) != len(set(contributions)) or any(each.consultation != own or each.redirected for each in found):
        raise NotFound(
            f"not all of these are contributions of {own!r}: `meeting proposals {own}` lists them",
            "error.not_all",
            consultation=own,
        )
    if into is not None:
        if into not in {each.number for each in await unit.meetings.proposals(own)}:
            raise _no_proposal(into, own)
        number = into
    else:
        said = {language: " ".join(text.split()) for language, text in label.items() if text.strip()}
        if consultation.languages[0] not in said:
            raise NotAllowed(
                "a proposal needs words of its own: others will read them as a choice in a vote",
                "error.proposal_words",
            )
        if any(len(text) > LONGEST_LABEL for text in said.values()):
            raise NotAllowed(
                f"at most {LONGEST_LABEL} characters: it becomes a button", "error.proposal_long", most=LONGEST_LABEL
            )
        number = await unit.meetings.add_proposal(own, said, now)
    if await unit.meetings.merge(own, number, contributions) < len(set(contributions)):
        raise NotAllowed("some of these belong to another proposal already: merge the others", "error.proposal_taken")
    return number


def _no_proposal(number: int, consultation: ConsultationId) -> NotFound:
    return NotFound(
        f"there is no proposal {number} in {consultation!r}: `meeting agenda {consultation}` lists them",
        "error.proposal",
        number=number,
        consultation=consultation,
    )


async def treat(unit: Unit, consultation: ConsultationId, numbers: Collection[int], on: date | None) -> None:
    """These were dealt with `on` that day; None: they were not, after all."""
    for number in numbers:
        if not await unit.meetings.set_treated(consultation, number, on):
            raise _no_proposal(number, consultation)


async def agenda(unit: Unit, consultation: Consultation) -> list[Proposal]:
    """What is still to be dealt with first: what got the most dots, then what most people proposed."""
    own = ConsultationId(consultation.id)
    found = await unit.meetings.proposals(own)
    dots = await _dots(unit, consultation) if found else Counter[str]()
    lines = [replace(each, dots=dots[each.option]) for each in found]
    return sorted(lines, key=lambda each: (each.treated is not None, -each.dots, -each.people, each.number))


async def _dots(unit: Unit, consultation: Consultation) -> Counter[str]:
    """By option, the dots of every vote of this partner on the proposals of this consultation."""
    found = Counter[str]()
    for running in await unit.consultations.all():
        if running.partner != PartnerId(consultation.partner.id):
            continue
        asked = await unit.consultations.current(running.id)
        for question in asked.questions if asked else ():
            if question.kept_from == consultation.id:
                found += by_option(await unit.readouts.answer_counts(running.id, question.id))
    return found


async def with_kept(unit: Unit, consultation: Consultation) -> Consultation:
    """The consultation with what earlier ones kept for it: proposals not dealt with become options of its vote."""
    asked = [await _voted(unit, consultation, each) if each.kept_from else each for each in consultation.questions]
    return replace(consultation, questions=tuple(asked))


async def _voted(unit: Unit, consultation: Consultation, question: Question) -> Question:
    earlier = ConsultationId(question.kept_from)
    running = await unit.consultations.running(earlier)
    known = await unit.consultations.current(earlier) if running else None
    if running is None or known is None or running.partner != PartnerId(consultation.partner.id):
        raise NotFound(
            f"`kept_from: {earlier}` names no consultation of this partner: `status` lists them",
            "error.kept_from",
            name=earlier,
        )
    kept = [each for each in await agenda(unit, known) if each.treated is None]
    room = MOST_OPTIONS - len(question.options)
    options = (*question.options, *(_option(each, consultation) for each in kept[: max(0, room)]))
    if len(options) < 2:
        raise NotAllowed(
            f"there is too little to vote on: {len(options)} choices. `meeting proposals {earlier}` lists what was "
            f"proposed, `meeting keep {earlier} WORDS --contribution ID` makes a choice of it",
            "error.too_few_choices",
            n=len(options),
            consultation=earlier,
        )
    return replace(question, options=options, most=min(question.most, len(options)))


def _option(proposal: Proposal, consultation: Consultation) -> Option:
    usual = next(iter(proposal.label.values()))
    return Option(proposal.option, {each: proposal.label.get(each, usual) for each in consultation.languages})
