"""A small taxonomy as a town would write it, for the tests of the tagger."""

from core.model.consultations import Taxonomy, Topic

POOL = Taxonomy(
    (
        Topic(
            "horaires",
            {"fr": "Horaires", "en": "Opening hours"},
            "Les heures et les jours d'ouverture.",
            (
                "horaire",
                "heure",
                "ouvrir",
                "ouverture",
                "fermer",
                "soir",
                "matin",
                "dimanche",
                "tard",
                "hours",
                "open",
                "evening",
            ),
        ),
        Topic(
            "tarifs",
            {"fr": "Tarifs", "en": "Prices"},
            "Ce que coûte l'entrée.",
            (
                "prix",
                "tarif",
                "cher",
                "gratuit",
                "abonnement",
                "payer",
                "pouvoir d'achat",
                "price",
                "expensive",
                "free",
            ),
        ),
        Topic(
            "acces",
            {"fr": "Accès PMR", "en": "Getting in"},
            "Venir et entrer, en fauteuil, en bus, à vélo.",
            ("fauteuil", "handicap", "rampe", "ascenseur", "bus", "parking", "vélo", "wheelchair", "ramp", "bike"),
        ),
        Topic("autres", {"fr": "Autres sujets", "en": "Other"}, "", ()),
    )
)
