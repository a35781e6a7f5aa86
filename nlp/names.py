"""People who say their own name, or somebody's with a title: "je m'appelle …", "my name is …", "Mme …", a signature.

A light rule, precision first. What stays: elected officials and holders of an office, streets and places, titles
without a name ("Monsieur le Maire"). A name said in passing, without any of these signs, is not seen: the
documentation says so.
"""

import re
from collections.abc import Iterator

from nlp.normalise import fold
from nlp.spans import Span
from nlp.stopwords import STOPWORDS

_WORD = r"(?:[NODL]['’])?[^\W\d_]{2,30}(?:['’-][^\W\d_]{1,30}){0,3}"
_INTRODUCTION = re.compile(
    r"(?<!\w)(?:je\s?m['’ ]?\s?app?el+e?s?|j['’ ]?m['’ ]?app?el+e"
    r"|mon\s(?:petit\s)?nom\s(?:de\sfamille\s)?(?:est|c['’]est)|mon\spr[ée]nom\s(?:est|c['’]est)"
    r"|my\s(?:first\s|last\s)?name(?:['’]?s|\sis)|i['’ ]?\s?a?m\scalled|signé(?:\spar)?)\s{0,2}:?\s{1,2}",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?<!\w)(?<![A-Z]\.)(?<![A-Z]\.\s)(?:M\.|Mr\.?|MM\.|Mme|Mmes|Mlle|Mrs\.?|Ms\.?|Miss|Monsieur|Madame|"
    r"Mademoiselle|Dr\.?|Docteur|Maître)"
    r"[ \t]{1,2}(?=[^\W\d_])"
)
_NAME = re.compile(rf"{_WORD}(?:[ \t]{_WORD}){{0,2}}")
_NEXT = re.compile(r"\s{0,3}(\w{1,40}|$|[^\w\s])")
_CLOSING = re.compile(
    r"(?:^|[\n.,!?]\s{0,3})(?:(?:bien\s)?cordialement|bien\sà\svous|sincèrement|salutations|"
    r"respectueusement|(?:best|kind)?\s?regards|sincerely|"
    r"yours(?:\ssincerely)?|merci(?:\sd['’]avance)?|thanks|thank\syou)(?:[,.!]?[ \t]{0,2}\n\s{0,3}|,[ \t]{1,2})"
    rf"(?P<name>{_WORD}(?:[ \t]{_WORD}){{0,2}})[ \t]*\.?\s*$",
    re.IGNORECASE,
)
_PLACES_TEXT = """
rue avenue boulevard bd av place impasse allee chemin route quai pont square cours passage esplanade ecole college
lycee gymnase stade salle parc jardin hopital clinique maison residence cite creche bibliotheque mediatheque theatre
piscine street road lane school park bridge station gare arret metro tram quartier statue fondation centre espace
maternelle groupe halle rond terrasse villa pole foyer ehpad mosquee eglise cathedrale basilique chapelle synagogue
temple prix fete coupe saint sainte
"""
_OFFICES_TEXT = """
maire maires adjoint adjointe adjoints depute deputee senateur senatrice ministre president presidente prefet prefete
conseiller conseillere elu elue elus premiere premier mayor councillor minister deputy senator secretaire
"""
# Heads of state, of government, of parties, ministers: speaking of them is speaking of politics. No common surname is
# among them: a neighbour may bear it. Local officials are known by their office, which must stand near.
_PUBLIC_TEXT = """
macron hollande sarkozy sarcozy chirac mitterrand giscard pompidou gaulle castex borne attal barnier bayrou lecornu
raffarin villepin fillon ayrault valls cazeneuve jospin juppe balladur rocard pen bardella melenchon zemmour jadot
hidalgo darmanin retailleau castaner griveaux benalla hulot pecresse wauquiez ciotti dati veran blanquer schiappa
penicaud buzyn attali toubon jouanno jouannot glucksmann taubira delevoye leyen merkel trump biden obama putin poutine
sunak starmer thatcher zelensky orban meloni
"""
_NOT_NAMES_TEXT = """
le la les l un une de du des tout tous toute moi toi lui elle on qui que quoi comment ca pas plus bonjour merci pour
avec dans sur propre the my your madame monsieur mademoiselle mesdames messieurs
"""
PLACES, OFFICES = frozenset(_PLACES_TEXT.split()), frozenset(_OFFICES_TEXT.split())
PUBLIC, _NOT_NAMES = frozenset(_PUBLIC_TEXT.split()), frozenset(_NOT_NAMES_TEXT.split())
_BESIDE = 40
PARTICLES = frozenset({"le", "la", "de", "da", "du", "des", "dos", "el", "ben", "van", "von", "di"})
"""With a capital, and a capital behind it, they begin a surname: "Le Goff"."""
_SURNAME = re.compile(r"[ \t][A-ZÀ-ÖØ-Þ][^\W\d_]")


def names(text: str) -> Iterator[Span]:
    """Names with a sign that says they are one."""
    for match in _INTRODUCTION.finditer(text):
        if span := _name_at(text, match.end(), capitals=False):
            yield span
    for match in _TITLE.finditer(text):
        span = _name_at(text, match.end(), capitals=True)
        if span and not is_public(text, match.start(), span):
            yield span
    tail = max(0, len(text) - 160)
    if signature := _CLOSING.search(text, tail):
        span = Span(signature.start("name"), signature.end("name"), "name")
        if _is_signature(text[span.start : span.end]):
            yield span


def _name_at(text: str, place: int, *, capitals: bool) -> Span | None:
    """The one to three words of a name from `place` on. Without capitals: the first, and the next if it ends the
    phrase.
    """
    match = _NAME.match(text, place)
    if match is None:
        return None
    end = place
    for count, word in enumerate(re.finditer(r"\S+", match.group())):
        plain = fold(word.group())
        capital = word.group()[0].isupper()
        if capital and plain in PARTICLES and _SURNAME.match(match.group(), word.end()):
            continue
        if plain in _NOT_NAMES or plain in STOPWORDS["fr"] or plain in STOPWORDS["en"] or plain in OFFICES:
            break
        if not capital and (capitals or (count and not _ends_phrase(text, match.start() + word.end()))):
            break
        end = match.start() + word.end()
    return Span(place, end, "name") if end > place else None


def _ends_phrase(text: str, place: int) -> bool:
    following = _NEXT.match(text, place)
    return (
        following is None or not following[1][:1].isalnum() or fold(following[1]) in STOPWORDS["fr"] | STOPWORDS["en"]
    )


def is_public(text: str, start: int, span: Span) -> bool:
    """Somebody in office, or a place that bears a name."""
    before = fold(text[max(0, start - _BESIDE) : start])
    after = fold(text[span.end : span.end + _BESIDE])
    name = fold(text[span.start : span.end]).split()
    words_before = re.findall(r"\w+", before)
    if any(part in PUBLIC for part in name):
        return True
    if any(word in PLACES for word in words_before[-3:]):
        return True
    phrase_before = re.split(r"[.!?;\n]", before)[-1]
    phrase_after = re.split(r"[.!?;\n]", after)[0]
    return bool(OFFICES & {*re.findall(r"\w+", phrase_before)[-4:], *re.findall(r"\w+", phrase_after)[:4]})


def _is_signature(name: str) -> bool:
    parts = fold(name).split()
    known = _NOT_NAMES | OFFICES | STOPWORDS["fr"] | STOPWORDS["en"]
    return all(part[0].isupper() for part in name.split()) and not any(part in known for part in parts)
