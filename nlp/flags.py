"""What a human must look at: insults and threats, in French and English, disguises undone. Nothing is ever deleted
here.

A short list of our own. An insult counts when it can hardly be anything else; a milder word only when it is thrown at
somebody ("bande de …", "you …"). Being angry at a thing ("c'est nul", "quelle merde") is an opinion, not an insult.
Distress and danger are elsewhere (core/rules), because they need an answer and not only a reader.
"""

import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import NamedTuple

from nlp.normalise import WORD, clean, fold

_HATRED_TEXT = """
bougnoule bougnoules bicot bicots bamboula bamboulas crouille crouilles youpin youpins youpine negre negres negro
negresse chinetoque chinetoques niakoue niakoues sale_noir sale_noire sales_noirs sale_arabe sale_arabes
sales_arabes sale_juif sale_juive sales_juifs sale_blanc sale_blanche sales_blancs sale_race sales_races sale_gitan
sales_gitans sale_gitane sale_roumain sales_roumains sale_chinois sale_musulman sale_musulmane sales_musulmans
sale_etranger sale_etrangere sales_etrangers sale_boche sale_rital sale_portos sale_handicape sale_trans sale_pd
sale_pede sale_gouine pd pede pedes tapette tapettes tarlouze tarlouzes tafiole tafioles tantouze tantouzes gouine
gouines travelo travelos mongol mongols mongolien mongolienne mongoliens gogol gogole gogols retourne_dans_ton_pays
retournez_dans_votre_pays rentrez_dans_votre_pays rentre_dans_ton_pays rentre_dans_ton_bled retourne_au_bled faggot
faggots fag nigger niggers nigga niggas paki pakis kike kikes spic spics chink chinks gook gooks wog wogs tranny
trannies raghead ragheads towelhead dirty_jew dirty_jews dirty_arab dirty_arabs dirty_black dirty_muslim
dirty_muslims dirty_gypsy dirty_gypsies dirty_immigrant dirty_immigrants go_back_to_your_country
go_back_to_your_own_country
"""
_INSULTS_TEXT = """
connard connards connarde connardes connasse connasses conard conasse salope salopes salopard salopards enculé enculés
enculée encule enfoire enfoires enfoiree batard batards batarde batardes fdp ntm pute putes pouffiasse pouffiasses
grognasse grognasses petasse petasses putain_de_maire fils_de_pute filsdepute fils_de_chien fils_de_putes
ta_gueule vos_gueules ferme_ta_gueule fermez_vos_gueules nique_ta_mere niquez_vos_meres nique_ta_race nique_vos_meres
nique_la_police nique_les_flics va_niquer va_te_faire_foutre va_te_faire_enculer va_te_faire_voir
allez_vous_faire_foutre allez_vous_faire_enculer va_chier allez_chier va_crever allez_crever va_te_pendre
trou_du_cul trous_du_cul trouduc trou_de_balle sac_a_merde sacs_a_merde tas_de_merde mange_merde gros_porc gros_porcs
sous_merde sous_merdes suce_ma_bite tete_de_con tetes_de_con tete_de_noeud couille_molle couilles_molles branleur
branleurs branleuse enflure enflures crevard crevards grosse_vache gros_tas
sale_chien sale_flic sales_flics sale_pute grosse_pute sale_con gros_con pauvre_con pauvre_conne gros_cons pauvres_cons
petit_con petite_conne sale_conne grosse_conne sale_bourge sale_vieux sale_vieille
asshole assholes arsehole arseholes bastard bastards bitch bitches cunt cunts motherfucker motherfuckers dickhead
dickheads shithead shitheads dipshit douchebag douchebags jackass wanker wankers tosser tossers bellend twat twats slut
sluts whore whores fuck_you fuck_off fck_you fk_you piece_of_shit pieces_of_shit son_of_a_bitch sons_of_bitches
shut_the_fuck_up go_to_hell eat_shit suck_my_dick scumbag scumbags
"""
_MILD_TEXT = """
con conne cons connes abruti abrutis abrutie cretin cretins cretine debile debiles imbecile imbeciles idiot idiots
idiote idiotes bouffon bouffons bouffonne clown clowns minable minables incapable incapables ordure ordures
pourriture pourritures raclure raclures vermine merde merdes bon_a_rien bons_a_rien parasite parasites porc porcs
chien chiens voleur voleurs menteur menteurs ripou ripoux tocard tocards guignol guignols nazi nazis facho fachos
idiot idiots moron morons retard retards attarde attardee attardes attardees cassos triso stupid scum trash pig pigs
liar liars crook crooks loser losers fool fools clown clowns
"""
_THROWN_TEXT = """
tu_es t_es tes vous_etes vs_etes z_etes espece_de espece_d especes_de bande_de bande_d ramassis_de ramassis_d tas_de
sale sales gros grosse pauvre you_are you_re youre ur u_r bunch_of you you_fucking you_bloody fucking pack_of
"""
_FEW_BETWEEN = (
    r"(?: (?:vraiment|tous|toutes|tout|que|des|une?|de|d|gros|grosse|pauvres?|sales?|petits?"
    r"|a|an|the|all|such|really|just|nothing|but)){0,3}"
)

