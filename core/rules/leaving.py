"""Sentences that say nothing but "write to me no more", and those that may say it: then one is asked.

    "arrêtez de m'écrire" ─▶ plain: as STOP          "je ne veux plus" ─▶ unsure: write no more, or go on?

Whoever does not know our word has said no all the same, and is not kept. The whole message must be such a sentence, but
for polite words around it, and what must stop is that *we write to them*: "arrêtez les travaux", "je ne veux plus de
voitures" and "stop au projet" are what a person has to say.
"""

# ruff: noqa: E501  (a pattern cut in the middle of an alternative cannot be read)

import re
from enum import Enum

LONGEST = 100
"""Letters. Whoever writes more says something else as well."""


class Leaving(Enum):
    PLAIN = "plain"
    UNSURE = "unsure"


_BEFORE = r"(?:(?:pls|merci|non|bonjour|bonsoir|salut|hello|hi|oui|ok|madame|monsieur|svp|s il vous plait|stp|merci de|veuillez|priere de|je vous (?:prie|demande) de|pouvez vous|pourriez vous|vous pouvez|please|thanks|thank you|could you|can you) )*"
_AFTER = r"(?: (?:svp|stp|s il (?:vous|te) plait|merci|merci d avance|merci beaucoup|bonne journee|au revoir|bonjour|madame|monsieur|ok|stop|please|pls|thanks|thank you|now|maintenant|a l avenir|desormais))*"

_ME = r"(?:m ?|me |nous )"
_SENT = r"(?:messages?|sms|textos?|notifications?|notifs?|rappels?|relances?|invitations?|mails?|spams?)"
_OF_YOURS = rf"(?:de |d |des |vos |tes |ces |ce |les |aucun )?(?:{_SENT}|rien|(?:tout )?(?:ca|cela))(?: (?:de votre part|de vous|de la mairie|de la ville|sur (?:mon|ce) (?:telephone|portable)))?"
_WRITE = r"(?:ecrire|contacter|solliciter|relancer|deranger|embeter|harceler|spammer|importuner)"
_WRITING = r"(?:ecri(?:s|v(?:i?ez|e))|contacte[sz]?|sollicite[sz]?|relance[sz]?|derange[sz]?|embete[sz]?|harcele[sz]?|spamme[sz]?)"
_STOP = r"(?:arret(?:er|ez|e|es)(?: moi)?|cess(?:er|ez|e)|stopp?(?:er|ez|e)?|desactive(?:r|z)?|ne (?:plus|pas))"
_NOT_WANTED = r"(?:je (?:ne )?|j )?(?:veux|jveux|jveu|veut|souhaite|desire|voudrais|aimerais) (?:plus|pas)(?: jamais)?"
_SENT_EN = r"(?:messages?|texts?|notifications?|reminders?|e?mails?|spam|invitations?)"
_WISH = r"(?:je (?:veux|souhaite|souhaiterais|voudrais|desire)|j aimerais)"
_TOUCHED = r"(?:contactee?|sollicitee?|relancee?|derangee?)"
_CALLED = r"(?:stop|quit)"

