"""Urgent words bring the right answer; figures of speech and opinions bring none."""

from dataclasses import replace

import pytest

from core.model.consultations import Redirect
from core.rules.redirects import known_redirect, met, says
from tests.unit.rules.dialogue_player import catalogue, example

DISTRESS = (
    "je veux mourir", "J'ai envie de mourir", "jveux crever", "Je voudrais mourir...", "je vais me suicider",
    "je veux me tuer", "Je pense au suicide tous les jours", "j'ai des idées suicidaires", "je ne veux plus vivre",
    "je veux plus vivre", "J'ai plus envie de vivre", "je n'ai plus la force de vivre", "j'ai envie d'en finir",
    "je vais mettre fin à mes jours", "Mon fils veut mourir", "ma fille parle de se suicider", "je serais mieux mort",
    "j'aimerais être morte", "La piscine on s'en fiche. Je veux mourir.", "je vais me jeter sous un train",
    "j'ai avalé des médicaments", "I want to die", "i wanna die", "I'm going to kill myself",
    "I don't want to live anymore", "I feel suicidal", "my son wants to kill himself", "j'en peux plus de la vie",
    "vous seriez mieux sans moi", "je veux vraiment mourir",
    "je n'en peux plus, je veux en finir", "à quoi bon vivre, personne ne m'aide", "nobody would miss me if I was gone",
    "jai envie de mourir", "jvais me tuer", "je ne veux plus être en vie", "je veux plus exister",
    "j'ai des idées noires", "mon fils a fait une TS", "je me taillade les bras", "je me fais du mal",
    "j'ai pris trop de médicaments",
    "jen peux plus de vivre", "je veux dormir et ne plus me réveiller", "wanna die", "I took too many pills",
    "i keep cutting myself", "je préfère mourir que de vivre comme ça", "la vie ne vaut plus la peine sans lui",
    "je ne veux plus vivre, aidez-moi", "je n'ai plus envie de vivre, demain je pars",
    "plus rien n'a de sens, je voudrais disparaître", "parfois je me dis que tout le monde serait mieux sans moi",
)  # fmt: skip
VIOLENCE = (
    "mon mari me frappe", "Il me bat tous les soirs", "mon père me viole", "je me fais frapper à la maison",
    "on m'agresse", "je suis victime de violences conjugales", "Mon ex menace de me tuer", "j'ai été violée",
    "je me fais harceler au collège", "my husband beats me", "I'm being followed", "il m'a menacée avec un couteau",
    "mon copain m'a cassé le bras", "mon mari m'a encore frappée hier", "my boyfriend punched me",
    "mon conjoint me bat devant les enfants", "mes parents m'ont battu", "il me frappe parce que je sors",
    "mon mari me frappe encore", "he hits me tonight", "mon père me tape", "mon mari me tape quand il boit",
    "jsuis victime de violence conjugale", "mon conjoint est violent avec moi", "on m'a violée", "quelqu'un me suit",
    "on me suit dans la rue", "jme fais harceler au lycée", "mon ex me menace de mort", "i've been raped",
    "he's going to kill me", "mon oncle me touche la nuit", "mon prof me force à coucher avec lui",
)  # fmt: skip
DANGER = (
    "il y a le feu dans la cage d'escalier", "au secours", "À l'aide !!!", "ça sent le gaz chez moi",
    "il y a une fuite de gaz", "ma voisine est inconsciente", "mon père fait une crise cardiaque",
    "quelqu'un est blessé", "appelez les pompiers", "appelez une ambulance vite", "je suis coincé dans l'ascenseur",
    "there is a fire in my building", "my mother is not breathing", "call an ambulance", "help me",
    "quelqu'un se noie", "mon immeuble est en feu", "ça brûle chez moi", "odeur de gaz", "fuite de gaz rue Pasteur",
    "ma mère a fait un malaise", "ma fille s'étouffe", "un enfant est tombé dans la piscine et ne bouge plus",
    "je n'arrive plus à respirer", "il a un couteau", "il y a un homme avec un couteau", "je suis en danger",
    "coincé dans l'ascenseur", "je crois que mon père ne respire plus", "there's a fire in my building", "gas leak",
    "my dad isnt breathing", "he's not breathing", "I have chest pain", "my baby is choking", "I can't breathe",
    "there is a man with a knife", "stuck in the lift", "someone broke into my house",
)  # fmt: skip
LEAK = (
    "ma chaudière fuit", "La chaudière ne marche plus", "ma chaudiere est en panne", "mon plafond coule",
    "j'ai une fuite d'eau", "il y a une fuite d'eau dans ma cuisine", "on n'a plus de chauffage depuis lundi",
    "my boiler is leaking", "j'ai plus d'eau chaude", "I have no heating", "plus de chauffage depuis 3 jours",
    "fuite d'eau chez moi", "il y a de l'eau qui coule du plafond",
)  # fmt: skip
NOT_URGENT = (
    "cette attente me tue", "mort de rire", "j'ai envie de mourir de rire", "je meurs de faim",
    "on meurt de chaud dans ce gymnase", "je ne veux pas mourir de chaud en classe",
    "le droit de mourir dans la dignité", "je voudrais mourir dans la dignité",
    "le taux de suicide des agriculteurs est trop élevé", "c'est un suicide économique", "le commerce va mourir",
    "la planète va mourir", "je ne veux plus vivre ici", "je ne veux plus vivre dans ce quartier",
    "je ne veux plus vivre à côté de l'usine", "j'ai plus envie de vivre en ville",
    "je vais me tuer sur cette piste cyclable", "on va se tuer dans ce virage",
    "il va se tuer à vélo sur cette route", "le bruit me tue", "ce prix me tue", "tuer le temps",
    "je suis mort de fatigue", "il me bat aux échecs", "ce qui me frappe c'est la saleté",
    "il me frappe que rien ne change", "elle me tape sur les nerfs", "mon cœur bat pour cette ville",
    "des gens se font agresser dans la rue", "il faut plus de police contre les violences conjugales",
    "lutter contre le harcèlement au collège", "j'ai été agressé l'an dernier près de la gare",
    "le feu rouge est trop long", "il y a le feu rouge au carrefour", "mettez un feu vert plus long",
    "au feu il faudrait un radar", "à la prochaine réunion il y a le feu vert du maire",
    "plus de pompiers et une ambulance", "il faut appeler la police plus souvent", "les odeurs de gaz d'échappement",
    "l'odeur de gaz d'échappement est insupportable", "les gaz à effet de serre",
    "on ne respire plus dans cette ville", "mon quartier ne respire plus", "l'ascenseur est toujours en panne",
    "il y a souvent des gens coincés dans l'ascenseur", "il faut isoler les chaudières collectives",
    "remplacer les chaudières au fioul", "pas de chauffage dans l'école",
    "on n'a pas d'eau chaude dans les douches de la piscine", "l'eau de la douche est froide",
    "il y a une fuite d'eau au robinet du parc", "une fuite des commerces vers la périphérie",
    "la fuite des capitaux", "Au secours ! Encore des travaux", "l'aide à domicile", "SOS médecins est trop loin",
    "sans secours en montagne", "je crève de chaud dans le bus", "plutôt mourir que de payer ça", "j'adore à mourir",
    "c'est à mourir d'ennui", "un accident grave est arrivé l'an dernier", "un incendie a détruit le gymnase",
    "une maison brûlée à rénover", "I'm dying to see the new pool", "this queue is killing me",
    "I don't want to live in this district", "I don't want to live near a road",
    "I nearly killed myself on these stairs", "the fire station is too far", "there is a fire station nearby",
    "the city is dying", "kill the noise", "j'ai pas envie de mourir à cause de la pollution",
    "je pense à la mort du petit commerce", "mes parents sont battus aux élections", "mon voisin me bat au tennis",
    "je veux mourir moins bête", "le docteur est parti, on n'a plus de médecin", "c'est la mort du centre-ville",
    "tout le monde serait mieux sans voiture", "j'ai pris des médicaments à la pharmacie du centre",
    "j'ai avalé ma colère", "appelez-moi", "je suis bloqué dans les bouchons", "le parc est mort le soir",
    "on se tue au travail", "je me tue à le dire", "j'ai avalé des couleuvres", "le feu d'artifice",
    "il y a le feu sacré dans cette équipe", "la caserne des pompiers", "il pleut dans la piscine",
    "ça me tue de voir ça", "la lecture me fait du bien", "je suis battu aux élections",
    "je veux en finir avec les papiers à la mairie", "les bouchons, je veux en finir",
    "à quoi bon vivre ici sans médecin", "les voitures, je voudrais les voir disparaître",
    "mon frère m'a battu au tennis", "mon fils m'a cassé les pieds", "my dad beat me at chess",
    "nobody would miss this roundabout", "je veux mourir dans ma ville", "je veux crever les pneus",
    "je préfère mourir que de prendre le bus", "je ne veux plus vivre entre deux routes",
    "je n'en peux plus de vivre à côté de cette route", "je n'en peux plus de la vie chère",
    "la vie ne vaut pas la peine sans culture", "I don't want to live opposite a bar", "ça sent le gaz d'échappement",
    "on est bloqués dans l'ascenseur une fois par mois", "on me harcèle de publicités", "il nous bat froid",
    "je me fais harceler par les démarcheurs", "il est en train de mourir ce quartier",
    "une personne se noie chaque année dans l'étang", "j'ai peur qu'un enfant se noie",
    "il faut un maître nageur sinon un enfant se noie", "mon père me force à faire du sport",
    "mon prof me touche par son engagement", "il est blessé dans son orgueil", "il perd son sang froid",
    "la personne est inconsciente du danger", "je fais un malaise chaque fois que je vois le prix",
    "je suis battue aux élections", "on m'agresse avec la pub", "il y a des gens chez moi dimanche",
    "il me tape sur les nerfs", "plus de chauffage au gymnase", "l'eau coule du plafond de la piscine",
    "il ne bouge plus cet ascenseur", "on me suit sur les réseaux",
)  # fmt: skip


