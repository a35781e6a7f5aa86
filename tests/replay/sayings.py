"""Answers that nobody gave, for where the real ones are absent: sentences put together by a seeded chance.

They are made to be awkward: several messages, no accents, slips of the finger, capitals, emoji, numbers and addresses
to be masked (fictitious ones), what a spreadsheet would take for a formula, one text longer than a message.
"""

import unicodedata
from collections.abc import Callable
from random import Random

from tests.replay.people import Row, as_sent

_WHO = ("les communes", "les retraités", "les élus", "les grandes entreprises", "l'hôpital", "les petites gares")
_WANT = ("il faudrait aider", "on oublie toujours", "je voudrais que l'on écoute", "arrêtons de taxer", "qui contrôle")
_WHAT = ("parce que la vie est chère", "pour le climat", "et baisser la TVA", "avant de fermer une école de plus")
_MORE = (
    "Je prends le train tous les jours et il est en retard.",
    "Le vote blanc doit compter, sinon à quoi bon.",
    "Moins de plastique au marché, plus de bacs pour les déchets.",
    "Les démarches sur internet sont trop compliquées pour ma mère.",
    "Un référendum par an, pas plus, mais que l'on en tienne compte.",
    "Mon voisin chauffe tout l'hiver pour rien : isolons d'abord.",
)
_REACH_ME = (
    "On peut me joindre au 01 99 00 12 34 le soir.",
    "Écrivez-moi : camille.martin@exemple.example, merci.",
    "Mon compte : FR76 3000 6000 0112 3456 7890 189.",
    "Appelez le 06.39.98\n12.34 avant midi.",
)
_AWKWARD = (
    "=1+2 voilà ce que cela coûte",
    "🚲🚲 partout <b>vite</b>",
    "@tous *lisez* ceci : {prix}",
    "50%, pas moins\\n",
)


def made_up_rows(count: int, *, seed: int) -> list[Row]:
    """`count` rows; the fifth is longer than one message."""
    chance = Random(seed)
    rows = [Row(f"made-up-{place}", as_sent(_messages(chance))) for place in range(count)]
    if count > 4:
        longest = " ".join(_sentence(chance) for _ in range(90))
        rows[4] = Row(rows[4].id, as_sent([longest]))
    return rows


def _messages(chance: Random) -> list[str]:
    count = chance.choice((1, 1, 1, 2, 3, 6))
    return [_typed(chance, _sentence(chance)) for _ in range(count)]


def _sentence(chance: Random) -> str:
    drawn = chance.random()
    if drawn < 0.15:
        return chance.choice(_REACH_ME)
    if drawn < 0.25:
        return chance.choice(_AWKWARD)
    if drawn < 0.55:
        return chance.choice(_MORE)
    return f"{chance.choice(_WANT)} {chance.choice(_WHO)} {chance.choice(_WHAT)}"


def _typed(chance: Random, text: str) -> str:
    """As thumbs write it."""
    habits: tuple[Callable[[str], str], ...] = (str, str, _without_accents, str.upper, lambda said: _slip(chance, said))
    return chance.choice(habits)(text)


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _slip(chance: Random, text: str) -> str:
    place = chance.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
