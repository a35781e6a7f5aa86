"""The status: ages, failures and next moments, for one partner or for all."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bots.slack.blocks import to_blocks
from config.locale import Catalogue
from core.model.campaigns import CampaignState
from core.model.consultations import DigestPlan, Moment, PartnerProfile, Step, StepKind
from core.model.contributions import ContributionState
from core.model.deliveries import Reason, State
from core.model.ids import ConsultationId, PartnerId
from core.model.messages import Media
from core.storage.consultations import Running
from core.storage.engine import Storage
from core.work.cards.digest_layout import KNOWN_KINDS
from core.work.status import PaidStatus, Status, next_moments, status, status_card
from core.work.wording import card_text
from tests.builders import NOW, START, alert, both, consultation, contribution, person, push, start
from tests.databases import sqlite_storage
from tests.stand_ins.slack.blocks import problems_in

WORDS = Catalogue()
TOWN, CITY = PartnerId("town"), PartnerId("city")
THEIRS = replace(consultation(), id="library", partner=PartnerProfile("city", both("Ville", "City")))


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


async def found(storage: Storage, partner: PartnerId | None = None, now: datetime = NOW) -> Status:
    async with storage.reading() as unit:
        return await status(unit, now=now, partner=partner)


def said(shown: Status, language: str = "fr") -> str:
    return card_text(status_card(shown, WORDS, language)).replace("\N{NO-BREAK SPACE}", " ")


async def trouble(storage: Storage) -> None:
    """A little of everything that can go wrong, with the partner `town`; `city` is well."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        await start(unit, THEIRS)
        updates = [
            {"account_id": "town-telegram", "update_id": str(n), "chat": "7", "raw": b"{}",
             "received_at": NOW - timedelta(minutes=5 * n)}
            for n in (1, 2, 3)
        ]  # fmt: skip
        await unit.inbox.append(updates)
        oldest = (await unit.inbox.pending(1))[0]
        await unit.inbox.failed(oldest.seq, quarantine=True)
        people = [await person(unit, f"p{n}") for n in range(7)]
        await push(unit, people[0], "reminder", sent_at=NOW - timedelta(hours=2), state=State.PLANNED)
        await push(unit, people[1], "reminder", sent_at=NOW + timedelta(hours=2), state=State.PLANNED)
        await push(
            unit,
            people[2],
            "reminder",
            sent_at=NOW - timedelta(hours=3),
            state=State.PLANNED,
            due_at=NOW + timedelta(seconds=30),
            detail="halted",
        )
        await push(unit, people[3], "reminder", state=State.UNCERTAIN, reason=Reason.MAY_HAVE_ARRIVED)
        await push(unit, people[4], "reminder", state=State.FAILED, reason=Reason.REJECTED)
        await push(unit, people[5], "reminder", state=State.SKIPPED, reason=Reason.ALREADY_FINISHED)
        await push(unit, people[6], "reminder")
        unread = NOW - timedelta(days=2)
        await contribution(unit, None, by=people[0], state=ContributionState.RECEIVED, received_at=unread)
        await contribution(unit, None, by=people[1], state=ContributionState.UNTAGGABLE)
        about = await contribution(unit, "au feu", by=people[2], redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, about)


async def test_ages_and_counts(storage: Storage) -> None:
    await trouble(storage)
    shown = await found(storage)
    assert (shown.unprocessed, shown.oldest_unprocessed_seconds) == (2, 15 * 60)
    assert (shown.unsent, shown.oldest_unsent_seconds) == (2, 3 * 3600), "a halted message counts from its planning"
    assert (shown.untagged, shown.oldest_untagged_seconds) == (1, 2 * 86_400)
    assert (shown.halts, shown.uncertain, shown.failed) == (1, 1, 1)
    assert (shown.quarantined, shown.untaggable, shown.alerts) == (1, 1, 1)


async def test_a_partner_sees_its_own_troubles_only(storage: Storage) -> None:
    await trouble(storage)
    assert await found(storage, CITY) == replace(
        await found(storage, CITY),
        unprocessed=0,
        unsent=0,
        untagged=0,
        halts=0,
        uncertain=0,
        failed=0,
        quarantined=0,
        untaggable=0,
        alerts=0,
    )
    town, everybody = await found(storage, TOWN), await found(storage)
    assert [each.id for each in town.consultations] == ["pool"]
    assert [each.id for each in everybody.consultations] == ["library", "pool"]
    assert replace(town, consultations=()) == replace(everybody, consultations=())


async def test_each_campaign_shows_its_steps_and_who_was_left_out(storage: Storage) -> None:
    await trouble(storage)
    (pool,) = (await found(storage, TOWN)).consultations
    assert (pool.state, pool.revision) == (CampaignState.RUNNING, 1)
    assert pool.steps == {"reminder": {"planned": 3, "uncertain": 1, "failed": 1, "skipped": 1, "sent": 1}}
    assert pool.left_out == {"may_have_arrived": 1, "rejected": 1, "already_finished": 1}


async def test_what_was_paid_for_and_whether_there_is_more(storage: Storage) -> None:
    asked = consultation()
    paying = replace(asked, steps=tuple(replace(each, paid=30 * (each.id == "reminder")) for each in asked.steps))
    async with storage.unit() as unit:
        await start(unit, paying)
        await unit.paid.take(ConsultationId("pool"), "reminder", 12, most=30)
    shown = await found(storage)
    assert shown.consultations[0].paid == {"reminder": PaidStatus(12, 2, 30, 3)}
    assert "Payé, rappel : 12 messages sur 30 (en étoiles : 2 sur 3)" in said(shown)
    async with storage.unit() as unit:
        await unit.paid.take(ConsultationId("pool"), "reminder", 99, most=30)
    assert "30 messages sur 30 (en étoiles : 3). Le plafond est atteint" in said(await found(storage))


