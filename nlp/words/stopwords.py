"""Words that are about nothing, in folded form, and names of topics that are about anything."""

_FRENCH = """
a afin ah ai aie ainsi alors apres as assez au aucun aucune aujourd aupres auquel aura aurai aurait auront aussi autant
autour autre autres aux avaient avais avait avant avec avez avoir avons ayant bah beaucoup ben bien bon bonjour
bonsoir bref c ca car ce ceci cela celle celles celui cent certain certaine certaines certains ces cet cette ceux
chacun chacune chaque chez ci combien comme comment contre d dans de dela depuis des desormais desole deux devoir
devra devrait devraient devrions dire dit doit doivent donc dont du durant e eh elle elles en encore enfin ensuite
entre environ es est et etaient etais etait etant etc ete etes etre eu eux faire fais faisait fait faites faut faudra
faudrait fera ferait feraient font fois g grace gros h hui hors hormis ici il ils j jamais je jusqu jusque juste l la
laquelle le les lequel lesquelles lesquels leur leurs lors lorsque lui m ma maintenant mais mal malgre me meme memes
merci mes mettre mieux moi moins mon n ne neanmoins ni non nos notre nous nouveau nouveaux nouvelle nouvelles on ont
or ou oui ouais par parce parfois parmi pas pendant personne peu peut peuvent peux plus plusieurs plutot pour pourquoi
pourrait pourraient pouvoir pouvez pres presque puis puisque qu quand quant que quel quelle quelles quelque quelques
quelqu quels qui quoi rien s sa salut sans sauf se selon sera serai serait seraient seront ses seul seule seulement si
sinon soi soient sois soit son sont sous souvent sur surtout t ta tant te tel telle telles tels tellement tes toi ton
toujours tous tout toute toutefois toutes tres trop tu un une va vais vas vers veut veux vient voici voila vont vos
votre vous voir vraiment vraie vrai vu y
"""
_ENGLISH = """
a about above after again all also always am an and any are as at be because been before being below between both but
by can could d did do does doing don down each few for from further get go got had has have having he hello her here
hers hi him his how i if in into is it its just let ll m make many maybe me more most much must my need never no nor
not now of off on once only or other our ours out over own please put re really s same she should so some such t than
thank thanks that the their theirs them then there these they this those through to too under until up us ve very want
was we well were what when where which while who whom why will with would yes you your yours
"""

STOPWORDS: dict[str, frozenset[str]] = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}
SMALL_WORDS: frozenset[str] = frozenset().union(*STOPWORDS.values())
"""Those of both languages."""

_EMPTY_NAMES = """
autre autres divers diverses sujet sujets theme themes topic topics other others general generale generales generaux
question questions expression libre various misc miscellaneous everything reste rest
"""
# In the *name* of a topic these words say nothing about what belongs there.
EMPTY_NAMES: frozenset[str] = frozenset(_EMPTY_NAMES.split())
