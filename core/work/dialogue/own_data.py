"""What a person may see, take along and erase of their own: at once, and everywhere it went."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from core.model.consultations import Consultation, QuestionKind
from core.model.contributions import Contribution, effective
from core.model.deliveries import Spec, State
from core.model.dialogues import Dialogue
from core.model.ids import AddressId, CitizenId, ConsultationId, ContributionId
from core.model.people import Address, Citizen, Purpose
from core.rules.answers import answer_words
from core.rules.specs.bricks import NOTHING_SAID
from core.rules.specs.course import topic_name
from core.rules.specs.follow_up import standing_phrases
from core.rules.specs.invitations import invitation_spec
from core.rules.specs.own_data import (
    NOT_SENT,
    PURPOSES,
    SAID,
    STAGES,
    STANDS,
    STEPS,
    GivenAnswer,
    Holding,
    answers_specs,
    erased_spec,
    export_specs,
    yours_specs,
)
from core.rules.specs.service import LANGUAGE_NAMES
from core.storage.unit import Unit
from core.work.digests.digest import amend_after_erasure
from core.work.follow_up import published
from core.work.ports import Chance


async def answers(unit: Unit, citizen: CitizenId, dialogue: Dialogue, consultation: Consultation) -> Sequence[Spec]:
    """ "mes réponses": the answers of the dialogue they speak in, question by question."""
    given = await _given(unit, citizen, dialogue, consultation)
    asked = await invitations(unit, citizen)
    return answers_specs(consultation, given, dialogue.language, invitations=asked)


async def invitations(unit: Unit, citizen: CitizenId) -> Spec:
    """May we write when the next consultation opens? Nothing, to those who agreed to no notice of this partner."""
    consents = {purpose for _, purpose in (await unit.people.consents([citizen]))[citizen]}
    if Purpose.PARTICIPATION not in consents:
        return NOTHING_SAID
    return invitation_spec(allowed=Purpose.REMINDERS in consents)


async def _given(unit: Unit, citizen: CitizenId, dialogue: Dialogue, consultation: Consultation) -> list[GivenAnswer]:
    closed = (await unit.dialogues.answers([dialogue.id]))[dialogue.id]
    own = [each for each in await unit.contributions.of_citizen(citizen) if each.dialogue == dialogue.id]
    raw = await _raw_words(unit, citizen)
    answered = await published(unit, dialogue.consultation)
    given: list[GivenAnswer] = []
    for question in consultation.questions:
        asked = consultation.in_language(question.text, dialogue.language)
        if question.kind is QuestionKind.OPEN:
            for each in own:
                if each.question == question.id:
                    topics = tuple(
                        topic_name(consultation, tag.topic, dialogue.language) for tag in effective(each.tags)
                    )
                    stands = standing_phrases(answered.answer_to(each), consultation, dialogue.language)
                    given.append(GivenAnswer(question.id, asked, _words(each, raw), topics, stands))
        elif question.id in closed:
            said = answer_words(consultation, question, closed[question.id], dialogue.language)
            given.append(GivenAnswer(question.id, asked, said))
    return given


async def follow_ups(unit: Unit, citizen: CitizenId, dialogue: Dialogue, consultation: Consultation) -> Sequence[Spec]:
    """/suivi: each of their contributions, where it stands, and the next date."""
    given = await _given(unit, citizen, dialogue, consultation)
    return yours_specs(consultation, given)


async def _raw_words(unit: Unit, citizen: CitizenId) -> dict[ContributionId, list[str]]:
    words: dict[ContributionId, list[str]] = {}
    for contribution, text in await unit.contributions.raw_of(citizen):
        words.setdefault(contribution, []).append(text)
    return words


def _words(contribution: Contribution, raw: dict[ContributionId, list[str]]) -> str:
    """Their own words as they wrote them while we have them, else what was kept after masking."""
    return "\n".join(raw.get(contribution.id, ())) or contribution.text or ""


async def export(unit: Unit, citizen: Citizen) -> Sequence[Spec]:
    """/mesdonnees: everything that stands about this person, over all consultations of this partner."""
    known = LANGUAGE_NAMES.get(citizen.language, "")
    holdings = [Holding("language", "" if known else citizen.language, words=(known,) if known else ())]
    holdings += [
        Holding("address", f"{channel} {external_id}")
        for channel, external_id in await unit.people.addresses_of(citizen.id)
    ]
    for where, purpose, given, revoked in await unit.people.consent_log(citizen.id):
        asked, what = await _title(unit, ConsultationId(where), citizen.language), (PURPOSES[purpose],)
        holdings.append(Holding("consent", asked, given.date(), what))
        if revoked is not None:
            holdings.append(Holding("revoked", asked, revoked.date(), what))
    for placed in (await unit.dialogues.of([citizen.id]))[citizen.id]:
        holdings += await _dialogue_holdings(unit, citizen.id, placed.dialogue)
    return export_specs([*holdings, *_messages(await unit.deliveries.of_citizen(citizen.id))])


async def _title(unit: Unit, consultation: ConsultationId, language: str) -> str:
    known = await unit.consultations.current(consultation)
    return known.in_language(known.title, language) if known else consultation


def _messages(owed: Sequence[tuple[str, str | None, str, datetime]]) -> list[Holding]:
    """Replies in the conversation are many and stand there: they are counted, day by day. Any other one has a line."""
    replies = Counter(at.date() for _, step, _, at in owed if not step)
    found = [Holding("replies", str(n), on) for on, n in replies.items()]
    for _, step, state, at in owed:
        if step:
            stands = STANDS.get(State(state), NOT_SENT)
            words = (STEPS[step], stands) if step in STEPS else (stands,)
            found.append(Holding("message", "" if step in STEPS else step, at.date(), words))
    return found


async def _dialogue_holdings(unit: Unit, citizen: CitizenId, dialogue: Dialogue) -> list[Holding]:
    key = (dialogue.consultation, dialogue.revision)
    consultation = (await unit.consultations.revisions([key]))[key]
    title = consultation.in_language(consultation.title, dialogue.language)
    holdings = [Holding("state", title, dialogue.started_at.date(), (STAGES[dialogue.stage],))]
    if dialogue.source:
        sources = {each.token: each.label for each in await unit.sources.of(dialogue.consultation)}
        label = consultation.in_language(sources.get(dialogue.source, {}), dialogue.language)
        holdings.append(Holding("source", label or dialogue.source))
    for given in await _given(unit, citizen, dialogue, consultation):
        holdings.append(Holding("answer", f"{given.asked} {given.answer}"))
        holdings += [Holding("topic", topic) for topic in given.topics]
    rated = await unit.satisfactions.of_citizen(citizen, dialogue.consultation)
    whys = {each.why for each in rated}
    for said in rated:
        topic = topic_name(consultation, said.topic, dialogue.language) if said.topic else title
        holdings.append(Holding("satisfied", topic, said.at.date(), (SAID[said.value],)))
    raw = await _raw_words(unit, citizen)
    holdings += [
        Holding("why" if each.id in whys else "alert", _words(each, raw), each.received_at.date())
        for each in await unit.contributions.of_citizen(citizen)
        if each.dialogue == dialogue.id and consultation.question(each.question) is None
    ]
    holdings += [Holding("other", held.text, held.at.date()) for held in dialogue.held]
    return holdings


async def forget_contribution(
    unit: Unit, consultation: ConsultationId, contribution: ContributionId, chance: Chance, now: datetime
) -> None:
    """One contribution goes, and the staff messages that quote it lose the quote."""
    await unit.contributions.delete([contribution])
    await amend_after_erasure(unit, consultation, [contribution], chance, now)


async def erase(
    unit: Unit, citizen: CitizenId, address: Address, erasure_hash: Callable[[str], str], chance: Chance, now: datetime
) -> None:
    """Everything of this person goes, now; `address` only after the one message that says so has left."""
    await erase_citizen(unit, citizen, erasure_hash, chance, now, farewell=address.id)


async def erase_citizen(
    unit: Unit,
    citizen: CitizenId,
    erasure_hash: Callable[[str], str] | None,
    chance: Chance,
    now: datetime,
    *,
    farewell: AddressId | None,
) -> None:
    """What remains: a keyed hash of each address with the date (no `erasure_hash`: not even that), and counts without
    a link."""
    own = await unit.contributions.of_citizen(citizen)
    addresses = await unit.privacy.addresses_of(citizen)
    await unit.privacy.erase(citizen, farewell=farewell)
    for _, account, external_id in addresses:
        await unit.inbox.forget_chat(account, external_id)
        await unit.web.forget(account, external_id)
    if erasure_hash is not None:
        await unit.privacy.put_erasures([erasure_hash(f"{account}:{chat}") for _, account, chat in addresses], now)
    for consultation in {each.consultation for each in own}:
        ids = [each.id for each in own if each.consultation == consultation]
        await amend_after_erasure(unit, consultation, ids, chance, now)


def erased(language: str) -> list[Spec]:
    return [erased_spec(language)]
