"""The words for the program: alone, in both languages, with or without a slash; anything longer is what people say."""

import pytest

from core.rules.intents import COMMANDS, MENU, WORDS, Heard, Intent, intent_of
from core.rules.plain_text import plain


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STOP", Intent.STOP), ("stop.", Intent.STOP), ("Stop !!!", Intent.STOP), ("/stop", Intent.STOP),
        ("ARRÊT", Intent.STOP), ("arret", Intent.STOP), ("Désabonner", Intent.STOP), ("UNSUBSCRIBE", Intent.STOP),
        ("stop stop stop", Intent.STOP), ("stop svp", Intent.STOP), ("  stop\n", Intent.STOP),
        ("aide", Intent.HELP), ("/aide", Intent.HELP), ("/help@valbrune_bot", Intent.HELP), ("Aide ?", Intent.HELP),
        ("mes réponses", Intent.MY_ANSWERS), ("Mes reponses", Intent.MY_ANSWERS), ("/mesreponses", Intent.MY_ANSWERS),
        ("« mes réponses »", Intent.MY_ANSWERS), ("my answers", Intent.MY_ANSWERS),
        ("effacer", Intent.ERASE), ("/supprimer", Intent.ERASE), ("delete", Intent.ERASE),
        ("oui, tout effacer", Intent.ERASE_NOW), ("Yes, erase everything", Intent.ERASE_NOW),
        ("langue", Intent.LANGUAGE), ("confidentialité", Intent.PRIVACY), ("/mesdonnees", Intent.EXPORT),
        ("/consultations", Intent.CONSULTATIONS), ("corriger", Intent.CORRECT), ("opposition", Intent.OBJECT),
        ("suivi", Intent.FOLLOW_UP), ("what's next?", Intent.FOLLOW_UP), ("plus tard", Intent.LATER),
        ("pause", Intent.LATER), ("reprendre", Intent.RESUME), ("retour", Intent.BACK), ("précédent", Intent.BACK),
        ("passer", Intent.SKIP), ("Skip", Intent.SKIP), ("c'est tout", Intent.DONE), ("That's all", Intent.DONE),
        ("À qui je parle ?", Intent.WHO), ("qui êtes-vous ?", Intent.WHO), ("C'est un robot ?", Intent.WHO),
        ("Who are you?", Intent.WHO), ("merci", Intent.LIGHT), ("OK", Intent.LIGHT), ("👍", Intent.LIGHT),
        ("👍🏽 🙏", Intent.LIGHT), ("❤️", Intent.LIGHT), ("oui", Intent.YES), ("Non merci", Intent.NO),
        ("Bonjour !", Intent.GREETING), ("/start", Intent.START), ("/nimporte", Intent.UNKNOWN_COMMAND),
        ("Ce n’est pas ça", Intent.WRONG_TOPIC), ("en savoir plus", Intent.MORE),
    ],
)  # fmt: skip
def test_a_word_alone_is_for_the_program(text: str, intent: Intent) -> None:
    heard = intent_of(text)
    assert heard is not None
    assert heard.intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "il faut stopper ce projet", "STOP au projet", "stop à la voiture", "We have got to STOP this bill",
        "arrêts de bus", "l'arrêt de bus est trop loin", "de l'aide pour les aînés", "plus d'aide", "vie privée",
        "je veux effacer les tags", "passer à 30 km/h", "retour des bus de nuit", "merci d'ouvrir le dimanche",
        "ok pour la piscine mais moins cher", "bonjour, ouvrez le dimanche", "le suivi médical", "consultation",
        "une autre langue au collège", "rien", "aucun", "...", "?", "😡", "/aide ouvrir le dimanche", "/foo bar",
        "les pauses sont trop courtes", "",
    ],
)  # fmt: skip
def test_a_sentence_is_what_a_person_has_to_say(text: str) -> None:
    assert intent_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "stop merci", "Merci, stop.", "Bonjour, stop svp", "ok stop", "arrêtez de m'écrire",
        "Arrêtez de m’envoyer des SMS !",
        "merci de ne plus m'écrire", "Merci de ne plus me contacter.", "ne m'écrivez plus", "m'écrivez plus",
        "ne m'envoyez plus de messages svp", "m'envoyez plus rien", "je ne veux plus recevoir de messages",
        "je veux plus recevoir vos sms", "Je ne souhaite plus être contacté", "je ne veux plus de messages",
        "ne plus recevoir de messages", "je ne veux plus rien recevoir", "arrêtez vos messages",
        "je ne veux plus que vous m'écriviez", "laissez-moi tranquille", "foutez moi la paix", "lâchez-moi",
        "Désabonnez-moi de votre liste", "retirez moi de la liste svp", "je veux me désinscrire",
        "stop texting me", "Please stop writing to me", "please don't contact me anymore", "do not message me again",
        "stop sending me messages", "I don't want any more messages", "no more texts please", "leave me alone",
        "STOOOP", "stopp", "S.T.O.P", "sotp", "stoppez", "arrête", "arrêt SMS", "desabonement", "stop messages",
        "arretez de menvoyer des sms", "ne mecrivez plus", "stop bonjour", "arrêtez de m'envoyer ça", "pls stop",
        "jveux plus recevoir vos messages", "je souhaite ne plus recevoir de messages", "stop notifications",
        "je voudrais ne plus être contactée", "je veux arrêter de recevoir vos rappels", "veuillez me désinscrire",
        "pouvez-vous me désabonner ?", "retirez mon numéro", "supprimez-moi de votre liste", "arrêtez le spam",
        "I want to unsubscribe", "i want to stop receiving messages", "remove me", "unsuscribe", "optout",
        "take me off this list", "Unsubscribe me", "I no longer wish to receive your emails",
    ],
)  # fmt: skip
def test_who_says_in_a_sentence_that_we_should_write_no_more_is_heard(text: str) -> None:
    assert intent_of(text) == Heard(Intent.STOP)


