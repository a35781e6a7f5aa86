"""The urgencies that every installation knows: distress, danger, violence, a leak at home.

Each is a list of patterns over a plain sentence (lower case, no accents, words joined by one space), written to be
narrow: a first person or someone close, a present tense, no figure of speech. `whole` patterns must be the entire
message. What is said is a key of the catalogue; the numbers in it are the French ones (3114, 15, 17, 18, 112, 114,
3919, 119, 3018, gas emergency 0 800 47 33 33): a partner elsewhere writes its own `redirects`, which are read first.
"""

# ruff: noqa: E501  (a pattern cut in the middle of an alternative cannot be read)

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """One urgency. `answer` is the message key. `number`: whom the answer says to call, "" when it depends."""

    id: str
    answer: str
    number: str
    patterns: tuple[re.Pattern[str], ...]
    whole: tuple[re.Pattern[str], ...] = ()
    serious: bool = True

    def matches(self, sentence: str) -> bool:
        return any(pattern.search(sentence) for pattern in self.patterns)

    def is_all_of(self, message: str) -> bool:
        return any(pattern.fullmatch(message) for pattern in self.whole)


_IDIOM = (
    "(?! (?:de|d) (?:rire|faim|soif|chaud|chaleur|froid|honte|ennui|peur|fatigue|rage|envie|desespoir administratif)"
    "| dans la dignite| dignement| vieux| vieille| heureux| heureuse| moins bete| idiot| of (?:laughter|boredom|heat|cold"
    "|hunger|shame|old age)| laughing| with dignity| old| happy| (?:plutot )?que (?!(?:de )?(?:vivre|continuer|rester))"
    "| chez moi\\b| dans (?:ma|cette|notre) (?:ville|commune|maison|rue)\\b| dans (?:mon|ce|notre) (?:village|quartier)\\b)"
)
_I_WANT = (
    r"(?:je|j|jveux|jveu|jvx|jvoudrais)(?: (?:veux|veu|ve|vx|voudrais|souhaite|aimerais|desire|prefere|prefererais|vais))?"
    r"(?: (?:juste|vraiment|seulement|simplement|plus que|qu une chose c est|bien|souvent|parfois))?"
)
_END_ME = (
    "(?:me suicider|me pendre|me foutre en l air|m ouvrir les veines|en finir avec (?:la|ma) vie|mettre fin a (?:mes jours"
    "|ma vie)|me donner la mort|m oter la vie|me tuer(?! (?:a|au|en|sur|dans|avec|pour|si|un|sous|par|la|a la)(?: |$)))"
)
_CLOSE = (
    "(?:il|elle|quelqu un|mon (?:mari|pere|fils|frere|bebe|ami|voisin|copain|grand pere|compagnon|conjoint|mec|collegue|papi|ex"
    "|cousin|enfant)|ma (?:femme|mere|fille|soeur|amie|voisine|copine|grand mere|compagne|conjointe|mamie|meilleure amie|cousine)"
    "|papa|maman|(?:un|le|ce) (?:homme|monsieur|enfant|bebe|voisin|gars|jeune|mec|vieux monsieur)"
    "|(?:une|la|cette) (?:femme|dame|fille|voisine|personne|vieille dame))"
)
_CLOSE_EN = (
    "(?:he|she|someone|somebody|my (?:husband|wife|father|mother|dad|mum|mom|son|daughter|brother|sister|friend|baby"
    "|child|partner|neighbour|boyfriend|girlfriend)|(?:a|the) (?:man|woman|child|baby|kid|boy|girl))"
)
_AT_HOME = (
    "(?:mon (?:mari|pere|beau pere|compagnon|copain|mec|ex|conjoint|petit ami|frere|fils|oncle)|ma (?:mere|belle mere"
    "|femme|copine|compagne|conjointe|petite amie|tante)|mes parents)"
)
_AT_HOME_EN = "(?:husband|wife|partner|boyfriend|girlfriend|ex|father|mother|dad|mum|mom|stepfather|stepdad|uncle)"
_STAY = (
    "(?! (?:ici|la|dans|en|a|au|aux|avec|sans|chez|pres|sous|comme|cote|loin|ensemble|ca|sur|ce|cet|cette|ces|l|le|les"
    "|un|une|des|mon|ma|nos|notre|entre|derriere|devant|face|autour|entouree?s?)\\b)"
)
_STAY_EN = (
    "(?! (?:in|here|there|with|on|near|next|at|like|by|under|close|without|among|through|somewhere|this|that|so|opposite"
    "|between|behind|above|below|across|beside|surrounded)\\b)"
)

