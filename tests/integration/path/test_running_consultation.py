"""Editing, pausing and closing while people answer: nobody's questions change under their fingers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, Question, QuestionKind
from core.model.errors import FileError, NotAllowed
from tests.integration.path.looking import exported, pushes, tables
from tests.integration.path.town import Town, piscine


def edited(consultation: Consultation) -> Consultation:
    """Another wording for the open question, one question more, other words for the reminder."""
    often, come, sector = consultation.questions
    come = replace(come, text={"fr": "Que changer à la piscine ?", "en": "What should change at the pool?"})
    people = {"fr": "Combien êtes-vous ?", "en": "How many are you?"}
    more = Question("people", QuestionKind.NUMBER, people, low=1, high=20)
    steps = tuple(
        replace(step, text={"fr": "On vous attend encore.", "en": "We are still waiting for you."})
        if step.id == "reminder"
        else step
        for step in consultation.steps
    )
    return replace(consultation, questions=(often, come, sector, more), steps=steps)


async def test_running_dialogues_keep_their_questions_new_ones_get_the_new(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    started = await town.starts(edited(piscine()))
    assert (started.revision, started.revised) == (2, True)
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3 Qu'est-ce qui vous ferait venir plus souvent ?")
    bob = town.citizen("Bob")
    await bob.agrees()
    (second,) = await bob.presses("Jamais")
    assert second.startswith("2/4 Que changer à la piscine ?")
    await anna.says("ouvrir le soir")
    await bob.says("ouvrir le matin")
    await town.silence()
    await anna.presses("Centre")
    await bob.presses("Gare")
    assert anna.transcript.endswith("[Oui] [Non merci]")
    assert "4/4 Combien êtes-vous ?" in bob.transcript
    assert {row["text"] for row in await exported(town)} == {"ouvrir le soir", "ouvrir le matin"}


async def test_a_press_on_a_message_of_before_the_edit_still_counts(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.starts(edited(piscine()))
    await town.later(days=1)
    (second,) = await anna.presses("Chaque semaine")
    assert second.startswith("2/3")


async def test_a_push_that_was_planned_takes_the_new_words(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.wall("2026-11-17 17:55")
    assert await pushes(town, "reminder") == [("reminder", "planned", None)]
    await town.starts(edited(piscine()))
    await town.wall("2026-11-17 18:00")
    (reminder,) = anna.hears()
    assert reminder.startswith("Ville de Valbrune : On vous attend encore.")
    (first,) = await anna.presses("Continuer")
    assert "1/3" in first, "her questions are still those of before"


async def test_a_push_that_left_does_not_leave_again(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.wall("2026-11-17 18:00")
    assert len(anna.hears()) == 1
    await town.starts(edited(piscine()))
    await town.later(days=3)
    assert not anna.hears()


async def test_starting_the_same_file_again_changes_nothing(town: Town) -> None:
    started = await town.starts(piscine())
    assert (started.revision, started.revised, started.was) == (1, False, CampaignState.RUNNING)
    assert len((await tables(town))["revisions"]) == 1


async def test_whoever_comes_after_a_new_notice_agrees_to_that_one(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    consultation = piscine()
    await town.starts(replace(consultation, notice=replace(consultation.notice, version=2)))
    bob = town.citizen("Bob")
    await bob.agrees()
    found = await tables(town)
    versions = {row["notice_version"] for row in found["consents"]}
    assert versions == {1, 2}
    await town.later(seconds=30)
    stale = anna.person.inbox[2].buttons[0][0]["callback_data"]
    (kind,) = await bob.does("forge", stale, message_id=bob.person.last.message_id)
    assert "1/3" in kind


# ── closing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_late_answers_get_a_kind_reply_with_what_comes_next(town: Town) -> None:
    anna, bob = town.citizen("Anna"), town.citizen("Bob")
    await anna.agrees()
    await anna.presses("Parfois")
    await bob.agrees()
    await town.wall("2027-02-01 10:00")
    (late,) = await anna.says("ouvrir le dimanche")
    assert late == (
        "La consultation est fermée depuis le 31 janvier. Ce message n'est pas gardé. "
        "Le service des sports répond avant le 30 mars."
    )
    (pressed,) = await bob.presses("Jamais")
    assert pressed.startswith("La consultation est fermée depuis le 31 janvier.")
    new = await town.citizen("Chloé").starts("affiche-piscine")
    assert len(new) == 1
    assert "fermée" in new[0] or "ouverte" in new[0], "kindly told, and asked nothing"
    assert await exported(town) == []


async def test_what_is_being_written_at_the_closing_hour_is_kept(town: Town) -> None:
    anna = town.citizen("Anna")
    await town.wall("2027-01-31 12:00")
    await anna.agrees()
    await anna.presses("Parfois")
    closes = piscine().closes_at.astimezone(UTC)
    town.clock.forward(closes - town.clock.now() - timedelta(seconds=3))
    await anna.says("ouvrir plus tôt le matin")
    await town.silence()
    (said,) = anna.hears()
    assert said.startswith("C'est noté. La consultation est fermée")
    (row,) = await exported(town)
    assert row["text"] == "ouvrir plus tôt le matin"


async def test_rights_work_after_the_closing(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.finishes("ouvrir plus tard", results="Oui")
    await town.wall("2027-02-15 10:00")
    assert "ouvrir plus tard" in "\n".join(await anna.says("mes réponses"))
    await anna.says("effacer")
    await anna.presses("Oui, tout effacer")
    await town.wall("2027-03-28 11:00")
    assert not anna.hears()


async def test_a_stopped_campaign_does_not_start_again(town: Town) -> None:
    await town.moves("piscine", CampaignState.STOPPED)
    with pytest.raises(NotAllowed, match="stopped"):
        await town.starts(piscine())
    with pytest.raises(NotAllowed, match="stopped"):
        await town.moves("piscine", CampaignState.RUNNING)


async def test_a_closing_date_can_be_put_off(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await town.starts(replace(piscine(), closes_at=datetime(2027, 2, 20, 23, 0, tzinfo=UTC)))
    await town.wall("2027-02-10 10:00")
    (second,) = await anna.presses("Parfois")
    assert second.startswith("2/3")


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_another_partner_cannot_take_the_bot_nor_the_name(town: Town) -> None:
    consultation = piscine()
    other = replace(consultation.partner, id="rochevaine")
    with pytest.raises(FileError, match="another partner"):
        await town.starts(replace(consultation, partner=other))
    with pytest.raises(FileError, match="already belongs to another partner"):
        await town.starts(replace(consultation, id="autre", partner=other, sources={}))
    found = await tables(town)
    assert [row["id"] for row in found["consultations"]] == ["piscine"], "nothing is left half done"
    assert [row["id"] for row in found["partners"]] == ["valbrune"]
