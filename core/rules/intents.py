"""What a short message asks of the program itself: exact words, in French and English, with or without "/".

The whole message must be the word: "stop" opts out, "il faut stopper ce projet" is an opinion. Accents, capitals,
punctuation and a polite "svp" do not matter. Two wishes are known in whole sentences: that we write no more
(`leaving`), and to see, change, take along or erase what one said here ("je voudrais effacer mes réponses"). What a
word does here and now is decided by the dialogue.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rules.leaving import LONGEST as LONGEST_SENTENCE
from core.rules.leaving import Leaving, leaving, withdraws
from core.rules.plain_text import plain


class Intent(StrEnum):
    START = "start"
    STOP = "stop"
    LEAVE = "leave"
    HELP = "help"
    MY_ANSWERS = "my_answers"
    ERASE = "erase"
    ERASE_NOW = "erase_now"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    EXPORT = "export"
    CONSULTATIONS = "consultations"
    INVITATIONS = "invitations"
    CORRECT = "correct"
    OBJECT = "object"
    FOLLOW_UP = "follow_up"
    LATER = "later"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    RESUME = "resume"
    BACK = "back"
    SKIP = "skip"
    DONE = "done"
    MORE = "more"
    WHO = "who"
    WRONG_TOPIC = "wrong_topic"
    YES = "yes"
    NO = "no"
    GREETING = "greeting"
    LIGHT = "light"
    UNKNOWN_COMMAND = "unknown_command"


@dataclass(frozen=True, slots=True)
class Heard:
    """An intent and what came with it: a language code for LANGUAGE, a source token for START."""

    intent: Intent
    argument: str = ""


WORDS: Mapping[Intent, tuple[str, ...]] = {
    Intent.STOP: (
        "stop", "arret", "arrete", "arreter", "arretez", "stopper", "stoppez", "arret sms", "desabonement",
        "desabonner", "desabonnement", "me desabonner",
        "se desabonner", "desabonnez moi", "desinscription", "desinscrire", "me desinscrire", "unsubscribe",
        "stop sms", "stop tout", "stop all", "opt out", "optout", "unsuscribe", "unsubcribe",
    ),
    Intent.HELP: (
        "aide", "help", "aidez moi", "aide moi", "j ai besoin d aide", "i need help",
        "commandes", "commands", "mode d emploi", "comment ca marche", "comment faire", "je fais quoi",
        "que dois je faire", "qu est ce que je dois faire", "je ne comprends pas", "je comprends pas",
        "je n ai pas compris", "j ai pas compris", "je ne comprends rien", "how does it work", "how does this work",
        "what do i do", "what should i do", "i don t understand", "i do not understand", "i dont understand",
    ),
    Intent.MY_ANSWERS: (
        "mes reponses", "mesreponses", "ma reponse", "voir mes reponses", "relire", "relire mes reponses",
        "voir ma reponse", "revoir mes reponses", "lire mes reponses", "effacer ma reponse", "supprimer ma reponse",
        "my answers", "myanswers", "my answer", "show my answers", "see my answers", "read my answers",
        "delete my answer", "erase my answer",
    ),
    Intent.ERASE: (
        "effacer", "efface", "effacez", "supprimer", "supprime", "supprimez", "delete", "erase", "tout effacer",
        "effacer tout", "tout supprimer", "supprimer tout", "effacer mes reponses", "supprimer mes reponses",
        "effacer mes donnees", "supprimer mes donnees", "delete my data", "delete everything", "erase everything",
        "delete my answers", "erase my answers", "effacez tout", "efface tout", "supprimez tout", "supprime tout",
        "effacez mes reponses", "effacez mes donnees", "supprimez mes reponses", "supprimez mes donnees",
        "effacez moi", "supprimez moi", "oubliez moi", "delete me", "erase me", "forget me",
    ),
    Intent.ERASE_NOW: (
        "oui tout effacer", "oui efface tout", "oui effacez tout", "yes erase everything", "yes erase all",
    ),
    Intent.LANGUAGE: ("langue", "changer de langue", "language", "change language"),
    Intent.PRIVACY: (
        "confidentialite", "rgpd", "privacy", "gdpr", "privacy notice", "c est anonyme", "est ce anonyme",
        "est ce que c est anonyme", "c est bien anonyme", "c est vraiment anonyme", "mes reponses sont anonymes",
        "que deviennent mes reponses", "que faites vous de mes reponses", "que faites vous de mes donnees",
        "is it anonymous", "is this anonymous", "what happens to my answers", "what do you do with my data",
    ),
    Intent.EXPORT: (
        "mesdonnees", "mes donnees", "export", "exporter", "telecharger mes donnees", "recevoir mes donnees",
        "voir mes donnees", "avoir mes donnees", "acceder a mes donnees", "recuperer mes donnees", "mydata", "my data",
        "export my data", "download my data", "get my data", "see my data",
    ),
    Intent.CONSULTATIONS: ("consultations", "les consultations", "autres consultations"),
    Intent.INVITATIONS: (
        "invitations", "mes invitations", "prochaines consultations", "prevenez moi", "me prevenir",
        "next consultations", "notify me", "invite me",
    ),
    Intent.CORRECT: (
        "corriger", "corriger ma reponse", "corriger mes reponses", "modifier ma reponse", "modifier mes reponses",
        "changer ma reponse", "changer mes reponses", "changer de reponse", "je me suis trompe", "je me suis trompee",
        "j ai fait une erreur", "change my answer", "change my answers", "correct my answer", "correct my answers",
        "edit my answer", "i made a mistake",
    ),
    Intent.OBJECT: ("opposition", "droit d opposition", "right to object"),
    Intent.FOLLOW_UP: (
        "suivi", "et apres", "et la suite", "que se passe t il ensuite", "what next", "whats next",
        "what s next", "followup", "follow up", "next steps",
    ),
    Intent.LATER: (
        "plus tard", "plustard", "pause", "later", "pas maintenant", "not now", "on verra plus tard",
        "je reponds plus tard", "maybe later",
    ),
    Intent.TONIGHT: ("ce soir", "tonight", "this evening"),
    Intent.TOMORROW: ("demain", "tomorrow"),
    Intent.WEEKEND: ("ce week end", "ce weekend", "le week end", "this weekend", "at the weekend"),
    Intent.RESUME: ("reprendre", "continuer", "reprendre plus tard", "resume", "continue", "go on", "on reprend"),
    Intent.BACK: (
        "retour", "back", "precedent", "precedente", "question precedente", "revenir", "go back", "previous",
        "revenir en arriere",
    ),
    Intent.SKIP: (
        "passer", "skip", "je passe", "passe", "suivant", "suivante", "question suivante", "next", "next question",
        "passer la question", "i skip",
    ),
    Intent.DONE: (
        "c est tout", "cest tout", "voila c est tout", "termine", "j ai termine", "fini", "j ai fini", "c est fini",
        "that s all", "thats all", "that is all", "done", "finished", "i m done", "im done",
    ),
    Intent.MORE: ("en savoir plus", "plus d infos", "plus d informations", "learn more", "more information"),
    Intent.WHO: (
        "a qui je parle", "a qui est ce que je parle", "qui me parle", "a qui ai je l honneur", "qui parle",
        "qui etes vous", "qui es tu", "vous etes qui", "t es qui", "tu es qui", "c est qui", "qui est ce",
        "c est un robot", "est ce un robot", "vous etes un robot", "etes vous un robot", "tu es un robot",
        "t es un robot", "es tu un robot", "c est une machine", "c est un bot", "est ce que c est un robot",
        "est ce que je parle a un robot", "je parle a un robot", "je parle a qui", "est ce une vraie personne",
        "vous etes une vraie personne", "c est une vraie personne", "tu es humain", "vous etes humain",
        "etes vous humain", "qui lit mes reponses", "qui lit", "qui va lire", "qui lit mes messages",
        "who are you", "who is this", "who s this", "whos this", "who am i talking to", "who am i speaking to",
        "are you a robot", "are you a bot", "is this a robot", "is this a bot", "is it a robot", "are you human",
        "are you a human", "are you real", "am i talking to a robot", "who reads this", "who reads my answers",
    ),
    Intent.WRONG_TOPIC: ("ce n est pas ca", "c est pas ca", "mauvais theme", "that s not it", "wrong topic"),
    Intent.YES: (
        "oui", "ouais", "oui merci", "oui svp", "oui volontiers", "volontiers", "d accord", "dac", "yes", "yes please",
        "yep", "yeah", "sure", "i agree", "j accepte", "oui j accepte", "oui je veux bien", "je veux bien",
    ),
    Intent.NO: ("non", "non merci", "nan", "no", "nope", "no thanks", "no thank you"),
    Intent.GREETING: (
        "bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "hey", "good morning", "good evening", "bonjour a vous",
        "bonjour a tous", "bjr", "slt", "bonjour monsieur", "bonjour madame", "bonjour madame monsieur",
    ),
    Intent.LIGHT: (
        "merci", "merci beaucoup", "merci bien", "merci a vous", "ok", "okay", "ok merci", "oki", "okk", "mci",
        "thanks", "thank you", "thx", "thank you very much", "ok thanks", "tres bien merci", "super merci",
        "parfait merci", "entendu", "bien recu", "au revoir", "bonne journee", "bonne soiree", "bye", "goodbye",
        "de rien", "lol", "mdr",
    ),
}  # fmt: skip

COMMANDS: Mapping[str, Intent] = {
    "start": Intent.START, "demarrer": Intent.START,
    "stop": Intent.STOP, "arret": Intent.STOP, "unsubscribe": Intent.STOP,
    "aide": Intent.HELP, "help": Intent.HELP,
    "mesreponses": Intent.MY_ANSWERS, "mes_reponses": Intent.MY_ANSWERS, "myanswers": Intent.MY_ANSWERS,
    "my_answers": Intent.MY_ANSWERS,
    "supprimer": Intent.ERASE, "effacer": Intent.ERASE, "delete": Intent.ERASE, "erase": Intent.ERASE,
    "langue": Intent.LANGUAGE, "language": Intent.LANGUAGE, "lang": Intent.LANGUAGE,
    "confidentialite": Intent.PRIVACY, "privacy": Intent.PRIVACY,
    "mesdonnees": Intent.EXPORT, "mes_donnees": Intent.EXPORT, "mydata": Intent.EXPORT, "my_data": Intent.EXPORT,
    "export": Intent.EXPORT,
    "consultations": Intent.CONSULTATIONS,
    "invitations": Intent.INVITATIONS,
    "corriger": Intent.CORRECT, "correct": Intent.CORRECT,
    "opposition": Intent.OBJECT, "object": Intent.OBJECT,
    "suivi": Intent.FOLLOW_UP, "followup": Intent.FOLLOW_UP,
    "plustard": Intent.LATER, "later": Intent.LATER, "pause": Intent.LATER,
    "reprendre": Intent.RESUME, "resume": Intent.RESUME, "continuer": Intent.RESUME, "continue": Intent.RESUME,
    "retour": Intent.BACK, "back": Intent.BACK, "precedent": Intent.BACK,
    "passer": Intent.SKIP, "skip": Intent.SKIP,
    "qui": Intent.WHO, "who": Intent.WHO,
}  # fmt: skip

MENU: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        ("aide", "menu.help"), ("mesreponses", "menu.my_answers"), ("retour", "menu.back"), ("passer", "menu.skip"),
        ("plustard", "menu.later"), ("suivi", "menu.follow_up"), ("consultations", "menu.consultations"),
        ("invitations", "menu.invitations"), ("langue", "menu.language"), ("confidentialite", "menu.privacy"),
        ("mesdonnees", "menu.export"), ("corriger", "menu.correct"), ("opposition", "menu.object"),
        ("supprimer", "menu.erase"), ("stop", "menu.stop"),
    ),
    "en": (
        ("help", "menu.help"), ("myanswers", "menu.my_answers"), ("back", "menu.back"), ("skip", "menu.skip"),
        ("later", "menu.later"), ("followup", "menu.follow_up"), ("consultations", "menu.consultations"),
        ("invitations", "menu.invitations"), ("language", "menu.language"), ("privacy", "menu.privacy"),
        ("mydata", "menu.export"), ("correct", "menu.correct"), ("object", "menu.object"), ("delete", "menu.erase"),
        ("stop", "menu.stop"),
    ),
}  # fmt: skip
"""The commands a channel may show, per language: name, and the key of its one-line explanation."""

_LANGUAGE_WORDS: Mapping[str, str] = {
    "in english": "en", "english": "en", "english please": "en", "en anglais": "en", "in english please": "en",
    "en francais": "fr", "francais svp": "fr", "in french": "fr", "do you speak english": "en",
    "parlez vous anglais": "en", "vous parlez anglais": "en", "i speak english": "en", "english version": "en",
    "i don t speak french": "en", "i do not speak french": "en", "can we speak english": "en",
}  # fmt: skip
_POLITE = (" svp", " stp", " s il vous plait", " s il te plait", " merci", " please", " pls", " thanks", " thank you")
_WISHES = re.compile(
    "(?:(?:bonjour|bonsoir|hello|hi) )?(?:je (?:veux|voudrais|souhaite|souhaiterais|peux|dois)|j aimerais|puis je"
    "|peut on|comment(?: (?:je peux|puis je|peut on|faire pour))?|est ce que je peux|est il possible de|pouvez vous"
    "|pourriez vous|i (?:want|would like|d like|need|wish) to|(?:can|could) (?:i|you)|how (?:do|can) i|how to) (.+)"
)
_OWN_DATA = frozenset({Intent.MY_ANSWERS, Intent.ERASE, Intent.CORRECT, Intent.EXPORT})
"""What may be wished for in a sentence: it is about what they said here, so it is nothing to be read by staff."""
_THUMBS = frozenset("👍👌🙏🙂😊😀😉❤♥👋")
_UNSEEN = re.compile("[\\s\u200b-\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:@\w{1,64})?(?:\s+(\S.*))?", re.DOTALL)
_LONGEST = 60
_LEAVES: Mapping[Leaving, Intent] = {Leaving.PLAIN: Intent.STOP, Leaving.UNSURE: Intent.LEAVE}


def intent_of(text: str) -> Heard | None:
    """The intent of a message that is nothing else, or None: then it is what the person has to say."""
    stripped = text.strip()
    if command := _COMMAND.fullmatch(stripped):
        return _command(command[1].casefold(), (command[2] or "").strip())
    if len(stripped) > LONGEST_SENTENCE:
        return None
    said = plain(stripped)
    if not said:
        return Heard(Intent.LIGHT) if _all_thumbs(stripped) else None
    return (_word(said) if len(stripped) <= _LONGEST else None) or _sentence(said)


def _word(said: str) -> Heard | None:
    for version in _versions(said):
        if version in _LANGUAGE_WORDS:
            return Heard(Intent.LANGUAGE, _LANGUAGE_WORDS[version])
        if version in _INTENTS:
            return Heard(_INTENTS[version])
    if wish := _WISHES.fullmatch(said):
        meant = next((_INTENTS[each] for each in _versions(wish[1]) if each in _INTENTS), None)
        return Heard(meant) if meant in _OWN_DATA else None
    return Heard(Intent.STOP) if set(said.split()) == {"stop"} else None


def _sentence(said: str) -> Heard | None:
    if withdraws(said):
        return Heard(Intent.OBJECT)
    leaves = leaving(said)
    return None if leaves is None else Heard(_LEAVES[leaves])


def _command(name: str, argument: str) -> Heard | None:
    intent = COMMANDS.get(name)
    if intent is None:
        return None if argument else Heard(Intent.UNKNOWN_COMMAND, name)
    if intent in {Intent.START, Intent.LANGUAGE}:
        return Heard(intent, argument)
    return None if argument else Heard(intent)


def _versions(said: str) -> Iterator[str]:
    yield said
    for ending in _POLITE:
        if said.endswith(ending):
            yield said.removesuffix(ending)


def _all_thumbs(text: str) -> bool:
    seen = _UNSEEN.sub("", text)
    return bool(seen) and set(seen) <= _THUMBS


_INTENTS: Mapping[str, Intent] = {word: intent for intent, group in WORDS.items() for word in group}