_DIE = r"(?:mourir|crever(?! (?:les?|l|des|un|mon|mes|ses|ces)\b))"
_PILLS = "(?:medicaments?|cachets?|comprimes?|pilules?|somniferes?|javel|poison)"
_TOO_MANY = "(?:trop de|plein de|beaucoup de|tous (?:mes|les)|une boite (?:de|entiere de)|toute (?:ma|la|une) boite de)"

_DISTRESS = (
    rf"\b{_I_WANT} (?:{_END_ME})",
    rf"\b(?:je|j|jveux|jveu|jvx|jvoudrais) (?:veux |veu |ve |vx |voudrais |souhaite |aimerais |desire |prefere "
    rf"|prefererais )?(?:juste |vraiment |seulement |simplement |plus que )?{_DIE}\b{_IDIOM}",
    rf"(?<!pas )(?<!jamais )(?<!aucune )\benvie (?:de|d) (?:{_END_ME}|{_DIE}\b{_IDIOM}|en finir$)",
    r"\bmettre fin a (?:mes jours|ma vie)\b",
    r"\b(?:je (?:pense|songe|repense)|j (?:y pense|ai (?:deja )?(?:pense|songe))|je n arrete pas de penser) (?:souvent |tout"
    r" le temps |tous les jours |parfois |encore |beaucoup )?(?:au suicide|a (?:mourir|me suicider|me tuer|la mort$"
    r"|en finir$|en finir avec la vie|mettre fin))",
    r"\b(?:j ai|avoir) (?:souvent |encore |toujours )?des (?:idees|pensees|envies) (?:suicidaires|noires$|de suicide|de mort$)",
    r"\bje (?:suis|me sens) (?:tres |vraiment )?suicidaire\b",
    rf"\b(?:ne )?(?:veux|voudrais) plus vivre\b{_STAY}",
    r"\b(?:je (?:ne )?(?:veux|voudrais)|j aimerais|je prefererais) (?:dormir et |m endormir et )?(?:ne )?plus (?:etre en vie"
    r"|etre la$|exister$|me reveiller$)|\bpersonne ne me regrettera(?:it)?\b",
    rf"\bplus (?:envie|la force|le courage|le gout|de raison|aucune raison) de (?:vivre|continuer a vivre)\b{_STAY}",
    r"\b(?:je serais|je serai|on serait|vous seriez|ils seraient|tout le monde serait|mes enfants seraient) (?:bien )?mieux"
    r" (?:morte?$|sans moi$)",
    r"\b(?:j aimerais|je voudrais|je prefererais|si seulement j) (?:etre|etais) morte?$",
    r"\b(?:ma vie ne (?:sert|rime) (?:plus )?a rien|la vie ne vaut (?:plus|pas) la peine)\b(?! sans (?!toi|lui|elle|eux|mon|ma)\b)"
    r"|\brien ne me retient (?:ici )?en vie\b",
    rf"\b(?:je n|j) en peux plus de (?:vivre\b{_STAY}|la vie\b(?! (?:chere|en|dans|a|ici|de)\b))",
    r"\bje (?:vais|veux|pense) (?:me jeter|sauter) (?:sous (?:un|le) (?:train|metro|tram|bus|camion)|du (?:pont|toit|balcon)"
    r"|d un (?:pont|toit)|par la fenetre)",
    rf"\bj ai (?:avale (?:\w+ ){{0,4}}|pris {_TOO_MANY} ){_PILLS}\b",
    r"\bje me (?:scarifie|mutile|taillade|fais du mal$|coupe (?:les (?:bras|veines|poignets)|expres))",
    r"^(?:(?:je n|j) en (?:peux|ai) (?:plus|marre) |je suis a bout )?(?:je (?:veux|voudrais|vais)|j ai envie d) en finir$",
    rf"\ba quoi bon (?:continuer a )?vivre\b{_STAY}|\b(?:je (?:veux|voudrais)|j aimerais) disparaitre$",
    rf"\b{_CLOSE}(?: \w+){{0,2}} (?:veut|voudrait|parle de|pense a|menace de|essaie de|a essaye de|a tente de)"
    rf" (?:mourir\b{_IDIOM}|se suicider|se tuer|se pendre|en finir avec la vie|mettre fin a ses jours)",
    rf"\b{_CLOSE} va (?:se suicider|se pendre|mettre fin a ses jours)",
    r"\b(?:j ai|mon \w+ a|ma \w+ a|vient de) fait?(?:re)? une (?:tentative de suicide|ts)\b",
    rf"\b(?:i|i just|i really) (?:just |really )?(?:want|wanna|wish|would like|d like|need)(?: to)? (?:just )?(?:die\b{_IDIOM}"
    r"|be dead|kill myself|end my life|end it all|hang myself|hurt myself)",
    r"\b(?:i m|i am|im) (?:going to|gonna|about to) (?:kill myself|end my life|end it all|commit suicide|hang myself)",
    r"\b(?:i m|i am|im|i feel) (?:so |really |very )?suicidal\b|\bi have suicidal thoughts\b|\bi wish i (?:was|were) dead\b",
    r"\b(?:i m|i am|im|i keep|been) thinking (?:about|of) (?:suicide|killing myself|ending my life|ending it all|dying)",
    rf"\bi (?:don t|dont|do not) want to (?:live|be alive)(?: any ?more)?\b{_STAY_EN}",
    r"\bi have (?:no|nothing) (?:reason|left) to live\b|\bno reason to live\b|\b(?:better off dead|better off without me)\b"
    r"|\b(?:nobody|no one) (?:would|will) (?:even )?miss me\b",
    r"^(?:just )?(?:want to|wanna) (?:die|kill myself|end it all|end my life)$|^(?:i (?:just )?)?(?:want to|wanna) end it$",
    r"\bi (?:ve |have )?(?:just )?(?:took|taken|swallowed) (?:too many|a lot of|lots of|all (?:my|the)|a (?:whole )?box of)"
    r" (?:\w+ )?(?:pills|tablets|medication|medicine)\b|\bi (?:keep (?:cutting|hurting|harming) myself|self harm|cut myself(?:$"
    r"| on purpose))",
    rf"\b{_CLOSE_EN} (?:wants|is going|is trying|tried) to (?:die$|kill (?:himself|herself|themselves)|commit suicide)",
)

