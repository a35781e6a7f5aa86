"""An answer that staff write: what it costs to keep one, and the moment at which it is published."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.forms import Form
from core.model.ids import ConsultationId, ContributionId
from core.model.messages import Card
from core.model.staff import Actor, Role
from core.storage.follow_ups import FollowUps
from core.work.cards.answer_cards import moment_of
from core.work.wording import card_text
from tests.builders import account, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage

TOWN, CLAIRE = account("town", "slack"), Actor("U1", Role.ORGANISER)


async def test_people_are_counted_only_for_a_form_that_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    people = FollowUps.people

    async def counting(self: FollowUps, which: ConsultationId, topic: str, named: Sequence[ContributionId]) -> int:
        counted.append(topic)
        return await people(self, which, topic, named)

    monkeypatch.setattr(FollowUps, "people", counting)
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, consultation())
            await contribution(unit, "ouvrir plus tard", by=await person(unit, "anna"), topics=("hours",))
        desk = desk_of(storage, Catalogue())
        wrong = {"state": "not_kept", "when": "now"}
        shown = await desk.sent(TOWN, "answer:pool:hours:nonce", wrong, CLAIRE, "fr")
        assert isinstance(shown, Form)
        assert "1 personne" in card_text(Card(shown.blocks)).replace("\N{NO-BREAK SPACE}", " ")
        assert counted == ["hours"]
        right = {"state": "not_kept", "text_fr": "Trop cher.", "when": "now"}
        kept = await desk.sent(TOWN, "answer:pool:hours:nonce", right, CLAIRE, "fr")
        assert not isinstance(kept, Form)
        assert counted == ["hours"], "nobody reads how many when the answer is kept"


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2027-03-24T09:30", datetime(2027, 3, 24, 8, 30, tzinfo=UTC)),
        ("2027-07-24 9h", datetime(2027, 7, 24, 7, tzinfo=UTC)),
        ("2027-03-24T08:30:00+00:00", datetime(2027, 3, 24, 8, 30, tzinfo=UTC)),
        ("2027-03-24T09:30:00+01:00", datetime(2027, 3, 24, 8, 30, tzinfo=UTC)),
        ("2027-03-24", None),
        ("2027-02-30T08:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("demain", None),
        ("", None),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_the_place_or_with_its_offset(said: str, instant: datetime | None) -> None:
    assert moment_of(said, "Europe/Paris") == instant
