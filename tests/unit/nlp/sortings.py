"""Short texts about a swimming pool, made from a few words of ours: sorted, unsorted, and about nothing of the list."""

import random
from collections.abc import Sequence

from core.model.consultations import Taxonomy, Topic
from nlp.learning.training import Example

POOL = Taxonomy(
    (
        Topic(
            "Horaires", {"fr": "Horaires"}, "Quand la piscine est ouverte.", ("horaires", "ouvert", "soir", "dimanche")
        ),
        Topic("Tarifs", {"fr": "Tarifs"}, "Ce que coûte une entrée.", ("tarif", "prix", "cher", "abonnement")),
        Topic("Propreté", {"fr": "Propreté"}, "L'état des douches et des vestiaires.", ("propre", "sale", "douche")),
    )
)
KNOWN = (
    ("ouvert le soir", "des horaires plus longs", "ouvert le dimanche"),
    ("le prix est cher", "un tarif pour les familles", "un abonnement"),
    ("les douches sont sales", "plus propre", "une douche qui marche"),
)
OTHERWISE = (
    ("nocturnes bienvenues", "fermez après vingt heures", "créneau avant le travail"),
    ("gratuit pour les étudiants", "trop de sous", "réduction chômeurs"),
    ("cheveux partout", "moisissures au plafond", "odeur de javel"),
)
"""Said without any word of the list: only examples can teach these."""
AROUND = ("s'il vous plaît", "pour tout le monde", "enfin", "je trouve", "avec mes enfants", "depuis un an", "vraiment")


def texts(n: int, seed: int, *, share_otherwise: float = 0.5, alone: bool = False) -> list[Example]:
    """`alone`: only what is said otherwise."""
    chance = random.Random(seed)
    made = []
    for number in range(n):
        topic = chance.randrange(3)
        kinds = OTHERWISE if alone or chance.random() < share_otherwise else KNOWN
        words = [chance.choice(kinds[topic]), chance.choice(AROUND), f"n{number}" if chance.random() < 0.3 else ""]
        made.append(Example(" ".join(word for word in words if word), frozenset({topic})))
    return made


def share_right(found: Sequence[int], wanted: Sequence[Example]) -> float:
    return sum(topic in each.topics for topic, each in zip(found, wanted, strict=True)) / len(wanted)
