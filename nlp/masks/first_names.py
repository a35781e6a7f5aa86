"""First names that people in France bear, folded: a list of our own. Those that are also everyday words stand apart."""

_CLEAR_TEXT = """
aaliyah abdallah abdel abdelkader abdoulaye abel abigail achille achraf adam adama adele adeline adil adrian adriana
adrien agathe agnes ahmed aicha aida aime-cesar aisha aissatou alain alan albane albert alberto alec alejandro
aleksandra alessandro alessia alex alexandra alexandre alexia alexis alfred ali alice alicia alina aline alison alix
aliyah allan alma aloys alphonse alyssa amadou amandine amani amaury amel amelia amelie ami amin amina aminata amine
amir ana anais anastasia andrea andree andrei andrew andy angela angele angelina angelique angus anh anis anissa anita
anna annabelle anne annick annie anouk anthony antoine antoinette antonin antonio antony apolline arlette armand
armelle arnaud arthur asma assia astrid aubin audrey augustin aurele aurelia aurelie aurelien aurore awa axel axelle
aya ayoub aziz baptiste barbara bartosz basile bastien beatrice beatriz benedicte benjamin benoit berengere bernadette
bernard berthe bertrand bilal bintou blandine boris boubacar brahim brandon brian brice brigitte bruno callum camelia
camille candice carine carla carlos carmen carole carolina caroline cassandra catherine cecile cecilia cedric celeste
celia celina celine chaima chantal charlene charles charline charlotte chayma chiara chloe christel christelle
christian christiane christina christine christophe christopher claire clara clarisse claude claudette claudia
claudine clea clelia clemence clement clementine clothilde colette coline connor constance coralie corentin corine
corinne cynthia cyprien cyril cyrille dalila damien daniel daniela danielle danny darren david deborah declan delphine
denis denise diana diane didier diego dimitri djibril dmitri dominique donovan dorian doris dorothee dounia driss
duncan dylan eddy edgar edith edmond edouard edwige eileen elena eleonore elia elian eliane elias elif elina eliott
elisa elisabeth elise elizabeth ella elliot elodie eloise elsa elvire elvis emeline emeric emilia emilie emilien emily
emir emma emmanuel emmanuelle enzo eric erika erwan esteban estelle esther ethan ethel etienne eugene eugenie eva evan
eve evelyne ewen fabien fabienne fabio fabrice fadila fahim fanny farah fares farid farida fatiha fatima fatma fatou
fatoumata faustine felicie felix ferdinand fernand fernanda fernande fernando filipe fiona flavie flavien flora
florence florent florentin florian floriane florine francesca francesco francine francis francisco franck francois
francoise frank fred frederic frederique gabin gabriel gabriela gabrielle gael gaelle gaetan gaspard gaston gavin
genevieve geoffrey george georges georgette gerald geraldine gerard germaine ghislain ghislaine gilbert gilberte
gilles gina ginette giovanni gisele giulia gladys gonzalo grace graham gregoire gregory guilhem guillaume gustave guy
gwenael gwenaelle gwendoline habib habiba hadrien hafida hakim halima hamid hamza hanae hanane hannah hans harold
haroun harriet harry hassan hatice hayat hazel heather hector helen helena helene henri henriette herve hicham
hippolyte hocine honore hortense houda hubert hugo hugues huguette ian ibrahim ibrahima idriss ilan ilana iliana ilias
ilona ilyas ilyes iman imane imran inaya ines ingrid irene irina iris isaac isabel isabelle isaure ismael ismail issa
iwan jack jackie jacob jacqueline jacques jade jamal jamel james jamila jan jane janine jaouad jasmine jason jean
jeanine jeanne jeannine jennifer jenny jeremie jeremy jerome jessica jessy jihane jim jimmy joachim joana joanna joao
jocelyn jocelyne joe joel joelle joey johan johann johanna john johnny jonas jonathan jordan jorge jose josefina
joseph josephine josette joshua josiane josie josue jovan juan judith jules julia julian juliana julie julien juliette
justine kader kadiatou kais kamal kamel karen karim karima karin karine karl katarzyna kate katia katy kayla keira
keith kelly kenneth kenza kenzo kevin khadidja khadija khaled khalid kim kirsty kyle lachlan laetitia laila lamia lana
lara larissa larry latifa laura laure laureline laurence laurent laurie laurine lea leana leandre leandro leila lena
leo leon leonard leonie leonore leopold leslie leyla lia liam lidia lila lilian liliane lilou lily lina linda linh
lino lionel lisa lise livia lizzie loane loic lola loris lou louane louis louisa louise louka lounes luc luca lucas
lucia lucie lucien lucienne lucile lucy ludivine ludovic luigi luis luiz luka lukas luna lydia lydie lyes lyna
madeleine mael maelle maelys magali magalie maggie mahamadou mahdi maimouna maiwenn malak malik malika malo mamadou
manel manon manuel manuela marc marceau marcel marcelle marco marcos margaret margaux margot marguerite maria mariam
mariama marianne marie marielle mariem marika marina marine mario marion marius marjorie markus marlene martha marthe
martin martine marwa marwan mary maryam maryline maryse mateo matheo mathias mathieu mathilde mathis mathys matilda
matteo matthew matthias matthieu maud maurice mauricette max maxence maxim maxime maya medhi megan mehdi mehmet
melanie melina melinda melissa melodie mercedes meriem merlin meryem michael michel michele micheline michelle miguel
mikael mike mila milan milena milo mina mira mireille miriam mohamad mohamed mohammed mohand molly monica monique
morgan morgane mouna mounir mourad moussa muriel murielle mustafa mustapha myriam nabil nabila nacer nadege nadia
nadine nael naima nancy naomi nassim nastasia natacha natalia nathalie nathan nathanael nawel neil nelly nelson
nermine nicola nicolas nicole nicoletta nigel nina ninon nizar noa noah noam noe noel noela noelle noemie nolan nora
norah norbert norman nour noura noureddine oceane octave odette odile olga oliver olivia olivier omar orane oscar
othmane oumar ousmane pablo paola paolo pascal pascale patrice patricia patrick paul paula paule paulette pauline
paulo pedro peggy penelope peter philip philippe philomene pierre pierre-yves pierrette pietro piotr priscilla priya
quentin rabah rachel rachid rachida raissa raj ralph ramzi raoul raphael raphaelle rayan raymond raymonde rebecca
regine regis reine remi remy renaud rene renee reza riad ricardo richard rita robert roberto robin rodolphe rodrigo
rodrigue roger roland rolande romain romane romeo romuald ronald ronan rosa rosalie rosaline rosario rose-marie roxane
ruben ruby ruth ryan sabine sabri sabrina sacha safia said saida salah salim salima salma salome samantha sami samia
samir samira samuel samy sandra sandrine santiago sara sarah sasha saskia scott sean sebastian sebastien segolene
selena selim selma serena serge sergio severine shaima shana sharon shaun sheila shirley sidonie sihem silvia simon
simone sixtine sofia sofiane solange solene soline sonia sophia sophie soraya souad soufiane souleymane stanislas
stella stephane stephanie stephen steve steven stuart sunita susan susie suzanne suzette svetlana swann sylvain
sylvaine sylvette sylviane sylvie tamara tanguy tania tarek tariq teddy terry tess tessa thais thanh theo theodore
theophile therese thiago thibaud thibault thierry thomas tiago tiffany tim timeo timothe timothee titouan tom tomas
toni tony tracey trevor tristan ugo ulysse ursula valentin valentina valentine valerie vanessa vera veronique vicky
victoria victorien vincent violaine virgile virginie vivian viviane vladimir wafa walid walter wassim wayne wei wendy
wilfried wilhelm william willy xavier xiao yacine yael yahya yanis yann yannick yasmina yasmine yassine yazid yoann
yohan yohann yolande youcef younes youness youri youssef youssouf yuki yuri yusuf yves yvette yvonne zacharie zachary
zahra zakaria zakia zara zeinab zelie zied zineb zinedine zoe zohar zohra
"""
# They may begin a sentence, name a stone, a month, a flower: a name only beside a surname or after a cue.
_EVERYDAY_TEXT = """
adele aime alexandra ali alma ambre ami ange angelo art avril bernard bill blanche brice camelia camille carmen
celeste christian claire clara clement constant daisy dean desire diego drew elvis eve faith fleur florence florent
frank gaston gene georgia germain girard grace hope iris issa jack jade jean joy juan june juste kim lambert laurent leo
lilas lily lorraine lou luna marin marina marine marius mark mars martin max may melodie merlin mike modeste moreau
nancy nick noel olive parfait paris pascal pat perle pierre prudence prune reine rich rob robert robin romain roman
rose sage soleil sue tom victoire victor victoria vincent violette will zoe
"""