_VIOLENCE = (
    rf"\b(?:{_CLOSE}|on|mes parents|mon beau pere|ma belle mere|mon oncle|mon patron) (?:me|nous) (?:frappe|frappent|cogne"
    r"|viole|etrangle|sequestre|tabasse|maltraite|bat|battent|tape dessus)\b(?! (?:que|par|de|d|dans le|au|aux|a la|a plate"
    r"|en|toujours aux|pas|froid)\b)",
    rf"\b{_CLOSE} (?:me|nous) tape(?:$| (?:encore|toujours|souvent|quand|fort|tous les|chaque|depuis|devant|et)\b)"
    rf"|\b{_CLOSE} (?:me|nous) menace(?:$| (?:de mort|de (?:me|nous) |avec (?:un|une|son) ))",
    rf"\b{_AT_HOME} est (?:tres |trop |souvent |parfois )?violente?(?:$| (?:avec|envers|et|quand|a la maison)\b)",
    rf"\b{_AT_HOME} (?:m|nous) (?:a|ont) (?:encore |deja |souvent )?(?:frappee?s?|battue?s?|tapee?s?|giflee?s?|cognee?s?"
    r"|etranglee?s?|tabassee?s?|violee?s?|casse (?:le|la|les|un|une|deux)(?! (?:pieds|oreilles|tete)))\b(?! (?:au|aux|a|en|sur|pour)\b)",
    rf"\bmy {_AT_HOME_EN}(?: has)? (?:hit|beat|beaten|choked|raped|punched) me\b(?! (?:at|in|to|by)\b)",
    r"\bon (?:m|nous) agresse\b(?! (?:avec|par|les oreilles|les yeux|de)\b)|\bje (?:me fais|suis en train de me faire) (?:frapper|agresser|violer|battre|tabasser|taper"
    r" dessus)\b|\bje suis (?:une femme )?battue\b(?! (?:aux?|a|d avance|de|par)\b)|\b(?:j ai ete|on m a) violee?\b|\bje me suis faite? violer\b",
    r"\bje (?:suis|vis) (?:victime )?(?:de|des) violences? (?:conjugales?|de mon|familiales?|a la maison)",
    r"\b(?:mon (?:beau )?pere|mon oncle|mon prof|mon entraineur|un adulte) (?:me viole|me touche(?:$| (?:quand|la nuit|le soir"
    r"|entre|les (?:seins|fesses)|le sexe|partout)\b)|me force$|(?:me force|m oblige) a (?:coucher|le|lui|l embrasser|me"
    r" deshabiller|faire des choses)\b)",
    rf"\b{_CLOSE} (?:veut|menace de|essaie de|a essaye de) (?:me|nous) (?:tuer|frapper|violer)\b",
    r"^(?:il|elle|mon mari|mon ex|mon compagnon|mon copain) va (?:me|nous) tuer$",
    r"\b(?:me|nous|m|suis|sommes) (?:a |ont |est )?menacee?s? avec (?:un|une|son) (?:couteau|arme|pistolet|fusil)",
    r"\b(?:je me fais harceler|je suis harcelee?)\b(?! (?:par|de) (?:(?:la|les|l|des|de la) )?(?:demarch|pub|moustiqu|vendeu|spam|sms"
    r"|appels|impot|mairie|banque)| (?:au telephone|de pub))|\bon me harcele\b(?! (?:de|d|pour|au telephone)\b)",
    r"\b(?:on|quelqu un|un (?:homme|type|mec|gars|inconnu)) me suit(?:$| (?:dans la rue|depuis|jusqu|a pied|en voiture)\b)",
    rf"\b{_CLOSE_EN} (?:hits|beats|rapes|chokes|is hitting|is beating|is raping|is choking|is hurting) (?:me|us)\b"
    r"(?! (?:at|in|to|by)\b)",
    r"\b(?:i m|i am|im) being (?:attacked|beaten|raped|followed|hit|abused|bullied)\b|\bi (?:was|got|ve been|have been) raped\b",
    rf"\b{_CLOSE_EN} (?:wants|is trying|is threatening|threatened|threatens) to (?:kill|rape|hurt) (?:me|us)\b",
    r"^(?:he|she|my husband|my ex|my boyfriend) is (?:going to|gonna) kill (?:me|us)$",
)

