"""People who say their own name, or somebody's with a title: "je m'appelle …", "my name is …", "Mme …", a signature.

A light rule, precision first. What stays: elected officials and holders of an office, streets and places, titles
without a name ("Monsieur le Maire"). A name said in passing, without any of these signs, is not seen: the
documentation says so.
"""

import re
from collections.abc import Iterator

from nlp.masks.first_names import is_first_name
from nlp.masks.spans import Span
from nlp.normalise import fold
from nlp.words.stopwords import SMALL_WORDS

_WORD = r"(?:[NODL]['’])?[^\W\d_]{2,30}(?:['’-][^\W\d_]{1,30}){0,3}"
_INITIALS = r"(?:[A-ZÀ-ÖØ-Þ](?:\.[ \t-]?|-[A-Z]\.?[ \t])){0,3}"
_INTRODUCTION = re.compile(
    r"(?<!\w)(?:je\s?m['’ ]?\s?app?el+e?s?|j['’ ]?m['’ ]?app?el+e"
    r"|mon\s(?:petit\s)?nom\s(?:de\sfamille\s)?(?:est|c['’]est)|mon\spr[ée]nom\s(?:est|c['’]est)"
    r"|my\s(?:first\s|last\s)?name(?:['’]?s|\sis)|i['’ ]?\s?a?m\scalled|signé(?:\spar)?|signature(?=\s?:))"
    r"\s{0,2}:?\s{1,2}",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?<!\w)(?<![A-Z]\.)(?<![A-Z]\.\s)(?:M\.|MM\.|Ms\.?|Miss|Maître|(?P<short>(?i:mr|mme|mlle|mrs)s?\.?)|"
    r"(?i:monsieur|madame|mademoiselle|dr\.?|docteur))"
    rf"[ \t]{{1,2}}(?P<initials>{_INITIALS})(?=[^\W\d_])"
)
_NAME = re.compile(rf"{_WORD}(?:[ \t]{_WORD}){{0,2}}")
_OF = re.compile(r"(?:(?:de[ \t](?:la|l['’])|de|du|des|da|dos|van|von|el|ben|di)[ \t]|d['’])(?=[A-ZÀ-ÖØ-Þ])")
"""What a surname may begin with in small letters, after a title: "Mme de la Tour"."""
_NEXT = re.compile(r"\s{0,3}(\w{1,40}|$|[^\w\s])")
_CLOSING = re.compile(
    r"(?:^|[\n.,!?]\s{0,3})(?:(?:bien\s)?cordialement|bien\sà\svous|sincèrement|salutations|"
    r"respectueusement|(?:best|kind)?\s?regards|sincerely|cheers|"
    r"yours(?:\ssincerely)?|merci(?:\sd['’]avance|\sà\s(?:vous|tous)|(?P<what>\s(?:de|pour)\s[^\n,.!?]{1,40}))?|(?:many\s)?thanks|thank\syou)"
    r"(?:[,.!]?[ \t]{0,2}\n\s{0,3}|,[ \t]{1,2})"
    rf"(?P<name>{_INITIALS}{_WORD}(?:[ \t]{_WORD}){{0,3}}(?:[ \t][A-Z]\.)?)[ \t]*\.?[ \t]*(?:\n|$)",
    re.IGNORECASE,
)
_CLOSING_WIDTH = 240
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
avec dans sur propre the my your madame monsieur mademoiselle mesdames messieurs bonne cordialement inscrit ecrit
affiche
"""
PLACES, OFFICES = frozenset(_PLACES_TEXT.split()), frozenset(_OFFICES_TEXT.split())
PUBLIC, _NOT_NAMES = frozenset(_PUBLIC_TEXT.split()), frozenset(_NOT_NAMES_TEXT.split())
_BESIDE = 40
PARTICLES = frozenset({"le", "la", "de", "da", "du", "des", "dos", "el", "ben", "van", "von", "di"})
"""With a capital, and a capital behind it, they begin a surname: "Le Goff"."""
_INSIDE = PARTICLES | {"den", "der"}
_BODIES_TEXT = "mairie poste prefecture police caf ville commune region cantine accueil voirie"
_BODIES = PLACES | frozenset(_BODIES_TEXT.split())
"""Whom "Madame de la …" works for."""
_SURNAME = re.compile(r"[ \t][A-ZÀ-ÖØ-Þ][^\W\d_]")
_PHRASE_END = re.compile(r"[!?;\n]|(?<=\w{3})\.\s")
_LINKS = frozenset({"a", "avec", "chez", "contre", "est", "et", "ou", "par", "pour", "que", "qui"})
"""Behind one of these a place bears no name: "le parc où Karim …"."""


def names(text: str) -> Iterator[Span]:
    """Names with a sign that says they are one."""
    for match in _INTRODUCTION.finditer(text):
        if span := name_at(text, match.end(), small=3):
            yield span
    for match in _TITLE.finditer(text):
        span = _titled(text, match)
        if span and not is_public(text, match.start(), span):
            yield span
    for signature in _CLOSING.finditer(text, max(0, len(text) - _CLOSING_WIDTH)):
        span = Span(signature.start("name"), signature.end("name"), "name")
        if _is_signature(text[span.start : span.end], thanked_for=signature["what"] is not None):
            yield span


def _titled(text: str, title: re.Match[str]) -> Span | None:
    """ "mme durand" is written in haste, "madame" without a capital behind it is nobody in particular; where all is in
    capitals, they say nothing."""
    short = title["short"] is not None
    if title.group().isupper() and text[title.start() : title.end() + _BESIDE].isupper():
        return name_at(text, title.end(), small=1, shouted=True) if short or "." in title.group() else None
    begin = title.end()
    if particle := _OF.match(text, begin):
        following = _NAME.match(text, particle.end())
        if following is None or fold(following.group()).split()[0] in _BODIES:
            return None
        begin = particle.end()
    first = _NAME.match(text, begin)
    two = first is not None and is_first_name(fold(first.group().split()[0]))
    span = name_at(text, begin, small=short * (1 + two))
    return span and Span(title.start("initials"), span.end, "name")


def name_at(text: str, place: int, *, small: int, shouted: bool = False) -> Span | None:
    """The one to three words of a name from `place` on. Of those without a capital only the first `small`, and any but
    the first only where it ends the phrase. `shouted`: no capital counts.
    """
    match = _NAME.match(text, place)
    if match is None:
        return None
    end = place
    for count, word in enumerate(re.finditer(r"\S+", match.group())):
        plain = fold(word.group())
        capital = word.group()[0].isupper() and not shouted
        if capital and plain in PARTICLES and _SURNAME.match(match.group(), word.end()):
            continue
        if plain in _NOT_NAMES or plain in SMALL_WORDS or plain in OFFICES:
            break
        if not capital and (count >= small or (count and not _ends_phrase(text, match.start() + word.end()))):
            break
        end = match.start() + word.end()
    return Span(place, end, "name") if end > place else None


def _ends_phrase(text: str, place: int) -> bool:
    following = _NEXT.match(text, place)
    return following is None or not following[1][:1].isalnum() or fold(following[1]) in SMALL_WORDS


def is_public(text: str, start: int, span: Span) -> bool:
    """Somebody in office, or a place that bears a name."""
    before = _PHRASE_END.split(fold(text[max(0, start - _BESIDE) : start]))[-1]
    after = re.split(r"[.!?;\n]", fold(text[span.end : span.end + _BESIDE]))[0]
    if not PUBLIC.isdisjoint(fold(text[span.start : span.end]).split()) or _calls_a_place(before):
        return True
    return not OFFICES.isdisjoint([*re.findall(r"\w+", before)[-4:], *re.findall(r"\w+", after)[:4]])


def _calls_a_place(before: str) -> bool:
    """Does what stands before a name begin with "rue", "école", "la salle polyvalente", not further than that?"""
    for word in reversed(re.findall(r"\w+", re.split(r"[,:(]", before)[-1])[-4:]):
        if word in PLACES or word in _LINKS:
            return word in PLACES
    return False


def _is_signature(name: str, *, thanked_for: bool) -> bool:
    """`thanked_for`: behind "merci pour …" a word alone may well go on with the subject."""
    parts = fold(name).split()
    known = _NOT_NAMES | OFFICES | SMALL_WORDS
    if thanked_for and len(parts) == 1 and not is_first_name(parts[0]):
        return False
    return all(
        plain in _INSIDE if part.islower() else part[0].isupper() and plain not in known
        for part, plain in zip(name.split(), parts, strict=True)
    )