# Verbs that are a threat whoever is meant, and those that are one only towards "te" and "vous" (one plants trees, too).
_KILL = "tuer|buter|egorger|massacrer|saigner|poignarder|etrangler|flinguer|decapiter|tabasser|lyncher|pendre|violer"
_HARM = (
    f"{_KILL}|crever|eclater|defoncer|frapper|cogner|planter|demonter|exploser|fumer|descendre|bruler|abattre|demolir"
)
_WANT = "vais|va|vas|veux|vai|viens|vient"
_SOMEBODY = (
    "te|vous|vs|t|le maire|la maire|les elus|l elu|l elue|ce maire|le president|la presidente|le prefet|le ministre|"
    "quelqu un|quelqun|tout le monde|toi|les flics|les juifs|les arabes|les noirs|ces gens"
)
_THREAT_TEXTS = (
    rf"(?:je|j|on|moi je)(?: (?:{_WANT}))? (?:te|vous|vs|t)(?: tous| toutes)? (?:{_HARM})",
    rf"(?:je|j|on) (?:{_WANT}) (?:les|le|la|l)(?: tous| toutes)? (?:{_KILL})",
    rf"(?:je|on|j) (?:{_WANT}) (?:tous |toutes )?(?:{_KILL}) (?:{_SOMEBODY})",
    rf"(?:faut|faudrait|devrait|doit|merites? de|meritez de) (?:te|vous)(?: tous| toutes)? (?:{_HARM})",
    rf"(?:faut|faudrait|devrait|doit) (?:les|le|la|l)(?: tous| toutes)? (?:{_KILL})",
    rf"(?:faut|faudrait|devrait) (?:{_KILL}) (?:{_SOMEBODY})",
    r"(?:tu vas|vous allez|il va|elle va|ils vont)(?: tous| toutes)? (?:crever|mourir)",
    r"(?:tu|vous) (?:es|etes) (?:un homme |une femme |tous )?morte?s?(?! de)",
    r"je sais ou (?:tu|vous|t|il|elle|ils) (?:habites?|habitez|vis|vivez|vit|travailles?|travaillez|dors|dormez)",
    r"(?:je connais|on connait|j ai) (?:ton|votre) adresse",
    r"(?:une|des) balles? (?:dans|entre) (?:la|ta|votre|sa|les|tes|vos) (?:tete|yeux|nuque)",
    r"(?:poser?|mettre|met|mets|faire exploser|jeter) une bombe",
    r"(?:faire|fais|fait|va|vais) (?:tout )?(?:sauter|exploser) "
    r"(?:la|le|l|votre|ta) (?:mairie|ecole|bureau|maison|commissariat|prefecture"
    r"|hotel de ville|batiment|universite|fac)",
    r"(?:mettre|mets|met|foutre|fous|fout) le feu (?:a |au |aux )?(?:la |l |votre |ta |vos |tes )?"
    r"(?:mairie|ecole|maison|voiture|voitures|bureau|bureaux|commissariat|prefecture|hotel de ville|batiment|immeuble)",
    r"(?:je|on)(?: vais| va) (?:bruler|cramer|incendier) "
    r"(?:la|le|l|votre|ta|vos) (?:mairie|ecole|maison|voitures?|bureaux?|commissariat|prefecture|hotel de ville)",
    r"mort (?:aux|au) "
    r"(?:flics|juifs|arabes|noirs|elus|maire|president|politiques|pd|pedes|etrangers|musulmans|chretiens|blancs)",
    r"(?:je|on) (?:viens|viendrai|viendra|reviens|reviendrai|reviendra|prends|sors|debarque) (?:\w{1,12} ){0,2}"
    r"(?:un|mon|le|une|ma) (?:fusil|flingue|couteau|kalach|kalachnikov|arme|hache|machette|batte)",
    r"(?:i|we)(?: will| ll| am going to| m going to| are going to| re going to| m gonna| gonna| want to| wanna)"
    r" (?:kill|shoot|stab|beat|hurt|hang|rape|smash|murder|strangle|burn)"
    r" (?:you|him|her|them|u|the mayor|the council|the president|everyone|everybody|your|all of you)",
    r"(?:you|u)(?: will| ll| are going to| re going to| re gonna| gonna) die",
    r"(?:i|we)(?: will| ll| am going to| m going to|) (?:come|be) back with (?:a|my) (?:gun|knife|rifle|axe)",
    r"(?:you|u) (?:are|re|r) (?:a )?dead(?: man| meat)?",
    r"(?:i|we) know where (?:you|u|they|he|she) (?:live|lives|work|works|sleep)",
    r"(?:a bullet|bullets) (?:in|through) (?:your|his|her|the) (?:head|brain)",
    r"(?:plant|put|place|set off) a bomb",
    r"(?:burn|blow)(?: up| down)? (?:the|your) (?:town hall|city hall|school|house|council|office|car|building)",
    r"(?:should|must|deserves? to) be (?:shot|hanged|hung|killed|murdered)",
    r"kill yourself|kys|suicide toi|suicidez vous|va mourir|allez mourir|creve sale \w{2,20}",
)