_DANGER = (
    r"\b(?:il y a|y a|ya) le feu\b(?! (?:sacre|vert|rouge|orange|tricolore|au rouge|d artifice|aux poudres))|^au feu(?: au"
    r" feu)*$",
    r"\b(?:maison|cuisine|voiture|cave|chambre|appartement|appart|immeuble|batiment|escalier|local|balcon|foret d a cote)"
    r" (?:est en feu|est en train de bruler|brule$|prend feu|a pris feu|brule en ce moment)",
    r"\bil y a un incendie(?:$| (?:chez|en ce moment|maintenant|ici|la$|dans (?:mon|ma|l|le batiment)))|\bincendie en cours\b",
    r"\b(?:ca|cela) brule (?:chez (?:moi|nous)|dans (?:mon|ma|notre))\b",
    r"\b(?:ca|sa|cela) sent (?:tres fort |fort |beaucoup )?le gaz\b(?! (?:d|des|oil)\b)|(?:\b(?:une|forte) |^)odeur de gaz\b(?! (?:d"
    r"|des)\b)|(?:\b(?:il y a|j ai|on a|c est) une (?:grosse )?|^(?:grosse )?)fuite de gaz\b(?! (?:a effet|de|des)\b)",
    rf"(?<!peur qu )(?<!peur que )(?<!avant qu )(?<!avant que )(?<!sinon )(?<!\bsi )\b{_CLOSE} (?:ne )?(?:respire (?:plus|pas)\b|est (?:tombee? )?(?:inconsciente?"
    rf"|evanouie?)\b(?! (?:de|du|des|d)\b)|a fait un malaise$|s etouffe\b(?! (?:de|d|dans|sous)\b)|(?:fait|a) un (?:malaise|avc"
    r"|infarctus)(?:$| (?:dans|sur|chez|devant|en ce moment))|fait une (?:crise cardiaque|overdose)\b|perd (?:beaucoup"
    r" de|son) sang\b(?! froid)|saigne (?:beaucoup|enormement)\b|se noie\b(?! (?:chaque|tous|par|dans (?:les|la|ses|son))\b)|est en"
    r" train de (?:se noyer|s etouffer|mourir(?:$| (?:chez|dans (?:mon|ma|la rue)|devant|sous)))|est (?:gravement )?blessee?(?:$"
    r"| (?:grave|devant|dans(?! son orgueil| sa fierte| son amour)|chez|sur))|vient de (?:tomber|faire un malaise|se faire (?:renverser|poignarder))"
    r"|a ete (?:poignardee?|renversee?)(?:$| devant| a l instant))",
    rf"\b(?!il |elle ){_CLOSE}(?: est tombee?(?: \w+){{0,4}} et)? (?:ne )?(?:bouge plus|reagit plus|se reveille (?:plus|pas))\b",
    r"\bje fais un(?:e crise cardiaque| malaise| avc| infarctus)\b(?! (?:a )?(?:chaque|quand|toutes))|\bj ai (?:tres |super )?mal a la"
    r" poitrine\b|^(?:(?:au secours|aidez moi|vite|svp) )*(?:j|je n) arrive (?:plus|pas) a respirer$",
    rf"\b{_CLOSE} a (?:un (?:couteau|fusil|pistolet|flingue)|une arme)(?:$| (?:et|a la main|dans la main|sur (?:lui|elle))\b)"
    r"|\b(?:il y a|y a|ya) un (?:homme|mec|type|gars) (?:arme$|avec (?:un (?:couteau|fusil|pistolet)|une (?:arme|machette)))",
    r"^(?:au secours )?(?:je suis|on est|nous sommes) en danger(?: de mort)?$|^i (?:am|m) in danger$",
    r"\bappel(?:ez|le|er)(?: vite| moi| nous)? (?:la police|les pompiers|le samu|une ambulance|les secours|le 1[578]\b|le 112)"
    r"(?:$| (?:svp|vite|s il|stp|tout de suite|pour moi|maintenant))|\benvoyez(?: vite| nous| moi)? (?:les pompiers|le samu"
    r"|une ambulance|les secours)\b",
    r"\b(?:je suis|on est|nous sommes|suis) (?:coincee?s?|bloquee?s?|enfermee?s?) dans (?:l|un|cet) ascenseur\b"
    r"(?! (?:\w+ fois|tou(?:s|tes)|chaque|souvent|regulierement|trop)\b)|^(?:au secours )?(?:coincee?s?|bloquee?s?) dans l ascenseur",
    r"\bil y a (?:quelqu un|un homme|des gens|un cambrioleur|des cambrioleurs) (?:qui (?:est|essaie d) (?:entrer )?)?(?:chez"
    r" moi|dans ma maison)\b(?! (?:pour|le|la|ce|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|tous)\b)|\bon (?:essaie|tente) d entrer chez moi\b|\bon (?:force|defonce) ma porte\b",
    r"\bil vient d y avoir un (?:grave )?accident\b|\bil y a (?:un|une|des) blessee?s?(?:$| graves?$)",
    r"\bthere(?: is| s|s) (?:a|an) (?:fire$|fire (?:in|at|here)|gas leak)|\b(?:house|flat|kitchen|building|car|apartment) is on"
    r" fire\b|\b(?:i|we) (?:can )?smell gas$|\bi smell gas\b|\bit smells (?:of|like) gas\b"
    r"|^(?:big |strong )?(?:gas leak|gas smell|smell of gas)\b(?! (?:detect|check|inspect))",
    rf"\b{_CLOSE_EN} (?:is not breathing|isn t breathing|stopped breathing|is unconscious|is having a (?:heart attack"
    r"|stroke)|is (?:drowning|bleeding a lot|badly hurt|seriously injured)|is choking(?! me| us)|just collapsed)\b|\b(?:i m|i am) having a"
    r" (?:heart attack|stroke)\b|\b(?:my chest hurts|i have (?:bad |severe |a )?chest pains?)\b|^(?:help )?i can t breathe$",
    rf"\b{_CLOSE_EN} has a (?:knife|gun)\b|\bthere(?: is| s|s) a (?:man|guy|boy|woman) with a (?:knife|gun)\b",
    r"\bcall (?:the police|an ambulance|911|999|112|the fire brigade)(?:$| (?:please|now|quick|quickly))",
    r"\b(?:i m|i am|im|we are|we re) (?:stuck|trapped) in (?:the|a) (?:lift|elevator)\b|\bsomeone is breaking in(?:to)?\b"
    r"|^(?:stuck|trapped) in (?:the|a) (?:lift|elevator)\b|\bsomeone (?:just )?broke (?:in$|into my (?:house|flat|home)$)",
)
_DANGER_WHOLE = (
    r"(?:au secours|a l aide|sos|sauvez moi|help me|please help me|i need help now|aidez moi vite)(?: (?:au secours|a l aide"
    r"|svp|vite|please|sos))*",
)

