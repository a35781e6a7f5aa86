"""Near duplicates: seconds for 100,000 short texts, and how many planted edits are found with the text they come from.

Originals are real contributions where the data are, else made-up ones. Edits are what people and their telephones do:
accents and capitals dropped, slips, a greeting, a small word more or less, two words swapped. Counter-edits change what
is said: another number, a "pas", another telling word. They must stay apart.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.corpus.duplicates import groups
from nlp.normalise import WORD, fold
from tests.bench.text.data import rows_of

PLANTED = 4_000
_FEWEST_WORDS = 4
_KEYS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_SMALL = ("vraiment", "aussi", "donc", "de", "la", "il", "faut", "un")
_GREETINGS = ("Bonjour, {}", "Bonjour {} merci", "{} Merci", "{} svp", "Bonsoir. {} Cordialement", "{} merci beaucoup")
_OTHERS = ("bibliothèque", "éclairage", "trottoirs", "cantine", "gymnase", "marché", "poubelles", "stationnement")


@dataclass(frozen=True, slots=True)
class Plant:
    """`text` was made of the original at `place`. `same`: it still says the same."""

    text: str
    place: int
    same: bool


def real_texts(data: Path) -> list[str]:
    """Distinct contributions of all sets, four words or more, in the order of the files."""
    files = (*sorted((data / "topics").glob("*.jsonl")), *sorted((data / "replay").glob("*.jsonl")))
    seen: dict[str, None] = {}
    for path in files:
        for row in rows_of(path):
            if len(WORD.findall(row["text"])) >= _FEWEST_WORDS:
                seen.setdefault(row["text"][:600])
    return list(seen)


def made_up(count: int, chance: random.Random) -> list[str]:
    """Short demands, no two with the same words."""
    what = ("bancs", "arbres", "bus", "pistes", "fontaines", "toilettes", "crèches", "médecins", "concerts", "jeux")
    where = ("place", "quai", "gare", "école", "stade", "parc", "marché", "mairie", "lycée", "port", "piscine")
    when = ("le soir", "le matin", "le dimanche", "en été", "en hiver", "la nuit", "pendant les vacances", "à midi")
    why = ("pour les enfants", "pour les anciens", "pour tous", "contre le bruit", "contre la chaleur")
    seen: dict[str, None] = {}
    for number in range(count * 3):
        there = f"près de {chance.choice(where)} {number % 997}"
        seen.setdefault(f"Il faudrait plus de {chance.choice(what)} {there} {chance.choice(when)} {chance.choice(why)}")
    return list(seen)[:count]


def plants(texts: Sequence[str], chance: random.Random, count: int = PLANTED) -> list[Plant]:
    """Half edits, a quarter counter-edits."""
    made = []
    for place in chance.sample(range(len(texts)), min(count, len(texts))):
        kind = chance.choice(EDITS)
        edited = kind(texts[place], chance)
        if edited != texts[place]:
            made.append(Plant(edited, place, same=True))
        other = chance.choice(COUNTER_EDITS)(texts[place], chance)
        if place % 2 and fold(other) != fold(texts[place]):
            made.append(Plant(other, place, same=False))
    return made


def figures(texts: Sequence[str], *, total: int = 100_000, seed: int = 7) -> dict[str, float]:
    """`seconds` for `total` texts; `recall` of planted edits; `precision`: pairs that belong ÷ pairs that were joined.

    A joined pair belongs when both are edits of one original; pairs of two real texts are judged by hand, elsewhere.
    """
    chance = random.Random(seed)
    planted = plants(texts, chance)
    filling = made_up(max(0, total - len(texts) - len(planted)), chance)
    everything = [*texts, *(plant.text for plant in planted), *filling]
    start = time.perf_counter()
    found = groups(everything)
    seconds = time.perf_counter() - start
    joined = [found[place] == found[plant.place] for place, plant in enumerate(planted, len(texts))]
    wanted = [both for both, plant in zip(joined, planted, strict=True) if plant.same]
    unwanted = [both for both, plant in zip(joined, planted, strict=True) if not plant.same]
    return {
        "seconds": round(seconds, 2),
        "texts": len(everything),
        "recall": round(sum(wanted) / len(wanted), 4),
        "precision": round(sum(wanted) / max(1, sum(wanted) + sum(unwanted)), 4),
        "planted": len(wanted),
        "counter_edits": len(unwanted),
        "counter_edits_joined": sum(unwanted),
    }


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _no_accents(text: str, chance: random.Random) -> str:
    return fold(text)


def _capitals(text: str, chance: random.Random) -> str:
    return text.upper()


def _no_punctuation(text: str, chance: random.Random) -> str:
    return " ".join(WORD.findall(text))


def _slip(text: str, chance: random.Random) -> str:
    """One or two letters: doubled, dropped, swapped, or the key beside."""
    letters = list(text)
    for _ in range(1 + (len(text) > 60)):
        places = [
            place
            for place in range(1, len(letters) - 1)
            if letters[place - 1 : place + 2] and "".join(letters[place - 1 : place + 2]).isalpha()
        ]
        if not places:
            break
        place = chance.choice(places)
        match chance.randrange(4):
            case 0:
                letters[place] *= 2
            case 1:
                del letters[place]
            case 2:
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
            case _:
                letters[place] = _beside(letters[place], chance)
    return "".join(letters)


def _beside(letter: str, chance: random.Random) -> str:
    row = next((row for row in _KEYS if letter.lower() in row), letter)
    at = row.find(letter.lower())
    return row[max(0, min(len(row) - 1, at + chance.choice((-1, 1))))]


def _greeting(text: str, chance: random.Random) -> str:
    return chance.choice(_GREETINGS).format(text)


def _small_word_more(text: str, chance: random.Random) -> str:
    words = text.split()
    words.insert(chance.randrange(len(words)), chance.choice(_SMALL))
    return " ".join(words)


def _swapped(text: str, chance: random.Random) -> str:
    words = text.split()
    place = chance.randrange(len(words) - 1)
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def _emoji(text: str, chance: random.Random) -> str:
    return f"{text}{chance.choice((' !!!', ' 😀', '...', ' ???', ' 👍👍'))}"


EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    _no_accents, _capitals, _no_punctuation, _slip, _slip, _slip, _greeting, _small_word_more, _swapped, _emoji,
)  # fmt: skip


def _other_number(text: str, chance: random.Random) -> str:
    words = text.split()
    words.insert(chance.randrange(len(words)), str(chance.randrange(2, 99)))
    return " ".join(words)


def _denied(text: str, chance: random.Random) -> str:
    words = text.split()
    words.insert(1, "jamais")
    return " ".join(words)


def _other_word(text: str, chance: random.Random) -> str:
    """Half of the telling words replaced: about the same length, another matter."""
    words = text.split()
    telling = [place for place, word in enumerate(words) if len(word) > 4]
    for place in chance.sample(telling, max(1, len(telling) // 3)) if telling else ():
        words[place] = chance.choice(_OTHERS)
    return " ".join(words)


COUNTER_EDITS: tuple[Callable[[str, random.Random], str], ...] = (_other_number, _denied, _other_word)