_WARNING_TEXTS = (
    r"(?:tu vas|vous allez|il va|elle va|ils vont)(?: tous| toutes)? "
    r"(?:le payer|payer cher|le payer cher|me le payer|regretter|le regretter)",
    r"(?:attention a toi|fais gaffe a toi|faites gaffe a vous|surveille tes arrieres|surveillez vos arrieres)",
    r"(?:tu perds|vous (?:ne )?perdez) rien pour attendre",
    r"(?:je|on)(?: vais| va) (?:te|vous) (?:retrouver|trouver|avoir)",
    r"(?:you|u)(?: will| ll| are going to| re going to| re gonna| gonna) "
    r"(?:pay for this|pay for it|regret (?:this|it)|be sorry)",
    r"watch your back|(?:i|we)(?: will| ll) (?:find|get) you",
)

_LOOKALIKE = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
)
_TOKEN = re.compile(r"[^\s,;:.?\"«»()\[\]{}…'’/\\]+")
_LETTER = re.compile(r"[^\W\d_]")
_SYMBOL = re.compile(r"[0-9@$!€]")
_DISGUISE = re.compile(r"[0-9@$€*#×•]|!\w")
_LONGEST = 40
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][ .\-_*~|]){3,30}[^\W_](?!\w)")
_THREE_ALIKE = re.compile(r"([a-z])\1{2,}")
_TRIPLES = tuple(letter * 3 for letter in ascii_lowercase)
_STARRED = re.compile(r"[*#×•]+")


def _alternatives(listed: str) -> str:
    """Words of a list (`_` is a space), a double letter may be single, longest first."""
    entries = sorted({fold(entry) for entry in listed.split()}, key=len, reverse=True)
    return "|".join(re.sub(r"([a-z])\1", r"\1{1,2}", entry).replace("_", " ") for entry in entries)


