"""Whoever said yes to later invitations gets one when the next consultation opens, and nobody else does."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from core.model.consultations import Consultation
from tests.integration.path.looking import pushes, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import MORNING, Town, piscine

TITLE = "Le parc en 2028"
OPENS = "2026-11-20 08:00"
INVITED = "2026-11-20 12:00"


def park(**changes: object) -> Consultation:
    """The next consultation of the same town: it opens on Friday at 8:00, and invites at noon."""
    title = {"fr": TITLE, "en": "The park in 2028"}
    opens = MORNING.replace(hour=7) + timedelta(days=4)
    return piscine(**{"id": "parc", "title": title, "opens_at": opens, "sources": {}, **changes})


async def finished(town: Town, name: str, answer: str | None) -> Neighbour:
    """They answer the first consultation to its end; `answer`: the button under "mes réponses"."""
    person = town.citizen(name)
    await person.finishes()
    (*_, all_of_them) = await person.says("mes réponses")
    assert "Vous prévenir ici quand une autre consultation ouvre ?" in all_of_them
    if answer:
        await person.presses(answer)
    return person


async def test_exactly_one_invitation_to_whoever_said_yes(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    bob = await finished(town, "Bob", "Non merci")
    never = await finished(town, "Chloé", None)
    stopped = await finished(town, "Driss", "Oui, me prévenir")
    await stopped.says("stop")
    changed = await finished(town, "Elsa", "Oui, me prévenir")
    await changed.says("invitations")
    assert changed.transcript.count("[Ne plus me prévenir]") == 1
    await changed.presses("Ne plus me prévenir")
    came = await finished(town, "Farid", "Oui, me prévenir")
    await town.starts(park())
    await town.wall(OPENS)
    await came.says("consultations")
    await came.presses(TITLE)
    everybody = (anna, bob, never, stopped, changed, came)
    assert not any(person.hears() for person in everybody)
    await town.wall(INVITED)

    assert [person.hears() for person in everybody[1:]] == [[]] * 5
    (invitation,) = anna.hears()
    assert invitation.startswith("Ville de Valbrune : ") and TITLE in invitation
    assert "[Continuer] [Plus tard] [Pas intéressé(e)] [Pourquoi ce message ?]" in invitation
    await town.later(days=3)
    assert [person.hears() for person in everybody if person is not came] == [[]] * 5
    assert Counter(await pushes(town, "prompt")) == {("prompt", "sent", None): 1}


async def test_the_invitation_opens_the_notice_of_the_next_consultation(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    await town.starts(park())
    await town.wall(INVITED)
    (why,) = await anna.presses("Pourquoi ce message ?")
    assert why.startswith("Ville de Valbrune vous écrit parce que vous avez demandé à être prévenu.")
    (wait,) = await anna.presses("Plus tard")
    assert TITLE in wait
    notice = await anna.presses("Continuer")
    assert "J'ai 15 ans ou plus et j'accepte" in notice[-1]
    assert [row["consultation_id"] for row in (await tables(town))["dialogues"] if row["active"]] == ["parc"]
    (first,) = await anna.presses("J'ai 15 ans ou plus et j'accepte")
    assert first.startswith("1/3")


async def test_not_this_one_is_not_never_again(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    await town.starts(park())
    await town.wall(INVITED)
    (noted,) = await anna.presses("Pas intéressé(e)")
    assert noted == "D'accord : plus de message sur cette consultation.  [Ne plus me prévenir]"
    await town.starts(park(id="gare", title={"fr": "La gare"}))
    await town.later(days=1)
    (other,) = anna.hears()
    assert "La gare" in other
    await anna.presses("Ne plus me prévenir")
    await town.starts(park(id="quai", title={"fr": "Le quai"}))
    await town.later(days=1)
    assert not anna.hears()


async def test_a_third_message_in_a_week_waits_until_the_week_is_over(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    for name in ("un", "deux", "trois"):
        await town.starts(park(id=name, title={"fr": f"Place {name}"}))
    await town.wall(INVITED)
    assert len(anna.hears()) == 2
    await town.wall("2026-11-27 11:59")
    assert not anna.hears()
    await town.wall("2026-11-27 13:00")
    assert len(anna.hears()) == 1


async def test_a_partner_may_write_once_a_week_at_most(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    for name in ("un", "deux"):
        partner = replace(park().partner, pushes_a_week=1)
        await town.starts(park(id=name, title={"fr": f"Place {name}"}, partner=partner))
    await town.wall(INVITED)
    assert len(anna.hears()) == 1
    await town.wall("2026-11-27 13:00")
    assert len(anna.hears()) == 1


async def test_the_last_call_follows_a_reminder_for_whoever_wanted_more(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    (asked,) = await anna.says("invitations")
    assert asked.startswith("Vous prévenir ici")
    await anna.presses("Oui, me prévenir")
    await town.wall("2026-11-17 18:00")
    assert len(anna.hears()) == 1
    await town.wall("2027-01-28 18:00")
    (last,) = anna.hears()
    assert "ferme le 31 janvier" in last


async def test_the_results_offer_the_next_one_to_those_who_have_not_been_asked(town: Town) -> None:
    anna, bob = town.citizen("Anna"), town.citizen("Bob")
    for person in (anna, bob):
        await person.finishes(results="Oui")
    await bob.says("invitations")
    await bob.presses("Oui, me prévenir")
    await town.wall("2027-03-28 11:00")
    (results,) = anna.hears()
    assert "[Me prévenir de la prochaine]" in results
    (noted,) = await anna.presses("Me prévenir de la prochaine")
    assert noted.startswith("D'accord : un message quand une autre consultation ouvre.")
    (results,) = bob.hears()
    assert "[Me prévenir de la prochaine]" not in results


async def test_nobody_agrees_to_invitations_before_the_notice(town: Town) -> None:
    young, curious = town.citizen("Young"), town.citizen("Curious")
    await young.starts()
    await young.presses("Moins de 15 ans")
    await curious.starts()
    for person in (young, curious):
        await person.says("invitations")
        await person.does("forge", "invite:yes::0:", message_id=person.person.last.message_id)
    assert not (await tables(town))["consents"]


async def test_a_push_about_what_they_left_is_answered_where_it_belongs(town: Town) -> None:
    """They began the pool, then went to the park: [Pas intéressé(e)] under the pool's reminder is about the pool."""
    await town.starts(park(opens_at=MORNING))
    anna = town.citizen("Anna")
    await anna.agrees("affiche-piscine")
    await anna.says("consultations")
    await anna.presses(TITLE)
    await town.wall("2026-11-17 18:00")
    (reminder,) = anna.hears()
    assert "Les horaires de la piscine" in reminder
    (noted,) = await anna.presses("Pas intéressé(e)")
    assert noted.startswith("D'accord : plus de rappel pour cette consultation.")
    interested = {row["consultation_id"]: row["state"] for row in (await tables(town))["dialogues"]}
    assert '"not_interested":true' in str(interested["piscine"]) or "'not_interested': True" in str(
        interested["piscine"]
    )


async def test_the_agreement_and_its_end_can_be_taken_along(town: Town) -> None:
    anna = await finished(town, "Anna", "Oui, me prévenir")
    await anna.says("invitations")
    await anna.presses("Ne plus me prévenir")
    mine = "\n".join(await anna.says("/mesdonnees"))
    assert "Votre accord : Les horaires de la piscine · pour être prévenu d'autres consultations" in mine
    assert "Accord repris : Les horaires de la piscine · pour être prévenu d'autres consultations" in mine
    await town.later(days=1)
    await anna.says("invitations")
    await anna.presses("Oui, me prévenir")
    (again,) = [row for row in (await tables(town))["consents"] if row["purpose"] == "reminders"]
    assert again["revoked_at"] is None
    assert str(again["given_at"]).startswith("2026-11-17"), "given anew: the date is that of the new yes"