@pytest.mark.parametrize(
    ("redirect", "text"),
    [
        (redirect, text)
        for redirect, group in (
            ("distress", DISTRESS), ("violence", VIOLENCE), ("danger", DANGER), ("leak", LEAK),
        )
        for text in group
    ],
)  # fmt: skip
def test_a_cry_is_heard(redirect: str, text: str) -> None:
    for written in (text, text.upper(), f"Bonjour. {text}"):
        found = known_redirect(written)
        if found is None and written.startswith("Bonjour"):
            assert text.casefold().startswith(("au secours", "à l'aide", "help me"))  # only alone: else an exclamation
            continue
        assert found is not None
        assert found.redirect == redirect
        assert found.serious


@pytest.mark.parametrize("text", NOT_URGENT)
def test_a_figure_of_speech_or_an_opinion_is_not_a_cry(text: str) -> None:
    assert known_redirect(text) is None


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("chaudière fuit", "ma CHAUDIERE, elle fuit !", True),
        ("chaudière fuit", "la chaudière du deuxième étage fuit", True),
        ("chaudière fuit", "la chaudière de tout le deuxième étage fuit", False),
        ("chaudière fuit", "fuit la chaudière", False),
        ("suicid*", "des idées suicidaires", True),
        ("suicid", "des idées suicidaires", False),
        ("j'ai été violé*", "j'ai été violée hier", True),
        ("a b", "a a x x x x b", False),
        ("a b", "a x x x a x b", True),
        ("a b a", "a b x x x x a", False),
        ("", "rien", False),
        ("***", "rien", False),
    ],
)
def test_a_phrase_is_met_as_its_docstring_says(phrase: str, text: str, *, expected: bool) -> None:
    assert says(text, phrase) is expected


