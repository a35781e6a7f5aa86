"""The few sentences that Slack itself needs, for staff. Everything else that staff read comes from the desk."""

from collections.abc import Mapping

LANGUAGES = ("fr", "en")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "title": "Porte-voix",
        "close": "Fermer",
        "opening": "Un instant…",
        "failed": "Ça n'a pas marché, et rien n'a changé. Réessayez dans une minute.",
        "not_found": "Ce n'est plus là, ou ce n'est pas à vous. Tapez /porte-voix aide.",
        "not_allowed": "Vous ne pouvez pas faire ça d'ici. Demandez à la personne qui s'occupe de Porte-voix.",
        "too_late": "Slack a été trop lent. Appuyez encore une fois.",
        "missing_scope": "Il manque un droit à l'application Slack : la réinstaller avec son manifeste le donne.",
        "handed_over": "Le fichier est dans vos messages avec Porte-voix : vous seul le voyez.",
        "unknown": "Je ne connais pas cette demande. Voici celles que je connais.",
        "stranger": "Porte-voix ne répond qu'aux personnes de son espace Slack.",
    },
    "en": {
        "title": "Porte-voix",
        "close": "Close",
        "opening": "One moment…",
        "failed": "That did not work, and nothing changed. Try again in a minute.",
        "not_found": "It is no longer there, or it is not yours. Type /porte-voix help.",
        "not_allowed": "You cannot do that from here. Ask the person who looks after Porte-voix.",
        "too_late": "Slack was too slow. Press once more.",
        "missing_scope": "The Slack app lacks a permission: installing it again with its manifest gives it.",
        "handed_over": "The file is in your messages with Porte-voix: only you see it.",
        "unknown": "I do not know this one. Here is what I know.",
        "stranger": "Porte-voix only answers people of its own Slack workspace.",
    },
}


def say(key: str, language: str) -> str:
    """The sentence in `language`, in French when we have no such language."""
    return _WORDS.get(language, _WORDS["fr"])[key]


def say_both(key: str) -> str:
    """The sentence in every language, when we do not know the person's yet."""
    return " · ".join(dict.fromkeys(_WORDS[language][key] for language in LANGUAGES))
