"""Whom a step is for, asked of the database: the one definition that counts, shows beforehand and plans.

    Segment ─▶ segment(…): a condition over a person ─▶ inside: looked at one by one, as every step's people
                                                     └▶ outside: a place that says so, many at a time

Sources: how they came to this consultation, or to any when they have not come to it yet. Topics: the tags that count,
staff's word before the citizen's, the citizen's before the tagger's. Everything is of one partner: so are citizens.
"""

from collections.abc import Collection

import sqlalchemy as sa

from core.model.audience import EVERYBODY, Segment, Who
from core.model.contributions import By
from core.model.ids import ConsultationId
from core.storage.schema import answers, audience, citizens, contributions, deliveries, dialogues, tags

Person = sa.ColumnElement[str]
"""The column that says whose row it is."""


def inside(person: Person, consultation: ConsultationId, step: str, segment: Segment) -> sa.ColumnElement[bool]:
    """The step is for this person, or was when it was written down whom it is for."""
    if segment.who == EVERYBODY:
        return sa.true()
    placed = sa.exists().where(
        audience.c.consultation_id == consultation, audience.c.step == step, audience.c.citizen_id == person
    )
    return sa.or_(placed, fits(person, consultation, segment.who, segment.sectors))


def unplanned(person: Person, consultation: ConsultationId, step: str) -> sa.ColumnElement[bool]:
    """Nothing has been planned for this person in the step."""
    return ~sa.exists().where(
        deliveries.c.citizen_id == person,
        deliveries.c.consultation_id == consultation,
        deliveries.c.step == step,
    )


def fits(person: Person, consultation: ConsultationId, who: Who, sectors: Collection[str]) -> sa.ColumnElement[bool]:
    """Every part that is stated holds. `sectors`: the questions whose answers are sectors."""

    def part(each: Who) -> sa.ColumnElement[bool]:
        return fits(person, consultation, each, sectors)

    stated: list[sa.ColumnElement[bool]] = [part(each) for each in who.all]
    stated += [~part(each) for each in who.none]
    if who.any:
        stated.append(sa.or_(*map(part, who.any)))
    if who.sources:
        stated.append(_came_by(person, consultation, who.sources))
    if who.languages:
        spoken = citizens.alias()
        stated.append(sa.exists().where(spoken.c.id == person, spoken.c.language.in_(who.languages)))
    if who.sectors:
        stated.append(_answered(person, who.sectors, sectors))
    stated += [_answered(person, wanted, [question]) for question, wanted in who.answers]
    if who.topics:
        stated.append(_spoke_of(person, who.topics))
    for wanted, here in ((who.finished, True), (who.took_part_before, False)):
        if wanted is not None:
            done = _finished(person, consultation, here=here)
            stated.append(done if wanted else ~done)
    return sa.and_(sa.true(), *stated)


def _came_by(person: Person, consultation: ConsultationId, sources: Collection[str]) -> sa.ColumnElement[bool]:
    here, ever = dialogues.alias(), dialogues.alias()
    met = sa.exists().where(here.c.citizen_id == person, here.c.consultation_id == consultation)
    return sa.or_(
        met.where(here.c.source.in_(sources)),
        sa.and_(~met, sa.exists().where(ever.c.citizen_id == person, ever.c.source.in_(sources))),
    )


def _finished(person: Person, consultation: ConsultationId, *, here: bool) -> sa.ColumnElement[bool]:
    """This consultation, or another one."""
    known = dialogues.alias()
    which = known.c.consultation_id == consultation
    return sa.exists().where(known.c.citizen_id == person, known.c.finished_at.is_not(None), which if here else ~which)


def _answered(person: Person, wanted: Collection[str], questions: Collection[str]) -> sa.ColumnElement[bool]:
    """One of these answers to one of these questions, here or in an earlier consultation that asked the same."""
    known, said = dialogues.alias(), answers.alias()
    return sa.exists().where(
        known.c.citizen_id == person,
        said.c.dialogue_id == known.c.id,
        said.c.question_id.in_(list(questions)),
        said.c.value.in_(wanted),
    )


def _spoke_of(person: Person, topics: Collection[str]) -> sa.ColumnElement[bool]:
    said, named, other = contributions.alias(), tags.alias(), tags.alias()
    stronger = sa.exists().where(other.c.contribution_id == said.c.id, _weight(other) > _weight(named))
    return sa.exists().where(
        said.c.citizen_id == person,
        said.c.redirect.is_(None),
        named.c.contribution_id == said.c.id,
        named.c.topic.in_(topics),
        ~stronger,
    )


def _weight(some: sa.FromClause) -> sa.ColumnElement[int]:
    return sa.case((some.c.by == By.STAFF.value, 3), (some.c.by == By.CITIZEN.value, 2), else_=1)