def test_what_the_partner_wrote_comes_first_and_alone_when_it_names_the_number() -> None:
    piscine = example("piscine")
    found = met("je vais me suicider", piscine, "fr")
    assert found is not None
    assert found.redirect == "mal-etre"
    assert [phrase.key for phrase in found.answers] == ["text.own"]


def test_the_helpline_is_added_when_the_partner_answers_something_else() -> None:
    piscine = example("piscine")
    found = met("ma chaudière fuit et je veux mourir", piscine, "fr")
    assert found is not None
    assert found.redirect == "distress"
    assert found.serious
    assert [phrase.key for phrase in found.answers] == ["redirect.distress", "text.own"]


def test_a_partner_may_say_that_its_redirect_is_not_serious() -> None:
    own = Redirect("clefs", ("clé perdue",), {"fr": "Au gardien."}, serious=False)
    found = met("ma clé est perdue", replace(example("piscine"), redirects=(own,)), "fr")
    assert found is not None
    assert (found.redirect, found.serious) == ("clefs", False)


def test_nobody_is_left_without_the_right_number() -> None:
    bare = replace(example("piscine"), redirects=())
    for text, number in (("je veux mourir", "3114"), ("il y a le feu chez moi", "112"), ("mon mari me frappe", "3919")):
        for language in ("fr", "en"):
            found = met(text, bare, language)
            assert found is not None
            said = " ".join(catalogue().say(phrase.key, language, phrase.params) for phrase in found.answers)
            assert number in said