@pytest.mark.parametrize(
    "text",
    [
        "je ne veux plus", "Je veux plus participer", "j'arrête", "je veux arrêter", "je ne souhaite pas participer",
        "plus de messages svp", "laissez-nous tranquilles", "annuler", "I want to stop", "I don't want to continue",
        "cancel", "end", "pas intéressée", "Not interested.", "ça suffit", "arrêtez ça", "stop it", "laissez-moi",
        "comment se désabonner ?", "comment arrêter", "comment je me désinscris ?", "How do I unsubscribe?",
        "how do i stop these messages", "supprimez mon numéro",
    ],
)  # fmt: skip
def test_who_may_want_to_leave_is_asked(text: str) -> None:
    assert intent_of(text) == Heard(Intent.LEAVE)


@pytest.mark.parametrize(
    "text",
    [
        "arrêtez les travaux", "je ne veux plus de voitures", "je veux plus d'horaires le soir", "non-stop le samedi",
        "stop aux incivilités", "arrêtez d'augmenter les prix", "plus de cours le soir", "laissez-nous entrer plus tôt",
        "je ne veux plus attendre le bus", "je veux recevoir vos messages", "écrivez-moi quand c'est ouvert",
        "envoyez-moi plus de messages", "arrêtez de nous écrire des affiches illisibles", "retirez les marches",
        "stop sending buses through our street", "leave the trees alone", "I want more messages",
        "je ne veux plus de messages mais ouvrez le dimanche", "je voudrais que vous m'écriviez", "stop à la pub",
        "comment arrêter le bruit ?", "how to stop the noise", "pas intéressé par le sport", "laissez-moi du temps",
        "supprimez les marches", "stop stopping the bus here", "remove the bench",
    ],
)  # fmt: skip
def test_what_must_stop_is_that_we_write_to_them(text: str) -> None:
    assert intent_of(text) is None


def test_who_takes_the_consent_back_is_told_of_the_right_to() -> None:
    for text in ("je retire mon accord", "Je retire mon consentement.", "I withdraw my consent"):
        assert intent_of(text) == Heard(Intent.OBJECT)


def test_a_polite_word_after_a_word_changes_nothing() -> None:
    assert intent_of("c'est tout merci") == Heard(Intent.DONE)
    assert intent_of("skip, thanks") == Heard(Intent.SKIP)
    assert intent_of("effacez tout svp") == Heard(Intent.ERASE)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("j'aimerais changer ma réponse", Intent.CORRECT), ("Comment modifier mes réponses ?", Intent.CORRECT),
        ("je me suis trompée", Intent.CORRECT), ("Can I change my answer?", Intent.CORRECT),
        ("je veux effacer mes données", Intent.ERASE), ("comment puis-je supprimer mes réponses svp", Intent.ERASE),
        ("Bonjour, je voudrais tout effacer", Intent.ERASE), ("I want to delete my data", Intent.ERASE),
        ("est-ce que je peux voir mes réponses ?", Intent.MY_ANSWERS), ("can you delete my answer", Intent.MY_ANSWERS),
        ("je souhaite recevoir mes données", Intent.EXPORT), ("how can I download my data?", Intent.EXPORT),
        ("C'est anonyme ?", Intent.PRIVACY), ("What happens to my answers?", Intent.PRIVACY),
        ("je ne comprends pas", Intent.HELP), ("aidez-moi", Intent.HELP), ("I don't understand", Intent.HELP),
    ],
)  # fmt: skip
def test_what_is_wished_for_one_s_own_answers_is_heard(text: str, intent: Intent) -> None:
    assert intent_of(text) == Heard(intent)


@pytest.mark.parametrize(
    "text",
    [
        "je veux passer", "je voudrais effacer les tags", "comment venir à pied ?", "je veux une aide",
        "je peux venir le soir",
        "je ne comprends pas pourquoi c'est fermé", "je voudrais changer les horaires", "can I come on Sundays?",
        "c'est anonyme ici, on ne se connaît plus", "i want to stop the works",
    ],
)  # fmt: skip
def test_what_is_wished_for_the_town_is_what_they_have_to_say(text: str) -> None:
    assert intent_of(text) is None


def test_another_language_is_asked_for_in_it() -> None:
    for text in ("Do you speak English?", "parlez-vous anglais ?", "I don't speak French"):
        assert intent_of(text) == Heard(Intent.LANGUAGE, "en")


def test_commands_carry_what_follows_them() -> None:
    assert intent_of("/start affiche-piscine") == Heard(Intent.START, "affiche-piscine")
    assert intent_of("/langue en") == Heard(Intent.LANGUAGE, "en")
    assert intent_of("/langue") == Heard(Intent.LANGUAGE, "")
    assert intent_of("in english please") == Heard(Intent.LANGUAGE, "en")


def test_the_words_are_written_as_they_are_compared() -> None:
    words = [word for group in WORDS.values() for word in group]
    assert [word for word in words if plain(word) != word] == []
    assert len(words) == len(set(words))


def test_the_menu_shows_commands_that_are_heard_in_every_language() -> None:
    keys = {language: [key for _, key in entries] for language, entries in MENU.items()}
    assert keys["fr"] == keys["en"]
    for entries in MENU.values():
        assert all(name in COMMANDS for name, _ in entries)