FIRST_NAMES = frozenset(_CLEAR_TEXT.split()) | frozenset(_EVERYDAY_TEXT.split())
EVERYDAY = frozenset(_EVERYDAY_TEXT.split())

# Frequent surnames that are no everyday word, no town and no first name: alone, in the middle of a sentence, a person.
_SURNAMES_TEXT = """
arnaud barbier benali benoist bertin besson blanchard bonnet bouvier brunet caron chevalier chevallier clerc
colas collet cordier da-silva dasilva delattre delmas deschamps diallo diarra dubois dufour dumas dumont dupond
dupont dupuis dupuy durand duval faure fernandez ferreira fournier gaillard garcia garnier gauthier gautier
girard giraud gomez gonzalez guerin guillot haddad hamon huet jacquet joly kaya keita klein lacroix lambert
lebrun leclercq lecomte lefebvre lefevre legrand lemaire lemoine leroux leroy lopez lucas maillard marechal
masson mathieu menard mercier meunier meyer michaud millet monnier moreau morel muller navarro nguyen noel nowak
olivier pereira perez perrin perrot picard pichon poirier pons prevost renaud rodriguez roger rolland roussel
roux roy sanchez schmitt schneider tessier thomas tran traore vasseur vidal weber yilmaz
"""
SURNAMES = frozenset(_SURNAMES_TEXT.split())


def is_first_name(folded: str) -> bool:
    """Also of two: "jean-pierre"."""
    return folded in FIRST_NAMES or ("-" in folded and all(part in FIRST_NAMES for part in folded.split("-")))
