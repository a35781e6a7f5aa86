"""What simulated neighbours answer, written for the sample. "|" cuts an answer into the messages it comes in."""

from collections.abc import Mapping, Sequence

SAYINGS: Mapping[str, Sequence[str]] = {
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
        "open later in the evening | and on Sundays too",
        "cheaper tickets for families",
        "step-free access for wheelchairs",
        "swimming lessons for adults please",
        "the changing rooms should be cleaner",
        "a bus stop closer to the pool",
    ),
}
