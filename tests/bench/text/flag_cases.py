"""Flags: made-up insults and threats in their disguises, angry texts that are neither, and false alarms on real texts."""

import random
from collections.abc import Callable
from pathlib import Path

from nlp.flags import flags
from tests.bench.text.data import rows_of

INSULTS = (
    "vous êtes des connards", "le maire est un enculé", "bande d'incapables", "espèce de clown", "va te faire foutre", "fils de pute", "ta gueule", "grosse conne",
    "sale arabe", "rentrez dans votre pays", "vous êtes tous des voleurs", "pauvre con", "tas de merde", "nique ta mère", "sale pd", "tête de con",
    "you are all idiots", "fuck off", "piece of shit", "you bastard", "what a wanker", "son of a bitch", "go back to your country", "dirty jew",
)  # fmt: skip
THREATS = (
    "je vais te tuer", "je vais vous buter", "on va vous pendre", "tu vas crever", "vous allez le regretter", "je sais où tu habites", "on va mettre le feu à la mairie",
    "mort aux élus", "une balle dans la tête", "il faut le lyncher", "je reviens avec un fusil", "tu perds rien pour attendre", "faites gaffe à vous",
    "I will kill you", "we know where you live", "the mayor should be shot", "you will pay for this", "watch your back", "we will burn the town hall", "I will come back with a gun",
)  # fmt: skip
ANGRY = (
    "c'est nul votre truc", "quelle merde ce bus", "c'est vraiment con d'avoir fermé", "putain enfin une piste cyclable", "ça me tue de payer autant", "on va tuer le commerce", "il faut abattre ce mur",
    "les arbres vont mourir", "je vais exploser de colère", "ras le bol des mensonges", "vous ne servez à rien", "honte à vous", "démission", "les voleurs de vélos", "un chien méchant au parc",
    "faire sauter ce feu rouge", "descendre à l'arrêt Gare", "frapper à toutes les portes", "le bus est en retard", "un spectacle de clowns", "la vieille ville est sale", "brûler moins de déchets",
    "this is stupid", "the bus is crap", "damn potholes everywhere", "kill the noise", "shoot a film in the park", "I am sick of lies", "you never listen", "the old bridge should be burnt into memory",
)  # fmt: skip


def figures(data: Path, seed: int = 5) -> dict[str, tuple[int, int]]:
    """Key → (how many, of how many). The false alarms on real texts are all flags: few are met, most of them quote somebody."""
    chance = random.Random(seed)
    found = {
        "flags_recall_insult": _met("insult", INSULTS, chance),
        "flags_recall_threat": _met("threat", THREATS, chance),
        "flags_wrong_on_anger": (sum(bool(flags(text)) for text in ANGRY), len(ANGRY)),
    }
    if texts := _real(data):
        found["flags_on_real_texts"] = (sum(bool(flags(text)) for text in texts), len(texts))
    return found


def _met(kind: str, texts: tuple[str, ...], chance: random.Random) -> tuple[int, int]:
    """As they are, and each in three disguises."""
    tried = list(texts) + [chance.choice(DISGUISES)(text, chance) for text in texts for _ in range(3)]
    return sum(kind in flags(f"Bonjour, {text} !") for text in tried), len(tried)


def _real(data: Path) -> list[str]:
    rows = (row for path in sorted(data.glob("*/*.jsonl")) for row in rows_of(path))
    return list(dict.fromkeys(row["text"] for row in rows if row.get("lang", "fr") in {"fr", "en"}))


def _capitals(text: str, chance: random.Random) -> str:
    return text.upper()


def _figures_for_letters(text: str, chance: random.Random) -> str:
    return text.replace("o", "0").replace("a", "@")


def _spread(text: str, chance: random.Random) -> str:
    """The longest word letter by letter."""
    longest = max(text.split(), key=len)
    return text.replace(longest, chance.choice((" ", ".", "-")).join(longest))


def _dragged(text: str, chance: random.Random) -> str:
    longest = max(text.split(), key=len)
    place = next((place for place, letter in enumerate(longest) if letter in "aeiouy"), 0)
    return text.replace(longest, longest[:place] + longest[place] * 5 + longest[place + 1 :])


def _hidden_signs(text: str, chance: random.Random) -> str:
    return "\u200b".join(text)


DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    _capitals, _figures_for_letters, _spread, _dragged, _hidden_signs,
)  # fmt: skip