def _first_words(listed: str) -> frozenset[str]:
    """Those with which an entry of a list may begin, in all ways of writing their double letters."""
    words = {fold(entry).partition("_")[0] for entry in listed.split()}
    for place in range(max(map(len, words)), 0, -1):
        double = [word for word in words if word[place - 1 : place] == word[place : place + 1]]
        words |= {word[:place] + word[place + 1 :] for word in double}
    return frozenset(words)


def _standing_alone(forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{forms})(?!\S)")


class _Form(NamedTuple):
    """`words`: one of them is in every text that the pattern meets; none are known of a pattern without a list."""

    kind: str
    severity: int
    pattern: re.Pattern[str]
    words: frozenset[str] = frozenset()


_THROWN = rf"(?:{_alternatives(_THROWN_TEXT)}){_FEW_BETWEEN} (?:{_alternatives(_MILD_TEXT)})"
# The gravest first: of two that a text meets, of one kind, the graver is told.
_FORMS = (
    _Form("threat", 3, _standing_alone("|".join(_THREAT_TEXTS))),
    _Form("threat", 2, _standing_alone("|".join(_WARNING_TEXTS))),
    _Form("insult", 3, _standing_alone(_alternatives(_HATRED_TEXT)), _first_words(_HATRED_TEXT)),
    _Form("insult", 2, _standing_alone(_alternatives(_INSULTS_TEXT)), _first_words(_INSULTS_TEXT)),
    _Form("insult", 1, _standing_alone(_THROWN), _first_words(_MILD_TEXT)),
)
_SINGLE_INSULTS = tuple(
    word for word in map(fold, (_HATRED_TEXT + _INSULTS_TEXT).split()) if "_" not in word and len(word) >= 4
)


@dataclass(frozen=True, slots=True)
class Flag:
    """`severity`: 3 violence, hatred; 2 a veiled threat, a gross insult; 1 a milder word thrown at somebody."""

    kind: str
    severity: int


def weighed(text: str) -> tuple[Flag, ...]:
    """Of threats and insults what a person should look at, each kind once with the gravest of its severities."""
    plain = _undisguised(clean(text))
    found: dict[str, Flag] = {}
    spoken = frozenset(plain.split())
    for each in _FORMS:
        if each.kind in found or (each.words and spoken.isdisjoint(each.words)):
            continue
        if each.pattern.search(plain):
            found[each.kind] = Flag(each.kind, each.severity)
    return tuple(found.values())


def flags(text: str) -> tuple[str, ...]:
    """The kinds alone."""
    return tuple(flag.kind for flag in weighed(text))


def _undisguised(text: str) -> str:
    """Folded words with one space between: "C0NN@RD", "c.o.n.n.a.r.d", "connaaaard", "c*nnard" → connard."""
    text = fold(text)
    if _SPACED.search(text):  # the first letter may be a word of its own: "a w a n k e r" is read both ways
        text = f"{_SPACED.sub(_joined, text)} | {_SPACED.sub(_joined_but_first, text)}"
    if not _DISGUISE.search(text):
        return _single(" ".join(WORD.findall(text)))
    spoken = []
    for token in _TOKEN.findall(text):
        word = token.strip("!-_~")
        if len(word) <= _LONGEST and _LETTER.search(word):
            if _SYMBOL.search(word):
                word = word.translate(_LOOKALIKE)
            elif _STARRED.search(word):
                word = _starred(word)
        spoken.append(_single(re.sub(r"[\W_]+", " ", word)).strip())
    return " ".join(filter(None, spoken))


def _single(text: str) -> str:
    """Without letters said three times and more; to look for each is quicker than the pattern, in most texts."""
    return _THREE_ALIKE.sub(r"\1", text) if any(triple in text for triple in _TRIPLES) else text


def _joined(spread: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", spread.group())


def _joined_but_first(spread: re.Match[str]) -> str:
    word = _joined(spread)
    return f"{word[0]} {word[1:]}"


def _starred(word: str) -> str:
    """The listed insult that a word with stars stands for, else the word."""
    form = re.compile(
        "".join(r"\w{1,4}" if _STARRED.fullmatch(part) else re.escape(part) for part in re.split(r"([*#×•]+)", word))
    )
    return next((insult for insult in _SINGLE_INSULTS if form.fullmatch(insult)), word)
