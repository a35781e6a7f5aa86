"""What a human must look at: insults and threats, in French and English, disguises undone. Nothing is ever deleted
here.

A short list of our own. An insult counts when it can hardly be anything else; a milder word only when it is thrown at
somebody ("bande de …", "you …"). Being angry at a thing ("c'est nul", "quelle merde") is an opinion, not an insult.
Distress and danger are elsewhere (core/rules), because they need an answer and not only a reader.
"""

import re

from nlp.normalise import WORD, clean, fold

_INSULTS_TEXT = """
connard connards connarde connasse connasses conard conasse salope salopes salopard salopards enculé enculés enculée
encule batard batards batarde fdp ntm pute putes putain_de_maire fils_de_pute filsdepute fils_de_chien
ta_gueule vos_gueules ferme_ta_gueule fermez_vos_gueules nique_ta_mere niquez_vos_meres nique_ta_race nique_vos_meres
va_te_faire_foutre va_te_faire_enculer va_te_faire_voir allez_vous_faire_foutre allez_vous_faire_enculer va_chier
allez_chier va_crever allez_crever trou_du_cul trous_du_cul trouduc sac_a_merde sacs_a_merde tas_de_merde gros_porc
sous_merde sous_merdes suce_ma_bite pd pede pedes tapette tarlouze tafiole gouine bougnoule bougnoules bicot bicots
youpin youpins negre negres negro sale_noir sale_noire sale_arabe sale_arabes sale_juif sale_juive sale_blanc sale_race
sales_arabes sales_noirs sales_juifs sale_gitan sales_gitans sale_gitane sale_roumain sale_chinois chinetoque niakoue
sale_chien sale_flic sales_flics sale_pute grosse_pute sale_con gros_con pauvre_con pauvre_conne gros_cons pauvres_cons
petit_con petite_conne sale_conne grosse_conne mongol mongolien mongoliens gogol gogole attarde attardes
asshole assholes arsehole bastard bastards bitch bitches cunt cunts motherfucker motherfuckers dickhead dickheads
wanker wankers twat twats faggot faggots fag nigger niggers nigga paki pakis
fuck_you fuck_off fck_you fk_you piece_of_shit pieces_of_shit son_of_a_bitch sons_of_bitches
shut_the_fuck_up go_to_hell eat_shit suck_my_dick scumbag scumbags dirty_jew dirty_arab dirty_black
"""
_MILD_TEXT = """
con conne cons connes abruti abrutis abrutie cretin cretins cretine debile debiles imbecile imbeciles idiot idiots
idiote idiotes bouffon bouffons bouffonne clown clowns minable minables incapable incapables ordure ordures pourriture
pourritures raclure raclures vermine merde merdes bon_a_rien bons_a_rien parasite parasites porc porcs chien chiens
voleur voleurs menteur menteurs ripou ripoux tocard tocards guignol guignols nazi nazis facho fachos idiot idiots
moron morons stupid scum trash pig pigs liar liars crook crooks loser losers fool fools clown clowns
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
    r"(?:tu vas|vous allez|il va|elle va|ils vont)(?: tous| toutes)? "
    r"(?:crever|mourir|le payer|payer cher|le payer cher|me le payer|regretter|le regretter)",
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
    r"(?:attention a toi|fais gaffe a toi|faites gaffe a vous|surveille tes arrieres|surveillez vos arrieres)",
    r"(?:i|we)(?: will| ll| am going to| m going to| are going to| re going to| m gonna| gonna| want to| wanna)"
    r" (?:kill|shoot|stab|beat|hurt|hang|rape|smash|murder|strangle|burn)"
    r" (?:you|him|her|them|u|the mayor|the council|the president|everyone|everybody|your|all of you)",
    r"(?:you|u)(?: will| ll| are going to| re going to| re gonna| gonna) "
    r"(?:die|pay for this|pay for it|regret (?:this|it)|be sorry)",
    r"(?:you|u) (?:are|re|r) (?:a )?dead(?: man| meat)?",
    r"(?:i|we) know where (?:you|u|they|he|she) (?:live|lives|work|works|sleep)",
    r"(?:a bullet|bullets) (?:in|through) (?:your|his|her|the) (?:head|brain)",
    r"(?:plant|put|place|set off) a bomb",
    r"(?:burn|blow)(?: up| down)? (?:the|your) (?:town hall|city hall|school|house|council|office|car|building)",
    r"(?:should|must|deserves? to) be (?:shot|hanged|hung|killed|murdered)",
    r"watch your back",
    r"kill yourself|kys|suicide toi|suicidez vous|va mourir|allez mourir|creve sale \w{2,20}",
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
_THREE_ALIKE = re.compile(r"([^\W\d_])\1{2,}")
_STARRED = re.compile(r"[*#×•]+")


def _alternatives(listed: str) -> str:
    """Words of a list (`_` is a space), a double letter may be single, longest first."""
    entries = sorted({fold(entry) for entry in listed.split()}, key=len, reverse=True)
    return "|".join(re.sub(r"([a-z])\1", r"\1{1,2}", entry).replace("_", " ") for entry in entries)


_THROWN = rf"(?:{_alternatives(_THROWN_TEXT)}){_FEW_BETWEEN} (?:{_alternatives(_MILD_TEXT)})"
_INSULT = re.compile(rf"(?<!\S)(?:(?:{_alternatives(_INSULTS_TEXT)})|{_THROWN})(?!\S)")
_THREAT = re.compile(r"(?<!\S)(?:" + "|".join(_THREAT_TEXTS) + r")(?!\S)")
_SINGLE_INSULTS = tuple(word for word in map(fold, _INSULTS_TEXT.split()) if "_" not in word and len(word) >= 4)


def flags(text: str) -> tuple[str, ...]:
    """Of "threat" and "insult" those that a person should look at, each once."""
    plain = _undisguised(clean(text))
    found = []
    if _THREAT.search(plain):
        found.append("threat")
    if _INSULT.search(plain):
        found.append("insult")
    return tuple(found)


def _undisguised(text: str) -> str:
    """Folded words with one space between: "C0NN@RD", "c.o.n.n.a.r.d", "connaaaard", "c*nnard" → connard."""
    text = _SPACED.sub(lambda match: re.sub(r"[\W_]", "", match.group()), fold(text))
    if not _DISGUISE.search(text):
        return _THREE_ALIKE.sub(r"\1", " ".join(WORD.findall(text)))
    spoken = []
    for token in _TOKEN.findall(text):
        word = token.strip("!-_~")
        if len(word) <= _LONGEST and _LETTER.search(word):
            if _SYMBOL.search(word):
                word = word.translate(_LOOKALIKE)
            elif _STARRED.search(word):
                word = _starred(word)
        spoken.append(_THREE_ALIKE.sub(r"\1", re.sub(r"[\W_]+", " ", word)).strip())
    return " ".join(filter(None, spoken))


def _starred(word: str) -> str:
    """The listed insult that a word with stars stands for, else the word."""
    form = re.compile(
        "".join(r"\w{1,4}" if _STARRED.fullmatch(part) else re.escape(part) for part in re.split(r"([*#×•]+)", word))
    )
    return next((insult for insult in _SINGLE_INSULTS if form.fullmatch(insult)), word)
