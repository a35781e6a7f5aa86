"""What simulated neighbours answer. For the swimming pool of the samples it was written by hand; for any other
consultation it is put together from the names of its topics. "|" cuts an answer into the messages it comes in.
"""

from collections.abc import Mapping, Sequence

from core.model.consultations import Consultation

Sayings = Mapping[str, Sequence[str]]

POOL = "piscine"

_POOL: Sayings = {
    "fr": (
        "ouvrir plus tard le soir | et le dimanche aussi, mon fils travaille",
        "des horaires plus larges le matin avant le travail",
        "ouvrez jusqu'a 22h en semaine svp",
        "le dimanche apres midi ce serait bien",
        "moins cher pour les familles",
        "le tarif famille est trop élevé | avec trois enfants c'est vite 20 euros",
        "un abonnement au mois pas trop cher",
        "gratuit pour les chomeurs et les etudiants",
        "un acces pour les fauteuils roulants, aujourd'hui il y a des marches",
        "une rampe et un vestiaire adapté pour ma mère | elle est en fauteuil",
        "les vestiaires sont sales, il faut nettoyer plus souvent",
        "douches froides et vestiaires pas propres",
        "plus de cours d'aquagym pour les seniors",
        "des cours de natation pour adultes debutants",
        "un bus qui passe devant le soir",
        "le parking est toujours plein | et pas de place pour les velos",
        "je ne sais pas trop",
        "plus de casiers qui ferment",
        "une meilleure eau, le chlore me pique les yeux",
        "oraires le samedi matin et tarif reduit",
        "appelez moi au 06 12 34 56 78 pour en parler, les horaires ne vont pas",
        "Plus d'activités pour les ados le mercredi",
    ),
    "en": (
        "open later in the evening | and on Sundays too, my son works",
        "earlier in the morning, before work",
        "please open until 10 pm on weekdays",
        "Sunday afternoons would be nice",
        "cheaper tickets for families",
        "the family ticket costs too much | with three children it is soon 20 euros",
        "a monthly card that is not too expensive",
        "free for students and the unemployed",
        "step-free access for wheelchairs, there are stairs today",
        "a ramp and a bigger changing room for my mother | she is in a wheelchair",
        "the changing rooms are dirty, clean them more often",
        "cold showers and smelly changing rooms",
        "more aqua aerobics classes for older people",
        "swimming lessons for adults please",
        "a bus that stops in front in the evening",
        "the car park is always full | and no place for bikes",
        "I don't really know",
        "more lockers that actually close",
        "better water, the chlorine stings my eyes",
        "opening hours on saterday and a discount",
        "call me on 06 12 34 56 78 about the opening hours",
        "more activities for teenagers on Wednesdays",
    ),
}

_ABOUT: Sayings = {
    "fr": (
        "le plus important pour moi : {topic}",
        "surtout {topic} | et aussi {other}",
        "{topic}, il y a beaucoup à faire",
        "je pense à {topic}",
        "{topic} et {other}, le reste va bien",
        "je ne sais pas trop",
    ),
    "en": (
        "what matters most to me: {topic}",
        "above all {topic} | and also {other}",
        "{topic}, there is a lot to do",
        "I am thinking of {topic}",
        "{topic} and {other}, the rest is fine",
        "I don't really know",
    ),
}


def sayings_for(consultation: Consultation) -> Sayings:
    """By language of the consultation, at least one saying."""
    written = _POOL if consultation.id == POOL else {}
    return {language: written.get(language) or _made_up(consultation, language) for language in consultation.languages}


def _made_up(consultation: Consultation, language: str) -> list[str]:
    """Every way to say it, about every topic and the one after it."""
    names = [_small(consultation.in_language(topic.name, language)) for topic in consultation.topics] or ["…"]
    others = [*names[1:], names[0]]
    ways = _ABOUT.get(language, _ABOUT["en"])
    return [way.format(topic=name, other=other) for way in ways for name, other in zip(names, others, strict=True)]


def _small(name: str) -> str:
    """As inside a sentence; initials stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
