"""Story 1 of MISSION.md, to the letter: from the poster to the promised decision."""

from tests.integration.path.looking import answers, exported
from tests.integration.path.town import Town

STORY = """\
👤 /start affiche-piscine
🤖 Bonjour ! La piscine rouvre en 2027. Les travaux sont décidés. Les horaires, non : votre avis compte pour ça.
🤖 Le conseil municipal décide le 12 mars. Nous publions la réponse avant le 30 mars.
🤖 Le service des sports lit vos réponses, sans votre nom. Gardées 1 an. Vous pouvez tout effacer. N'écrivez aucun nom.\
  [J'ai 15 ans ou plus et j'accepte] [Moins de 15 ans] [En savoir plus]
👤 J'ai 15 ans ou plus et j'accepte
🤖 1/3 Vous venez à la piscine…  [Chaque semaine] [Parfois] [Jamais] [Passer]
👤 Parfois
🤖 2/3 Qu'est-ce qui vous ferait venir plus souvent ? Écrivez comme vous parlez : pas de mauvaise réponse.
👤 ouvrir plus tard le soir
👤 et le dimanche aussi, mon fils travaille
🤖 C'est noté. 3/3 Votre quartier ? Pour vérifier que tous sont entendus.  [Centre] [Bellevue] [Gare] [Passer]
👤 Centre
🤖 Merci, c'est fini ! Rangé dans « Horaires ». Vous écrire ici la décision ?  [Ce n'est pas ça] [Oui] [Non merci]
👤 Oui
🤖 D'accord : un message avant le 30 mars, rien d'autre.\
 Pour relire ou effacer : « mes réponses ». Pour arrêter : STOP."""


async def test_the_swimming_pool(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.starts("affiche-piscine")
    await anna.presses("J'ai 15 ans ou plus et j'accepte")
    await anna.presses("Parfois")
    await anna.says("ouvrir plus tard le soir")
    await town.later(seconds=6)
    await anna.says("et le dimanche aussi, mon fils travaille")
    await town.later(seconds=9)
    assert not anna.hears(), "she may still be writing"
    await town.later(seconds=1)
    await anna.presses("Centre")
    await anna.presses("Oui")
    assert anna.transcript == STORY


async def test_had_she_stopped_after_the_first_question(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees("affiche-piscine")
    await anna.presses("Parfois")
    await town.wall("2026-11-17 17:59")
    assert not anna.hears()
    await town.wall("2026-11-17 18:00")
    assert anna.hears() == [
        "Ville de Valbrune : vous avez commencé « Les horaires de la piscine ». Merci ! Il vous reste 2 questions. "
        "On peut répondre jusqu'au 31 janvier.  [Continuer] [Plus tard] [Pas intéressé(e)] [Pourquoi ce message ?]"
    ]
    (why,) = await anna.presses("Pourquoi ce message ?")
    assert why.startswith("Ville de Valbrune vous écrit parce que vous avez commencé « Les horaires de la piscine »")
    (waits,) = await anna.presses("Plus tard")
    assert waits.startswith("D'accord, quand vous voulez.")
    await town.wall("2026-12-20 18:00")
    assert not anna.hears(), "one reminder, not two"
    await anna.presses("Continuer")
    await anna.says("ouvrir le dimanche")
    await town.silence()
    (third,) = anna.hears()
    assert third.startswith("C'est noté. 3/3 Votre quartier ?")


async def test_on_28_march_those_who_wanted_it_hear_of_the_decision(town: Town) -> None:
    anna, bob = town.citizen("Anna"), town.citizen("Bob")
    await anna.finishes(results="Oui")
    await bob.finishes(results="Non merci")
    await town.wall("2027-03-27 12:00")
    assert not anna.hears()
    await town.wall("2027-03-28 11:00")
    assert anna.hears() == [
        "Ville de Valbrune : « Les horaires de la piscine », c'est fini. Merci d'avoir répondu. "
        "Le service des sports publie la réponse avant le 30 mars.  "
        "[Me prévenir de la prochaine] [Pourquoi ce message ?] [Ne plus m'écrire]"
    ]
    assert not bob.hears(), "who said no is left in peace"
    (why,) = await anna.presses("Pourquoi ce message ?")
    assert why.startswith("Ville de Valbrune vous écrit parce que vous avez demandé la décision")
    await town.later(days=30)
    assert not anna.hears()


async def test_she_goes_back_skips_and_says_that_the_topic_is_another(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    await anna.says("retour")
    await anna.presses("Jamais")
    await anna.says("ouvrir plus tard le soir")
    await town.silence()
    await anna.presses("Passer")
    (offered,) = await anna.presses("Ce n'est pas ça")
    assert offered.startswith("Merci de nous aider. De quoi parle votre réponse ?")
    (noted,) = await anna.presses("Tarifs")
    assert noted.startswith("Merci, c'est corrigé : « Tarifs ».")
    await anna.presses("Non merci")
    (row,) = await exported(town)
    assert row["topics"] == ({"name": "Tarifs", "score": 1.0, "by": "citizen"},)
    assert await answers(town) == {"frequence": ["jamais"]}
