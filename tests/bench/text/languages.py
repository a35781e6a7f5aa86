"""Languages: of real texts of four words or more, and of made-up ones of one to three, a quarter of them off the prior.

The prior is the language of the conversation. On the prior three times in four; else it is another of the four.
`off_prior_recall`: of the short ones that are off the prior, the share that is seen to be.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from nlp.language import detect
from nlp.normalise import WORD
from tests.bench.text.data import rows_of

LANGUAGES = ("fr", "en", "de", "es")
_EACH = 500
_SOURCES = (
    ("topics/fr_entendre_la_france.jsonl", "fr"),
    ("topics/de_cimt_cycling.jsonl", "de"),
    ("replay/es_decide_madrid_commentaires.jsonl", "es"),
    ("votes/multi_polis.jsonl", "en"),
)

SHORT: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "plus d'arbres", "plus de bus", "moins de voitures", "trop cher", "trop de bruit", "des bancs", "le dimanche", "ouvrir le soir", "la propreté", "pistes cyclables",
        "des poubelles", "rien à dire", "je sais pas", "les horaires", "l'éclairage public", "cantine gratuite", "la sécurité", "des toilettes", "plus de verdure", "un marché bio",
        "les trottoirs", "merci beaucoup", "très bien", "pas du tout", "tous les jours", "jeux pour enfants", "places de parking", "le prix", "transports gratuits", "du calme",
        "une crèche", "médecins généralistes", "le chauffage", "moins d'impôts", "eau trop froide", "vestiaires sales", "plus tard", "la piscine", "à la gare", "nettoyer les rues",
    ),
    "en": (
        "more trees", "more buses", "fewer cars", "too expensive", "too noisy", "more benches", "on Sunday", "open later", "street lighting", "cycle lanes",
        "litter bins", "nothing really", "don't know", "opening hours", "better lighting", "free meals", "safer streets", "public toilets", "green spaces", "farmers market",
        "the pavements", "thank you", "very good", "not at all", "every day", "children's playground", "parking spaces", "the price", "free transport", "less noise",
        "a nursery", "more doctors", "the heating", "lower taxes", "cold water", "dirty showers", "weekend evenings", "swimming lessons", "near the station", "clean the streets",
    ),
    "de": (
        "mehr Bäume", "mehr Busse", "weniger Autos", "zu teuer", "zu laut", "mehr Bänke", "am Sonntag", "länger öffnen", "bessere Beleuchtung", "neue Radwege",
        "mehr Mülleimer", "weiß nicht", "keine Ahnung", "die Öffnungszeiten", "saubere Straßen", "kostenloses Essen", "mehr Sicherheit", "öffentliche Toiletten", "mehr Grün", "ein Wochenmarkt",
        "die Gehwege", "vielen Dank", "sehr gut", "gar nicht", "jeden Tag", "Spielplatz für Kinder", "mehr Parkplätze", "der Preis", "kostenlose Busse", "weniger Lärm",
        "eine Kita", "mehr Ärzte", "die Heizung", "weniger Steuern", "kaltes Wasser", "schmutzige Duschen", "am Wochenende", "das Schwimmbad", "nicht zu spät", "Straßen sauber machen",
    ),
    "es": (
        "más árboles", "más autobuses", "menos coches", "muy caro", "mucho ruido", "más bancos", "los domingos", "abrir más tarde", "mejor iluminación", "carriles bici",
        "más papeleras", "no sé", "nada que decir", "los horarios", "calles limpias", "comedor gratuito", "más seguridad", "aseos públicos", "zonas verdes", "un mercado",
        "las aceras", "muchas gracias", "muy bien", "para nada", "todos los días", "parque para niños", "plazas de aparcamiento", "el precio", "transporte gratis", "menos ruido",
        "una guardería", "más médicos", "la calefacción", "menos impuestos", "agua fría", "duchas sucias", "fines de semana", "la piscina", "cerca del metro", "limpiar las calles",
    ),
}  # fmt: skip


def real_texts(data: Path, chance: random.Random) -> list[tuple[str, str]]:
    """(text, language) of the real sets, four words or more, as many of each language."""
    found: list[tuple[str, str]] = []
    for name, language in _SOURCES:
        path = data / name
        if not path.exists():
            continue
        texts = [
            row["text"]
            for row in rows_of(path)
            if row.get("lang", language) == language and len(WORD.findall(row["text"])) >= 4
        ]
        found += [(text, language) for text in chance.sample(texts, min(_EACH, len(texts)))]
    return found


def short_texts() -> list[tuple[str, str]]:
    return [(text, language) for language, texts in SHORT.items() for text in texts]


def with_priors(texts: Sequence[tuple[str, str]], chance: random.Random) -> list[tuple[str, str, str]]:
    """(text, language, prior): one in four off the prior."""
    off = [number % 4 == 0 for number in range(len(texts))]
    chance.shuffle(off)
    return [
        (text, language, chance.choice([other for other in LANGUAGES if other != language]) if away else language)
        for (text, language), away in zip(texts, off, strict=True)
    ]


def figures(data: Path, rounds: int = 10, seed: int = 11) -> dict[str, tuple[int, int]]:
    """Key → (right, of how many). The short texts are drawn `rounds` times, with other priors."""
    chance = random.Random(seed)
    found: dict[str, tuple[int, int]] = {}
    if texts := real_texts(data, chance):
        found["language_accuracy"] = _right(with_priors(texts, chance))
    short = [each for _ in range(rounds) for each in with_priors(short_texts(), chance)]
    found["language_accuracy_short"] = _right(short)
    found["language_off_prior_recall"] = _right([each for each in short if each[1] != each[2]])
    return found


def _right(tried: Sequence[tuple[str, str, str]]) -> tuple[int, int]:
    return sum(detect(text, prior) == language for text, language, prior in tried), len(tried)
