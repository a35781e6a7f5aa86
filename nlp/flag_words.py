"""The words and turns of phrase that nlp/flags.py looks for: lists of our own, in French and English.

Folded, words joined by one space, as what is looked at is; in the lists `_` is that space. What a street may well be
full of ("chien", "merde") is an insult only where it is thrown at somebody, and what one does to things ("planter",
"descendre") a threat only without one.
"""

# ── insults ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HATRED_TEXT = """
bougnoule bougnoules bicot bicots bamboula bamboulas crouille crouilles youpin youpins youpine negre negres negro
negresse chinetoque chinetoques niakoue niakoues sale_noir sale_noire sales_noirs sale_arabe sale_arabes
sales_arabes sale_juif sale_juive sales_juifs sale_blanc sale_blanche sales_blancs sale_race sales_races sale_gitan
sales_gitans sale_gitane sale_roumain sales_roumains sale_chinois sale_musulman sale_musulmane sales_musulmans
sale_etranger sale_etrangere sales_etrangers sale_boche sale_rital sale_portos sale_handicape sale_trans sale_pd
sale_pede sale_gouine pd pede pedes tarlouze tarlouzes tafiole tafioles tantouze tantouzes gouine
gouines travelo travelos mongol mongols mongolien mongolienne mongoliens gogol gogole gogols retourne_dans_ton_pays
retournez_dans_votre_pays rentrez_dans_votre_pays rentre_dans_ton_pays rentre_dans_ton_bled retourne_au_bled faggot
faggots fag nigger niggers nigga niggas paki pakis kike kikes spic spics chink chinks gook gooks wog wogs tranny
trannies raghead ragheads towelhead dirty_jew dirty_jews dirty_arab dirty_arabs dirty_black dirty_muslim
dirty_muslims dirty_gypsy dirty_gypsies dirty_immigrant dirty_immigrants go_back_to_your_country
go_back_to_your_own_country
"""
INSULTS_TEXT = """
connard connards connarde connardes connasse connasses conard conasse salope salopes salopard salopards enculé enculés
enculée encule enfoire enfoires enfoiree batard batards batarde batardes fdp ntm pute putes pouffiasse pouffiasses
grognasse grognasses petasse petasses putain_de_maire fils_de_pute filsdepute fils_de_chien fils_de_putes
ta_gueule vos_gueules ferme_ta_gueule fermez_vos_gueules nique_ta_mere niquez_vos_meres nique_ta_race nique_vos_meres
nique_la_police nique_les_flics va_niquer va_te_faire_foutre va_te_faire_enculer va_te_faire_voir
allez_vous_faire_foutre allez_vous_faire_enculer allez_vous_faire_mettre va_chier allez_chier va_te_pendre
trou_du_cul trous_du_cul trouduc trou_de_balle sac_a_merde sacs_a_merde mange_merde
sous_merde sous_merdes suce_ma_bite tete_de_con tetes_de_con tete_de_noeud couille_molle couilles_molles branleur
branleurs branleuse enflure enflures crevard crevards
sale_flic sales_flics sale_pute grosse_pute sale_con gros_con pauvre_con pauvre_conne gros_cons pauvres_cons
petit_con petite_conne sale_conne grosse_conne sale_bourge sale_vieux sale_vieille
asshole assholes arsehole arseholes bastard bastards bitch bitches cunt cunts motherfucker motherfuckers dickhead
dickheads shithead shitheads dipshit douchebag douchebags jackass wanker wankers tosser tossers bellend twat twats slut
sluts whore whores fuck_you fuck_off fck_you fk_you piece_of_shit pieces_of_shit son_of_a_bitch sons_of_bitches
shut_the_fuck_up go_to_hell eat_shit suck_my_dick scumbag scumbags
"""
MILD_TEXT = """
con conne cons connes abruti abrutis abrutie cretin cretins cretine debile debiles imbecile imbeciles idiot idiots
idiote idiotes bouffon bouffons bouffonne clown clowns minable minables incapable incapables pourriture pourritures
raclure raclures bon_a_rien bons_a_rien voleur voleurs menteur menteurs ripou ripoux tocard tocards guignol guignols
nazi nazis facho fachos attarde attardee attardes attardees cassos triso vendu vendus pourri pourris feignasse
feignasses truie
"""
THINGS_TEXT = """
merde merdes chien chiens porc porcs ordure ordures parasite parasites vermine debris
"""
MILD_ENGLISH_TEXT = """
idiot idiots imbecile imbeciles moron morons retard retards stupid scum trash pig pigs parasite parasites liar liars
crook crooks loser losers fool fools clown clowns coward cowards cow nazi nazis
"""
_BETWEEN = (
    r"(?: (?:vraiment|tous|toutes|tout|que|qu|des|une?|de|d|gros|grosses?|pauvres?|sales?|petits?|vieux|vieilles?"
    r"|a|an|the|all|such|really|just|nothing|but|useless|pathetic|fucking|bloody|lazy|lying|stupid)){0,3} "
)
SAID_TO = rf"(?:tu es|t es|vous etes|vs etes|z etes){_BETWEEN}"
THROWN = (
    r"(?:tes|(?:especes?|bandes?|ramassis|tas) (?:de|d)|sales?|gros|grosses?|pauvres?)"
    rf"{_BETWEEN}"
)
THROWN_IN_ENGLISH = rf"(?:you are|you re|youre|ur|u r|you|fucking|(?:bunch|pack) of){_BETWEEN}"
ARTICLE = r"\b(?:une?|les?|la|l|des?|du|d|ce|cette|ces|toute|aucune|trop|mon|ma|mes|gros) $"
"""Behind one it is a thing: "un tas de merde", "une bande de chiens errants", "toute espèce de chien"."""
CALLED = rf"(?:especes?|bandes?|tas|ramassis) (?:de|d){_BETWEEN}"
CALLED_GROSSLY = (
    r"gros tas(?! (?:de|d) )|tas de merdes?|gros porcs?|sales? porcs?|grosses? vaches?|tapettes?(?! a )"
    r"|(?:^|(?<= toi )|(?<= alors )|(?<= et ))(?:va|allez) (?:crever|mourir)"
)
GROSS_THINGS_TEXT = "tas porc porcs vache vaches tapette tapettes crever mourir"
QUOTED = r"\b(?:trait(?:er|ee?s?) (?:de|d)|call(?:s|ed)? (?:me|him|her) a) $"
"""Who was called so has insulted nobody; what is hatred is looked at all the same."""

# ── threats ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_KILL = "tuer|buter|egorger|massacrer|saigner|poignarder|etrangler|flinguer|decapiter|tabasser|lyncher|pendre|violer"
_NO_THING = (
    r"(?! (?:une?(?! par )|des|les?|la(?! (?:gueule|tete|tronche|face|cervelle))|l|ce|cet|cette|ces|du|de|d|nos|vos|mes"
    r"|\d+) )"
)
_HURT = "crever|eclater|defoncer|frapper|cogner|planter|demonter|exploser|fumer|descendre|bruler|abattre|demolir"
_HARM = f"(?:{_KILL}|tirer dessus|(?:{_HURT}){_NO_THING})"
_BREAK = (
    r"(?:casse|pete|brise|eclate|explose|defonce)r?(?:ai|a)? (?:la|les?|l|un|une|ta|ton|tes|sa|son|ses|votre|vos)"
    r" (?:gueule|jambes?|dents?|bras|nez|genoux?|machoire|cou)"
)
_WANT = "vais|va|vas|veux|vai|viens|vient"
_SOMEBODY = (
    "te|vous|vs|t|le maire|la maire|les elus|l elu|l elue|ce maire|le president|la presidente|le prefet|le ministre"
    "|quelqu un|quelqun|tout le monde|toi|les flics|les juifs|les arabes|les noirs|ces gens"
)
THREATS = (
    rf"(?:je|j|on|moi je)(?: (?:{_WANT}))?(?: tous| toutes)? (?:te|vous|vs|t)(?: tous| toutes)? {_HARM}",
    rf"(?:je|j|on)(?: (?:{_WANT}))? (?:te|vous|lui|leur|t) {_BREAK}",
    rf"(?:je|on|j) (?:{_WANT}) (?:tous |toutes )?(?:{_KILL}) (?:{_SOMEBODY})",
    rf"(?:faut|faudrait|devrait|doit|merites? de|meritez de) (?:te|vous)(?: tous| toutes)? {_HARM}",
    rf"(?:faut|faudrait|devrait) (?:{_KILL}) (?:{_SOMEBODY})",
    r"(?:tu vas|vous allez)(?: tous| toutes)? (?:crever|mourir)(?! (?:de|d) )",
    r"(?:tu|vous) (?:es|etes) (?:un homme |une femme |tous )?morte?s?(?! de)",
    r"je sais ou (?:tu|vous|t|il|elle|ils) (?:habites?|habitez|vis|vivez|vit|travailles?|travaillez|dors|dormez)",
    r"(?:je connais|on connait|j ai) (?:ton|votre) adresse(?! (?:e?mail|e mail|electronique|postale|web))",
    r"(?:une|des) balles? (?:dans|entre) (?:la|ta|votre|sa|les|tes|vos) (?:tete|yeux|nuque)",
    r"(?:poser?|mettre|met|mets|faire exploser|jeter) une bombe(?! (?:a|de|anti) )",
    r"(?:faire|fais|fait|va|vais) (?:tout )?(?:sauter|exploser) (?:la|le|l|votre|ta)"
    r" (?:mairie|ecole|bureau|maison|commissariat|prefecture|hotel de ville|batiment|universite|fac)",
    r"(?:mettre|mets|met|foutre|fous|fout) le feu (?:a |au |aux )?(?:la |l |votre |ta |vos |tes )?"
    r"(?:mairie|ecole|maison|voiture|voitures|bureau|bureaux|commissariat|prefecture|hotel de ville|batiment|immeuble)",
    r"(?:je|on)(?: vais| va) (?:bruler|cramer|incendier)"
    r" (?:la|le|l|votre|ta|vos) (?:mairie|ecole|maison|voitures?|bureaux?|commissariat|prefecture|hotel de ville)",
    r"mort (?:aux|au)"
    r" (?:flics|juifs|arabes|noirs|elus|maire|president|politiques|pd|pedes|etrangers|musulmans|chretiens|blancs)",
    r"(?:je|on) (?:viens|viendrai|viendra|reviens|reviendrai|reviendra|prends|sors|debarque) (?:\w{1,12} ){0,2}"
    r"(?:un|mon|le|une|ma) (?:fusil|flingue|couteau|kalach|kalachnikov|arme|hache|machette|batte)",
    r"(?:i|we)(?: will| ll| am going to| m going to| are going to| re going to| m gonna| gonna| want to| wanna)"
    r" (?:kill|shoot|stab|beat|hurt|hang|rape|smash|murder|strangle|burn)"
    r" (?:you|him|her|them|u|the mayor|the council|the president|everyone|everybody|your|all of you)",
    r"(?:you|u)(?: will| ll| are going to| re going to| re gonna| gonna) die",
    r"(?:i|we)(?: will| ll| am going to| m going to|) (?:come|be) back with (?:a|my) (?:gun|knife|rifle|axe)",
    r"(?:you|u) (?:are|re|r) (?:a )?dead(?: man| meat)?",
    r"(?:i|we) know where (?:you|u|they|he|she) (?:live|lives|work|works|sleep)",
    r"(?:a bullet|bullets) (?:in|into|through) (?:\w{1,15} ){1,3}(?:head|brains?|skull)",
    r"(?:plant|put|place|set off) a bomb",
    r"(?:burn|blow)(?: up| down)? (?:the|your) (?:town hall|city hall|school|house|council|office|car|building)",
    r"(?:should|must|deserves? to) be (?:shot|hanged|killed|murdered)",
    r"(?<!can )(?<!could )(?<!might )(?<!would )kill yourself|kys|suicide toi|suicidez vous|creve sale \w{2,20}",
)
THREATS_TO_THEM = (
    rf"(?:je|j|on) (?:{_WANT}) (?:les|le|la|l)(?: tous| toutes)? (?:{_KILL})",
    rf"(?:faut|faudrait|devrait|doit) (?:les|le|la|l)(?: tous| toutes)? (?:{_KILL})",
)
KILLING = frozenset(_KILL.split("|"))
PESTS_TEXT = """
rat rats souris pigeon pigeons frelon frelons moustique moustiques guepe guepes fourmi fourmis chenille chenilles
insecte insectes tique tiques punaise punaises cafard cafards blatte blattes mouche mouches sanglier sangliers ragondin
ragondins loup loups renard renards corbeau corbeaux corneille corneilles nuisible nuisibles chien chiens chat chats
animal animaux bete betes poule poules arbre arbres herbe herbes projet projets
"""
"""What "les" may stand for in "il faut les tuer"."""
_END = r"(?= \||$)"
WARNINGS = (
    rf"(?:tu vas|vous allez)(?: tous| toutes)? (?:(?:me )?le payer|payer cher|regretter(?: ca| cela)?){_END}",
    r"(?:tu vas|vous allez|il va|elle va|ils vont)(?: tous| toutes)? (?:me le payer|le payer cher|le regretter)",
    r"(?:attention a toi|fais gaffe a toi|faites gaffe a vous|surveille tes arrieres|surveillez vos arrieres)",
    r"(?:tu perds|vous (?:ne )?perdez) rien pour attendre",
    rf"(?:je|on)(?: vais| va) (?:te|vous) (?:retrouver|avoir){_END}",
    r"(?:you|u)(?: will| ll| are going to| re going to| re gonna| gonna)"
    r" (?:pay for this|pay for it|regret (?:this|it)|be sorry)",
    rf"watch your back|(?:i|we)(?: will| ll) (?:find|get) you{_END}",
)