_LEAK = (
    r"\b(?:ma|notre|la) (?:chaudiere|chaudieres)(?: \w+)? (?:fuit|fuis|fui|fuie|coule|goutte|perd de l eau|a une fuite|est en"
    r" panne|est tombee en panne|est cassee|ne (?:marche|fonctionne|demarre) (?:plus|pas)|(?:marche|fonctionne|demarre)"
    r" (?:plus|pas))\b",
    r"\bmon (?:radiateur|plafond|ballon d eau chaude|chauffe eau|cumulus|evier|lavabo) (?:fuit|coule|goutte|a une fuite)\b",
    r"\b(?:j ai|on a|nous avons|il y a) une (?:grosse |enorme )?(?:fuite|inondation)(?: d eau)? (?:chez (?:moi|nous)|dans (?:mon"
    r"|ma|notre) (?:appartement|appart|cuisine|salle de bain|salle de bains|cave|logement|salon|chambre)|sous (?:mon|l) evier"
    r"|au plafond)",
    r"^(?:bonjour )?(?:j ai|on a|nous avons) une (?:grosse |enorme )?fuite(?: d eau)?$"
    r"|^(?:grosse )?fuite d eau (?:chez (?:moi|nous)|dans (?:mon|ma|notre))\b|\bde l eau (?:qui )?coule (?:du|de mon) plafond\b(?! (?:de|du|dans)\b)",
    r"\b(?:j ai|on a|nous avons|je n ai|nous n avons|on n a) (?:plus|pas) (?:de|d) (?:chauffage|eau chaude|electricite|eau"
    r"|courant)(?:$| depuis| chez (?:moi|nous)| dans (?:mon|notre) (?:appartement|logement|immeuble))"
    r"|^(?:plus|pas) (?:de|d) (?:chauffage|eau chaude|electricite|courant) (?:depuis|chez (?:moi|nous))\b",
    r"\bj ai un degat des eaux\b",
    r"\b(?:my|our|the) boiler (?:is leaking|leaks|is broken|has broken down|broke down|doesn t work|does not work"
    r"|isn t working)\b|\b(?:i have|there s|there is|we have) a (?:water )?leak (?:in (?:my|our)|at home|under (?:my|the)"
    r" sink)|\b(?:i have|we have|there is|i ve got) no (?:heating|hot water|electricity)(?:$| (?:since|at home|in (?:my|our)))",
)


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


KNOWN = (
    Known("distress", "redirect.distress", "3114", _compiled(_DISTRESS)),
    Known("violence", "redirect.violence", "17", _compiled(_VIOLENCE)),
    Known("danger", "redirect.danger", "112", _compiled(_DANGER), _compiled(_DANGER_WHOLE)),
    Known("leak", "redirect.leak", "", _compiled(_LEAK)),
)
"""The gravest first: one answer is given, not four."""