_PLAIN = (
    rf"{_STOP} (?:de )?{_ME}(?:{_WRITE}|envoyer {_OF_YOURS})",
    rf"{_STOP} (?:avec |a |aux )?(?:(?:vos|tes|ces|les|le) )?{_SENT}",
    rf"(?:ne )?{_ME}{_WRITING} (?:plus|pas)(?: jamais)?(?: {_OF_YOURS})?",
    rf"(?:ne )?{_ME}envoye[sz]? (?:plus|pas)(?: jamais)? {_OF_YOURS}",
    rf"{_NOT_WANTED} (?:recevoir|avoir) {_OF_YOURS}|(?:{_NOT_WANTED}|ne plus) rien recevoir",
    rf"je ne (?:veux|veut|souhaite|desire|voudrais) (?:plus|pas) (?:de|d|vos|ces) {_SENT}(?: de (?:votre part|vous))?",
    rf"{_NOT_WANTED} (?:que vous (?:m|me) {_WRITING}|etre {_TOUCHED})",
    rf"(?:{_WISH} )?ne plus (?:recevoir(?: {_OF_YOURS})?|etre {_TOUCHED})|plus recevoir {_OF_YOURS}|ne plus {_ME}(?:ecrire|contacter)",
    rf"(?:{_WISH} )?(?:arreter|cesser) de recevoir {_OF_YOURS}",
    r"(?:laisse[sz]?|foute[sz]|fous|fiche[sz]?) moi (?:tranquille|en paix|la paix)|lache[sz]? moi",
    r"(?:desabonne[sz]?|desinscri(?:s|vez)|retire[sz]?|enleve[sz]?) (?:moi|nous|mon numero)(?: de (?:la|votre|cette|vos) (?:listes?|envois?|fichiers?))?",
    r"(?:efface|supprime)[sz]? moi de (?:la|votre|cette|vos) (?:listes?|envois?|fichiers?)|(?:me |nous )?(?:desabonner|desinscrire)(?: de (?:la|votre|cette) liste)?",
    r"je (?:veux|souhaite|voudrais|desire) me (?:desabonner|desinscrire)|je me (?:desabonne|desinscris)|me retirer de (?:la|votre) liste",
    rf"(?:i want you to |i would like you to )?{_CALLED} (?:writing|texting|messaging|contacting|bothering|spamming|harassing)(?: to)? (?:me|us)(?: (?:any ?more|again))?",
    rf"{_CALLED} sending (?:me |us )?(?:these |those |your |any )?{_SENT_EN}",
    r"(?:do not|don t|dont|never) (?:write|text|message|contact|bother)(?: to)? (?:me|us)(?: (?:any ?more|ever again|again))?",
    rf"(?:do not|don t|dont) send (?:me|us) (?:any ?more |any |these |your )?{_SENT_EN}(?: any ?more)?",
    rf"i (?:do not|don t|dont|no longer) (?:want|wish)(?: to (?:receive|get))? (?:any ?more |any |your |these |more )?{_SENT_EN}(?: any ?more)?",
    rf"no more {_SENT_EN}|leave (?:me|us) alone|(?:take|remove) (?:me|us)(?: (?:off|from)(?: (?:the|your|this) list)?)?|unsubscribe me|opt me out",
    rf"(?:i (?:want|would like|d like|wish) to )?(?:unsubscribe|opt out|stop (?:receiving|getting) (?:these |your |any )?{_SENT_EN})",
)  # fmt: skip

_UNSURE = (
    rf"(?:je |j )?(?:(?:veux|veut|souhaite|voudrais) )?(?:plus|pas|assez) de {_SENT}|(?:laisse|fiche)[sz]? nous (?:tranquilles?|en paix|la paix)",
    r"(?:non )?(?:je (?:n )?(?:ne )?(?:en )?|j en )(?:veux|veut) plus(?: (?:rien|participer|repondre|continuer|jouer))?",
    r"je ne (?:souhaite|desire) (?:plus|pas)(?: (?:participer|repondre|continuer))?|je ne participe (?:plus|pas)|je (?:ne )?veux pas (?:participer|continuer)",
    r"je (?:veux|souhaite|voudrais|prefere) (?:arreter|m arreter|quitter|partir|annuler)|j arrete|je m arrete(?: la)?|j arrete la|je me retire|j abandonne|annuler|quitter",
    r"i (?:do not|don t|dont) want to (?:participate|take part|continue|go on|do this)(?: any ?more)?|i (?:want|would like) to (?:stop|quit|leave)|i (?:quit|m out|give up|m done with this)|cancel|quit|exit|end",
    r"(?:je ne suis )?pas interesse(?:e|s|es)?|(?:i m |i am )?not interested|ca suffit|arretez? (?:ca|cela|tout)|stop (?:it|this|that)|laisse[sz]? moi|supprime[sz]? mon numero",
    rf"comment (?:faire pour |est ce que |puis je |peut on |on peut |je peux |on |je )?(?:[sm]e? )?(?:desabonner?|desinscrire|desinscris|arreter?(?: (?:vos |ces |les )?{_SENT}| de recevoir {_OF_YOURS})?)",
    rf"how (?:do i|can i|to) (?:unsubscribe|opt out|stop(?: (?:this|it|(?:these |the |your |receiving |getting )*{_SENT_EN}))?)",
)  # fmt: skip

_WITHDRAWS = r"je (?:retire|revoque|reprends) mon (?:accord|consentement)|retrait du consentement|i withdraw my consent|withdraw consent"


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{'|'.join(patterns)}){_AFTER}")


_IS_PLAIN, _IS_UNSURE, _IS_WITHDRAWAL = _whole(_PLAIN), _whole(_UNSURE), _whole((_WITHDRAWS,))
_STOP_ALONE = re.compile(rf"(?!non stop){_BEFORE}(?:s+t+o+p+|s t o p|sotp|tsop|stpo|stop pls){_AFTER}")


def leaving(said: str) -> Leaving | None:
    """What a message asks, `said` as `plain_text.plain` gives it; None: it is what the person has to say."""
    if _STOP_ALONE.fullmatch(said) or _IS_PLAIN.fullmatch(said):
        return Leaving.PLAIN
    return Leaving.UNSURE if _IS_UNSURE.fullmatch(said) else None


def withdraws(said: str) -> bool:
    """Does it take the consent back, and nothing else?"""
    return _IS_WITHDRAWAL.fullmatch(said) is not None
