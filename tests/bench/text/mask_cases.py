"""Made-up contributions with something in them that must be masked, by kind, and others in which nothing must be.

Templates × forms × contexts, drawn by a seed; every person, number and address is invented. The newer rules were mended
against them: they show what gets worse, not what strangers will find. `secret` is what nobody may read afterwards.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn
from stdnum.fr import nir

EACH = 400
SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class Case:
    """`secret` stands in `text` once; "" in a text from which nothing may be taken."""

    kind: str
    text: str
    secret: str
    language: str


def cases(kind: str, count: int = EACH, seed: int = SEED) -> list[Case]:
    chance = random.Random(f"{seed}:{kind}")
    return [_case(kind, chance) for _ in range(count)]


def negatives(seed: int = SEED) -> list[Case]:
    """Hard ones: prices, dates, hours, budgets, bus lines, postal codes, references, officials, streets."""
    chance = random.Random(f"{seed}:none")
    return [Case("none", text, "", language) for text, language in _innocent(chance)]


def _case(kind: str, chance: random.Random) -> Case:
    secret, contexts, language = MAKERS[kind](chance)
    text = chance.choice(contexts).format(secret)
    spoilt = chance.random()
    if spoilt < 0.12 and kind in {"phone", "email", "card", "plate"}:
        text = text.replace(". ", "\n").replace(", ", "\n", 1)
    elif spoilt < 0.2 and secret.lower() == secret:
        text = text.lower()
    return Case(kind, text, secret, language)


# ── what is around it ────────────────────────────────────────────────────────────────────────────────────────────────

REACH_FR = (
    "Il faut plus de bancs. Mon contact : {}", "vous pouvez me joindre {} merci", "{}", "Trop de bruit le soir, {}",
    "mon numero c est {} rappelez moi svp", "plus de pistes cyclables!!! {} ", "je suis au {} si besoin",
    "Bonjour, je voudrais une réponse ({}). Cordialement", "c'est {} ou passez me voir", "la cantine est trop chère {}",
    "Propositions : 1) des arbres 2) des bancs. Répondre à {}", "voici {}, à bientôt",
)  # fmt: skip
REACH_EN = (
    "More buses please, reach me at {}", "{} is mine, get back to me", "the park is dirty. {}", "contact: {} thanks",
    "I live by the pool ({})", "please answer to {} before Monday",
)  # fmt: skip
ACCOUNT_FR = (
    "on m'a prélevé deux fois, mon compte est {} merci de rembourser", "RIB {} pour le remboursement de la cantine", "{}",
    "voilà mon iban: {}", "remboursez moi sur {} svp", "Mon compte {}, la régie l'a déjà.",
)  # fmt: skip
CARD_FR = (
    "j'ai payé la piscine avec la carte {} et rien reçu", "{}", "carte bleue {} exp 12/27", "ma cb {} a été débitée deux fois",
    "numéro de carte: {}", "paid with {} at the desk",
)  # fmt: skip
NIR_FR = (
    "mon numéro de sécu est {} et je n'ai pas de réponse", "{}", "n° SS : {}", "sécurité sociale {} dossier perdu",
    "je suis le {} et la caf ne répond pas",
)  # fmt: skip
PLATE_FR = (
    "une voiture {} est garée sur la piste cyclable", "{}", "la camionnette immatriculée {} bloque le passage",
    "toujours le même, {}, sur le trottoir devant l'école", "plaque {} encore là ce matin", "car {} parks on the pavement",
    "Le véhicule {} roule trop vite. Il faut un ralentisseur.",
)  # fmt: skip
PLACE_FR = (
    "J'habite {} et les poubelles débordent", "j habite au {}", "venez voir au {}, c'est une honte", "{}",
    "mon adresse : {}", "Je réside {}. Il manque un lampadaire.", "la fuite est chez moi, {}, depuis lundi",
    "livrez le composteur {} svp", "devant chez moi ({}) il y a un trou", "moi {} personne ne passe",
)  # fmt: skip
PLACE_EN = (
    "I live at {} and the bins are full", "{}", "my address is {}", "come to {} and see", "the leak is at {} since Monday",
)  # fmt: skip


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────

Made = tuple[str, tuple[str, ...], str]
_FIRST = [
    "camille", "sophie", "julien", "karim", "fatou", "ines", "thomas", "lea", "mehdi", "aurelie", "nguyen", "paulo",
    "svetlana", "hugo", "manon", "yasmine",
]  # fmt: skip
_LAST = [
    "moreau", "benali", "lefevre", "garnier", "traore", "dasilva", "roussel", "petit", "chevalier", "haddad", "nowak",
    "fontaine", "weber", "colin",
]  # fmt: skip
_HOUSES = [
    "gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "hotmail.fr", "outlook.com", "yahoo.fr",
    "sfr.fr", "icloud.com", "proton.me", "exemple.org",
]  # fmt: skip


def _reach(chance: random.Random) -> tuple[tuple[str, ...], str]:
    return (REACH_FR, "fr") if chance.random() < 0.8 else (REACH_EN, "en")


def _email(chance: random.Random) -> Made:
    first, last, house = chance.choice(_FIRST), chance.choice(_LAST), chance.choice(_HOUSES)
    name = chance.choice(
        (f"{first}.{last}", f"{first}{chance.randrange(99)}", f"{first}_{last}", f"{first[0]}{last}", f"{last}-{first}")
    )
    host, _, end = house.rpartition(".")
    form = chance.choice(
        (
            f"{name}@{house}", f"{name}@{house}", f"{name.upper()}@{house.upper()}", f"{name} @ {house}", f"{name}[at]{house}",
            f"{name} (at) {host} (dot) {end}", f"{name} arobase {host} point {end}", f"{first} point {last} arobase {host} point {end}",
            f"{name} at {host} dot {end}", f"{name}(arobase){house}", f"{name}@{host} .{end}", f"{name}<at>{host}<dot>{end}",
            f"{name} AROBASE {host} POINT {end}", f"mailto:{name}@{house}",
        )
    )  # fmt: skip
    return form, *_reach(chance)


def _phone(chance: random.Random) -> Made:
    two = chance.choice(("06", "07", "01", "02", "03", "04", "05", "09"))
    pairs = [two, *(f"{chance.randrange(100):02}" for _ in range(4))]
    sep = chance.choice((" ", " ", "", ".", "-", "/", "  ", "\u00a0", " - ", "_"))
    national = sep.join(pairs)
    abroad = chance.choice(("+33 ", "+33", "0033", "0033 ", "(+33) ", "+33 (0)")) + sep.join([pairs[0][1], *pairs[1:]])
    island = chance.choice(("0690", "0692", "0694", "0696", "0262", "0590")) + sep.join(
        ["", *pairs[1:4]] if sep else pairs[1:4]
    )
    thousands = f"{two}{pairs[1]} {pairs[2]}{pairs[3][0]} {pairs[3][1]}{pairs[4]}"
    return chance.choice((national, national, national, abroad, island, thousands)), *_reach(chance)


def _foreign_phone(chance: random.Random) -> Made:
    def digits(count: int) -> str:
        return "".join(str(chance.randrange(1, 10)) for _ in range(count))

    form = chance.choice(
        (
            f"+32 47{digits(1)} {digits(2)} {digits(2)} {digits(2)}", f"+41 79 {digits(3)} {digits(2)} {digits(2)}",
            f"+44 7{chance.choice('45789')}{digits(2)} {digits(6)}", f"07{chance.choice('45789')}{digits(2)} {digits(6)}",
            f"+49 151 {digits(8)}", f"+34 6{digits(2)} {digits(3)} {digits(3)}", f"+351 91{digits(1)} {digits(3)} {digits(3)}",
            f"+39 34{chance.choice('0789')} {digits(7)}", f"+213 55{digits(1)} {digits(2)} {digits(2)} {digits(2)}", f"+212 66{digits(1)}-{digits(6)}",
            f"+216 2{digits(1)} {digits(3)} {digits(3)}", f"+1 (212) {chance.randrange(2, 10)}{digits(2)}-{digits(4)}", f"00 32 47{digits(1)} {digits(6)}",
            f"0041 79 {digits(3)} {digits(4)}", f"+221 77 {digits(3)} {digits(2)} {digits(2)}", f"+352 621 {digits(3)} {digits(3)}",
        )
    )  # fmt: skip
    return form, *_reach(chance)


_UNITS = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
]  # fmt: skip
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_UNITS_EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def _pair_in_words(pair: int) -> str:
    if pair < 10:
        return f"zéro {_UNITS[pair]}"
    if pair < 20:
        return _UNITS[pair]
    ten, unit = divmod(pair, 10)
    if ten in {7, 9}:
        base = "soixante" if ten == 7 else "quatre-vingt"
        return f"{base} et onze" if pair == 71 else f"{base}-{_UNITS[10 + unit]}"
    if ten == 8:
        return "quatre-vingts" if unit == 0 else f"quatre-vingt-{_UNITS[unit]}"
    return _TENS[ten] if unit == 0 else f"{_TENS[ten]} et un" if unit == 1 else f"{_TENS[ten]}-{_UNITS[unit]}"


def _spoken_phone(chance: random.Random) -> Made:
    first = chance.choice((6, 7, 1, 2, 4, 9))
    pairs = [first, *(chance.randrange(100) for _ in range(4))]
    if chance.random() < 0.2:
        digits = "0" + str(first) + "".join(f"{pair:02}" for pair in pairs[1:])
        return " ".join(_UNITS_EN[int(digit)] for digit in digits), REACH_EN, "en"
    said = [_pair_in_words(pair) for pair in pairs]
    form = chance.choice((" ", " ", ", ", " - ")).join(said)
    match chance.randrange(5):
        case 0:
            form = form.replace("é", "e")
        case 1:
            form = form.replace("-", " ")
        case 2:
            form = "zéro " + _UNITS[first] + " " + " ".join(f"{pair:02}" for pair in pairs[1:])
    return form, REACH_FR, "fr"


def _iban(chance: random.Random) -> Made:
    def digits(count: int) -> str:
        return "".join(str(chance.randrange(10)) for _ in range(count))

    country, body = chance.choice(
        (("FR", digits(23)), ("FR", digits(10) + digits(11) + digits(2)), ("FR", digits(10) + "A" + digits(12)), ("DE", digits(18)), ("BE", digits(12)), ("ES", digits(20)), ("LU", digits(16)))
    )  # fmt: skip
    number = "".join(str(int(letter, 36)) for letter in body + country + "00")
    whole = f"{country}{98 - int(number) % 97:02}{body}"
    fours = [whole[place : place + 4] for place in range(0, len(whole), 4)]
    form = chance.choice(
        (
            whole,
            " ".join(fours),
            " ".join(fours).lower(),
            "-".join(fours),
            whole.lower(),
            ".".join(fours),
            "  ".join(fours),
            f"{whole[:4]} {whole[4:]}",
        )
    )
    return form, ACCOUNT_FR, "fr"


def _card(chance: random.Random) -> Made:
    start, length = chance.choice(
        (("4", 16), ("4", 16), ("51", 16), ("55", 16), ("2223", 16), ("37", 15), ("6011", 16))
    )
    body = start + "".join(str(chance.randrange(10)) for _ in range(length - len(start) - 1))
    whole = body + luhn.calc_check_digit(body)
    groups = (
        [whole[:4], whole[4:10], whole[10:]]
        if length == 15
        else [whole[place : place + 4] for place in range(0, 16, 4)]
    )
    return chance.choice((" ", " ", "", "-", ".", "  ", "\u00a0")).join(groups), CARD_FR, "fr"


def _social_security(chance: random.Random) -> Made:
    place = chance.choice(("2A", "2B", "75", "13", "59", "69", "33", "974", "01", "92"))
    body = f"{chance.choice('12')}{chance.randrange(100):02}{chance.randrange(1, 13):02}{place}"
    body += "".join(str(chance.randrange(10)) for _ in range(13 - len(body)))
    body = body[:10] + f"{chance.randrange(1, 999):03}"
    whole = body + nir.calc_check_digits(body)
    parts = [whole[0], whole[1:3], whole[3:5], whole[5:7], whole[7:10], whole[10:13], whole[13:]]
    form = chance.choice(
        (
            whole,
            " ".join(parts),
            " ".join(parts),
            " ".join(parts[:-1]) + f" clé {parts[-1]}",
            ".".join(parts),
            f"{whole[:13]} {whole[13:]}",
            "-".join(parts),
            " ".join(parts).lower(),
        )
    )
    return form, NIR_FR, "fr"


_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def _plate(chance: random.Random) -> Made:
    def letters(count: int) -> str:
        return "".join(chance.choice(_PLATE_LETTERS) for _ in range(count))

    one, number, other = letters(2), f"{chance.randrange(1, 1000):03}", letters(2)
    region = chance.choice(("75", "13", "69", "2A", "974", "33", "59", "06"))
    old = f"{chance.randrange(11, 9999)} {letters(chance.choice((2, 3)))} {region}"
    new = f"{one}-{number}-{other}"
    form = chance.choice(
        (
            new,
            new,
            f"{one} {number} {other}",
            f"{one}{number}{other}",
            new.lower(),
            old,
            old,
            old.replace(" ", ""),
            old.replace(" ", "-"),
        )
    )
    return form, PLATE_FR, "fr"


_WAYS = [
    "rue", "avenue", "boulevard", "impasse", "allée", "chemin", "place", "quai", "route", "square", "cours",
    "passage", "ruelle", "sentier", "résidence",
]  # fmt: skip
_OF = [
    "des Lilas", "Victor Hugo", "de la République", "du Moulin", "Jean Jaurès", "des Écoles", "de Verdun",
    "du Général Leclerc", "Saint-Michel", "aux Moines", "Pasteur", "de l'Église", "du 8 mai 1945", "d'Alsace",
    "de la Vieille Poste", "des Trois Fontaines", "Georges Clemenceau", "du Docteur Calmette",
]  # fmt: skip
_TOWNS = [
    "Paris", "Lyon", "Valbrune", "Saint-Denis", "La Rochelle", "Aix-en-Provence", "Roubaix", "Le Mans",
    "Bourg-en-Bresse", "Ajaccio",
]  # fmt: skip
_STREETS_EN = [
    "Baker Street", "Mill Lane", "Church Road", "Station Avenue", "Victoria Close", "Elm Drive", "Queen's Terrace",
    "Oak Grove", "High Street",
]  # fmt: skip


def _address(chance: random.Random) -> Made:
    if chance.random() < 0.2:
        number = f"{chance.randrange(1, 250)}{chance.choice(('', '', 'A', 'b'))}"
        street = chance.choice(_STREETS_EN)
        code = chance.choice(("", "", ", SW1A 2AA", ", Leeds LS1 4AP", " M1 1AE"))
        form = chance.choice(
            (
                f"{number} {street}{code}",
                f"Flat 4, {number} {street}{code}",
                f"flat {chance.randrange(1, 30)} {number} {street}{code}",
            )
        )
        return form, PLACE_EN, "en"
    number = str(chance.randrange(1, 250)) + chance.choice(("", "", "", " bis", " ter", "B", ","))
    way, of, town = chance.choice(_WAYS), chance.choice(_OF), chance.choice(_TOWNS)
    code = f"{chance.randrange(1, 96):02}{chance.randrange(1000):03}"
    street = f"{number} {way} {of}"
    home = chance.choice(
        (
            "bâtiment B",
            "bât. 3",
            "appartement 12",
            "appt 4",
            "escalier C",
            "3e étage porte gauche",
            "résidence les Acacias",
            "apt 21",
            "hall 2",
        )
    )
    form = chance.choice(
        (
            street, street, f"{street}, {code} {town}", f"{street} {code} {town}", f"{street} à {town}", f"{street}, {home}", f"{home}, {street}",
            f"{street}, {home}, {code} {town}", f"{number} {chance.choice(('av', 'bd', 'av.', 'bld', 'imp.', 'ch.', 'pl.'))} {of}",
            f"lieu-dit le {chance.choice(('Moulin Neuf', 'Grand Bois', 'Pré Vert'))}, {code} {town}", f"BP {chance.randrange(10, 9999)}, {code} {town}",
            f"{street.lower()} {code} {town.lower()}", f"n°{street}", f"numéro {street}", f"au {number} de la rue {of}",
        )
    )  # fmt: skip
    return form, PLACE_FR, "fr"


_GIVEN = [
    "Camille", "Sophie", "Julien", "Karim", "Fatou", "Inès", "Thomas", "Léa", "Mehdi", "Aurélie", "Paulo", "Svetlana",
    "Hugo", "Manon", "Yasmine", "Jean-Pierre", "Marie-Claude", "Ahmed", "Chantal", "Gérard", "Aïcha", "Mamadou",
    "Linh", "Sébastien", "Nathalie", "Élodie", "Mohamed", "Bernard", "Monique", "Kevin",
]  # fmt: skip
_FAMILY = [
    "Moreau", "Benali", "Lefèvre", "Garnier", "Traoré", "Da Silva", "Roussel", "Chevallier", "Haddad", "Nowak",
    "Fontaine", "Weber", "Le Goff", "De Oliveira", "N'Diaye", "Bertrand", "Nguyen", "Mercier", "Diallo", "Kaya",
]  # fmt: skip
_GIVEN_EN = ["Emily", "James", "Oliver", "Grace", "Mohammed", "Aisha", "Sarah", "Daniel", "Chloe", "Ryan"]
_FAMILY_EN = ["Smith", "Taylor", "Brown", "Wilson", "Evans", "Patel", "Khan", "Walker"]
NAME_FR = (
    ("Je m'appelle {} et je voudrais des bancs", "both given lower"), ("je m appelle {} j'habite le quartier depuis 10 ans", "both given"),
    ("Moi c'est {}, j'ai 34 ans", "both given"), ("mon nom est {}.", "both family"), ("Mon voisin M. {} met la musique à fond", "family"),
    ("Mme {} du rez-de-chaussée jette tout par la fenêtre", "family"), ("Le bruit vient de chez {}", "both"), ("Demandez à {}, elle sait tout", "both"),
    ("mon fils {} ne peut pas aller seul à l'école", "given both"), ("ma voisine {} est tombée sur le trottoir", "given both"),
    ("Plus de bus le soir.\n{}", "both"), ("Plus d'arbres. Cordialement, {}", "both"), ("Signé : {}", "both"), ("{} a tout cassé dans le hall hier", "both"),
    ("C'est {} qui se gare toujours là", "both"), ("la famille {} fait trop de bruit", "family"), ("Contactez {} pour le jardin partagé", "both"),
    ("ma fille {} attend une place en crèche", "given both"), ("Le gardien, {}, ne répond jamais", "both"), ("Monsieur {} bloque la rue avec son camion", "family both"),
    ("avec mon mari {} on voudrait un composteur", "given both"), ("l'animatrice {} est très gentille avec les enfants", "given both"),
)  # fmt: skip
NAME_EN = (
    ("My name is {} and I want more trees", "both given"), ("I'm {}, I live near the pool", "both given"), ("My neighbour {} plays loud music", "both given"),
    ("Ask {} about the garden", "both"), ("Mrs {} next door needs a bench", "family"), ("More buses. Regards, {}", "both"), ("my son {} walks to school", "given"),
)  # fmt: skip


def _name(chance: random.Random) -> Made:
    english = chance.random() < 0.2
    given, family = (_GIVEN_EN, _FAMILY_EN) if english else (_GIVEN, _FAMILY)
    template, forms = chance.choice(NAME_EN if english else NAME_FR)
    first, last = chance.choice(given), chance.choice(family)
    form = chance.choice(forms.split())
    said = {"both": f"{first} {last}", "given": first, "family": last, "lower": f"{first} {last}".lower()}[form]
    return said, (template,), "en" if english else "fr"


MAKERS: dict[str, Callable[[random.Random], Made]] = {
    "email": _email,
    "phone": _phone,
    "phone_foreign": _foreign_phone,
    "phone_words": _spoken_phone,
    "iban": _iban,
    "card": _card,
    "social_security": _social_security,
    "plate": _plate,
    "address": _address,
    "name": _name,
}


# ── nothing to mask ──────────────────────────────────────────────────────────────────────────────────────────────────

INNOCENT_FR = (
    "la rue {of} est sale", "place {of}, il manque des arbres", "le square {of} ferme trop tôt", "l'avenue {of} est dangereuse pour les vélos",
    "M. {family}, maire de {town}, a promis un gymnase", "Madame la maire, merci pour le parc", "Monsieur le Maire, que faites-vous ?", "notre députée {given} {family} n'a rien fait",
    "le maire {given} {family} doit nous répondre", "l'adjoint aux sports, M. {family}, était là", "l'école {given} {family} est trop petite", "le collège {of} manque de profs",
    "un budget de {million} euros pour {n} logements", "{million} € c'est trop cher", "le ticket coûte {price} € et l'abonnement {price2} €", "ouvert de {h}h{m} à {h2}h{m}, fermé le lundi",
    "du {d}/{mo}/{y} au {d2}/{mo}/{y}", "le {d} {month} {y} à {h} h {m}", "réunion le {d}.{mo}.{y} salle {n}", "bus {n}, arrêt Gare, toutes les {n2} minutes",
    "les lignes {n}, {n2} et {n3} sont pleines", "code postal {code}", "{code} {town} mérite mieux", "dans le {n2}e arrondissement", "dossier {ref} sans réponse depuis {n2} mois", "permis de construire PC {code} {y} {n3}",
    "facture n° {ref} de {price} euros", "article L{n3}-{n2} du code", "loi n° {y}-{n3} du {d} {month} {y}", "norme ISO 9001 et NF C 15-100", "il y a {n3} places pour {n} voitures rue {of}",
    "{n2} rues du quartier sont sombres", "en {y} on était {million} habitants", "zone 30 et {n2} ralentisseurs avenue {of}", "la route départementale D{n3} et la N{n2}", "lot {n2} parcelle AB {n3}",
    "{n2} enfants par classe, {n2} heures par semaine", "horaires 8.00 12.00 14.00 18.00", "la température monte à {n2} degrés en {y}", "un, deux, trois, il faut agir", "six ou sept bancs de plus et deux fontaines",
    "zéro déchet et zéro voiture en deux mille trente", "appelez le 15, le 17, le 18 ou le 112", "le 3114 est gratuit", "rendez-vous place {of} à {h} heures", "la statue de {given} {family} est sale",
    "le stade {given} {family} est vieux", "Pierre qui roule n'amasse pas mousse", "Il faut une maison de santé à {town}", "la Saint-Jean et la fête de la Musique", "La Poste et le Crédit Agricole ont fermé",
    "Emmanuel Macron a promis", "le plan Vigipirate et la Région Bretagne", "Noël au marché de {town}", "le quartier Saint-Michel et la cité des Fleurs", "Merci beaucoup et Bonne Année", "le pont de Pierre est fermé",
    "la salle polyvalente de {town} est froide", "les habitants de {town} attendent depuis {y}", "résidence étudiante trop chère", "un arrêt à la gare de {town} svp", "bâtiment municipal mal isolé", "allée du parc boueuse",
)  # fmt: skip
INNOCENT_EN = (
    "{of_en} is dirty", "the corner of {of_en} is dark", "Mayor {family_en} promised a pool", "Councillor {given_en} {family_en} never answers", "open from {h}am to 6pm", "a budget of £{million}",
    "on {d} {month_en} {y} at {h}:{m}", "bus {n} every {n2} minutes", "ref {ref} with no answer", "{n2} benches on {of_en} please", "call 999 or 112", "St Mary's School is too small", "one or two more trees and three benches",
)  # fmt: skip
_MONTHS = ["janvier", "mars", "avril", "mai", "juin", "septembre", "octobre", "décembre"]


def _innocent(chance: random.Random, rounds: int = 12) -> Iterator[tuple[str, str]]:
    for template in (*INNOCENT_FR, *INNOCENT_EN) * rounds:
        values = {
            "of": chance.choice(_OF), "family": chance.choice(_FAMILY), "given": chance.choice(_GIVEN), "town": chance.choice(_TOWNS),
            "million": f"{chance.randrange(1, 90)} {chance.randrange(1000):03} {chance.randrange(1000):03}", "n": chance.randrange(2, 400), "n2": chance.randrange(2, 40), "n3": chance.randrange(100, 999),
            "price": f"{chance.randrange(1, 90)},{chance.randrange(10, 99)}", "price2": f"{chance.randrange(100, 900)}.{chance.randrange(10, 99)}", "h": chance.randrange(7, 12), "h2": chance.randrange(17, 23), "m": chance.choice(("00", "15", "30", "45")),
            "d": f"{chance.randrange(1, 29):02}", "d2": f"{chance.randrange(1, 29):02}", "mo": f"{chance.randrange(1, 13):02}", "y": chance.randrange(2015, 2031), "month": chance.choice(_MONTHS), "month_en": "March",
            "code": f"{chance.randrange(10, 96):02}{chance.randrange(1000):03}", "ref": f"{chance.choice(('A', 'DP', 'RF', '2026-'))}{chance.randrange(1000, 999_999)}",
            "of_en": chance.choice(_STREETS_EN), "family_en": chance.choice(_FAMILY_EN), "given_en": chance.choice(_GIVEN_EN),
        }  # fmt: skip
        yield template.format(**values), "en" if template in INNOCENT_EN else "fr"
