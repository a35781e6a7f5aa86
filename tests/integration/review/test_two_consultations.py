"""Someone who speaks in two consultations of one partner: nothing is lost, and the two never talk across each other."""

from dataclasses import replace

from core.model.consultations import Consultation, Question, QuestionKind
from tests.builders import both, consultation
from tests.integration.review.village import Village


def pool() -> Consultation:
    return replace(consultation(), steps=(), sources={"poster": both("affiche", "poster")})


def park() -> Consultation:
    question = Question("trees", QuestionKind.OPEN, both("Que planter dans le parc ?", "What to plant in the park?"))
    return replace(
        consultation(), id="park", title=both("Parc", "Park"), steps=(), questions=(question,),
        sources={"gate": both("portail", "gate")},
    )  # fmt: skip


async def test_an_edit_changes_the_message_it_was_made_to_wherever_the_person_speaks_now(village: Village) -> None:
    await village.starts(pool())
    await village.starts(park())
    await village.agrees("anna", "poster")
    await village.presses("anna", "Jamais")
    number = await village.says("anna", "ouvrir plus tot le matin, je travaille")
    await village.later(seconds=11)
    await village.agrees("anna", "gate")
    await village.edits("anna", "ouvrir plus tard le soir, je travaille", number)
    await village.house.tagging.tag_pending()
    assert await village.contributions() == [("more", "ouvrir plus tard le soir, je travaille", "read")]


async def test_a_silence_in_the_consultation_one_left_does_not_speak_into_the_other(village: Village) -> None:
    await village.starts(pool())
    await village.starts(park())
    await village.agrees("anna", "poster")
    await village.presses("anna", "Jamais")
    await village.says("anna", "ouvrir plus tard le soir, je travaille")
    await village.starting("anna", "gate")
    before = village.heard("anna")
    await village.later(seconds=11)
    assert village.heard("anna") == before, "the pool's next question comes when she is back there"
    await village.house.tagging.tag_pending()
    assert await village.contributions() == [("more", "ouvrir plus tard le soir, je travaille", "read")]
    await village.starting("anna", "poster")
    assert "Votre quartier" in village.heard("anna").removeprefix(before)