async def test_the_status_is_json_and_names_nobody(storage: Storage) -> None:
    await trouble(storage)
    text = json.dumps(asdict(await found(storage)), default=str)
    assert "au feu" not in text
    assert "telegram-p0" not in text
    assert "p0" not in text


async def test_the_status_reads_like_this(storage: Storage) -> None:
    await trouble(storage)
    assert said(await found(storage, TOWN)).splitlines() == [
        "Comment va Porte-voix",
        "2 messages reçus attendent d'être traités, le plus ancien depuis 15 minutes",
        "2 messages attendent de partir, le plus ancien depuis 3 heures",
        "1 réponse attend d'être masquée et classée depuis 2 jours",
        "1 message signalé que personne n'a ouvert : /porte-voix digest",
        "1 message retenu à la demande de la plateforme : il partira tout seul",
        "1 message refusé par la plateforme",
        "1 envoi peut-être arrivé, peut-être pas",
        "1 message reçu mis de côté après plusieurs échecs : prévenez la personne qui s'occupe de Porte-voix",
        "1 réponse que le programme n'a pas pu masquer",
        "Piscine · en cours · révision 1",
        "  Envois : rappel 1 (et 3 à venir)",
        "  Pas envoyé : avaient déjà fini 1 · peut-être arrivés 1 · refusés par la plateforme 1",
        "  À venir : bilan lundi 7 décembre, 8 h 45 · dernier appel lundi 21 décembre, 18 h · fin des réponses lundi"
        " 28 décembre, 8 h · résultats dimanche 28 mars, 11 h · rappel au moment de chacun",
    ]


async def test_when_all_is_well_it_says_so(storage: Storage) -> None:
    assert "No consultation yet." in said(await found(storage), "en")
    async with storage.unit() as unit:
        await start(unit, consultation())
        await unit.inbox.append(
            [{"account_id": "town-telegram", "update_id": "1", "chat": "7", "raw": b"{}", "received_at": NOW}]
        )
    shown = await found(storage, now=NOW + timedelta(seconds=3))
    assert shown.unprocessed == 1
    assert "All is well" in said(shown, "en"), "what came three seconds ago is being worked on"


async def test_many_consultations_fit_in_one_message(storage: Storage) -> None:
    async with storage.unit() as unit:
        for n in range(40):
            await start(
                unit, consultation(id=f"pool-{n}", title=both("Un titre sans fin " * 30, "An endless title " * 30))
            )
    blocks = to_blocks(status_card(await found(storage), WORDS, "fr"))
    assert problems_in(blocks) == []
    assert "trop long pour Slack" not in json.dumps(blocks, ensure_ascii=False)


async def test_a_step_that_drove_people_away_is_no_longer_to_come(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for number in range(4):
            who = await person(unit, f"gone{number}", stopped_at=NOW)
            await push(unit, who, "reminder", sent_at=NOW - timedelta(hours=1))
    shown = await found(storage)
    (pool,) = shown.consultations
    assert (pool.stopped, [each.what for each in pool.next if each.kind == "reminder"]) == (("reminder",), [])
    assert "rappel · Étape arrêtée : trop de gens ont dit STOP." in said(shown)
    assert "reminder · Step stopped: too many people said STOP." in said(shown, "en")


# ── next moments ─────────────────────────────────────────────────────────────────────────────────────────────────────


RUNNING = Running(ConsultationId("pool"), TOWN, 1, CampaignState.RUNNING, START, START, consultation().closes_at)


def coming(now: datetime, **changes: object) -> list[tuple[str, bool]]:
    asked = consultation(**changes)
    return [(each.what, each.at is None) for each in next_moments(asked, RUNNING, now)]


def test_what_is_still_to_come_the_soonest_first() -> None:
    assert coming(START) == [
        ("digest", False),
        ("prompt", False),
        ("last-call", False),
        ("closing", False),
        ("results", False),
        ("reminder", True),
    ]


def test_what_has_passed_is_not_to_come() -> None:
    assert coming(RUNNING.closes_at) == [("digest", False), ("results", False)]
    assert coming(datetime.fromisoformat("2027-04-01T00:00:00+00:00")) == [("digest", False)]


def test_a_moment_that_falls_after_the_closing_never_comes() -> None:
    late = Step("late", StepKind.LAST_CALL, Moment(at=datetime.combine(date(2027, 1, 10), time(18))))
    before = Step("before", StepKind.PROMPT, Moment(at=datetime.combine(date(2026, 1, 10), time(18))))
    assert coming(START, steps=(late, before), digest=DigestPlan(weekdays=())) == [("closing", False)]


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", WORDS.languages)
@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("reason", [each.value for each in Reason]),
        ("state", [each.value for each in CampaignState]),
        ("moment", [*(each.value for each in StepKind), "digest", "closing"]),
        ("media", [each.value for each in Media]),
        ("kind", sorted(KNOWN_KINDS)),
        ("weekday", [str(day) for day in range(7)]),
    ],
)
def test_every_word_that_staff_may_meet_is_said(language: str, family: str, names: list[str]) -> None:
    for name in names:
        assert WORDS.say(f"staff.{family}.{name}", language, {"n": 2})
