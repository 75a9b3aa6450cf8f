"""The words that betray a name, and those that are none. Without accents and in small letters.

Each list serves all languages at once: officers mix them.
"""

# After these a name follows, also one in small letters ("his name is ..."). The last words of a
# phrase may stand in any list: phrases are tried before single words.
SAYS_NAME = """
my name is/his name is/her name is/child's name is/s'appelle/m'appelle/se llama/me llamo
son nom est/mon nom est/su nombre es/mi nombre es
"""

# After these a capital letter begins a name ("called Amina", "son of Amina").
BEFORE_NAME = """
named/called/name of/nicknamed/alias/known as/nomme/nommee/prenomme/prenommee/appele/appelee
surnomme/au nom de/dit/dite/llamado/llamada/de nombre/apodado/apodada/conocido como
son of/daughter of/mother of/father of/brother of/sister of/wife of/husband of/uncle of/child of
fils de/fille de/mere de/pere de/frere de/soeur de/epouse de/oncle de/tante de/enfant de
fils d'/fille d'/mere d'/pere d'/frere d'/soeur d'
hijo de/hija de/madre de/padre de/hermano de/hermana de/esposa de/tio de/tia de/nieto de
mother/father/brother/sister/uncle/aunt/wife/husband/cousin/girl/boy/child/son/daughter
mere/pere/frere/soeur/oncle/tante/epouse/fille/garcon/enfant/fils
madre/padre/hermano/hermana/tio/tia/esposa/nina/nino/hijo/hija/primo
"""

TITLES = """
mr mrs ms miss mister dr m mme mlle monsieur madame mademoiselle sr sra srta senor senora don dona
imam pastor sheikh cheikh jeque
"""

# Given names common where missions work: enough alone. None that is also a word or a month.
GIVEN = """
abdoulaye abdul abdullah abubakar adama ahmad ahmed aisha aissatou ali alicia amadou amina aminata
ana andres antonio awa ayesha beatriz bilal boubacar camila carlos carmen charles claude daniel
david deng diego elena elias elizabeth emmanuel esther fatima fatimata fatou fatoumata felipe
fernando fidele francisco francois gabriel habiba hadiza halima hamid hassan hawa hussein ibrahim
ibrahima idriss isabel ismail issa jacques jaime james jean jesus joao john jorge jose joseph josue
juan julia karim khadija khaled laura leila luis luisa mahamat mahmoud mamadou manuel maria mariam
mariama marie mary maryam michael miguel modibo mohamed mohammed moses moussa muhammad musa mustafa
nyakim omar oumar ousmane pablo patrick paul pedro peter pierre rahma ramon rebecca ricardo roberto
sadio salif salma samira samuel sara sarah seydou sofia solomon sophie suleiman susana teresa
thomas valentina yaya youssef yusuf zainab zeinab
"""

# Between the parts of a name.
LINKS = "al ben bin bint binti da de del den der di do dos du el ibn la las los ould van von y"

# Whoever or whatever has one of these in or beside its name is a place, a body or a thing.
NO_PERSON = """
academy accord act action administration adviser affairs africa agency agreement air airport
annex area armed army association authority avenue bar barrier base battalion bay border boulevard
bridge brigade building bureau bus cafe camp caserne cathedral cell centre center chapter check
checkpoint church city clinic club cluster coalition code college commission committee company
conference congo convention corps council country court cross crescent day democratic department
desert development directorate district division east eastern embassy estates expressway factory
faculty farm fathers federation federal fleet force forces foundation friday front fund garage
general general's geneva government governorate grade group guard guards gulf hall harbour
headquarters health high hill hills hospital hotel house humanitarian independence institute
integrated international island isle joint justice kiosk lake landing law league liaison liberation
liberty limited line logistics mandate market media military militia mill mine ministry mission
mobile mosque mount mountain movement museum national nations north northern note office
operation operations orchestra order organisation organization palace park parliament party pass
peace peninsula petrol phase plan plateau platoon point police policy political port post prison
program programme project protection protocol province public quarter radio railway range ranch
reach red region regional regiment relief republic rescue reserve resistance resolution restaurant
river road rock room route saint saints school sea secondary section sector security service services
settlement shop society south southern special square stadium state station store stream street
sub subsection sudan support supreme taskforce team television temple territory tower town training
transit tribe tribunal union unit united university vale valley vehicle village ward water west
western works world yard zone
aeroport agence ancien armee bataillon bureau caserne centrafricaine centrale centre cite coalition
collectif college comite commissariat communaute commune compagnie conseil cooperative cote cour
croissant croix departement direction dispensaire ecole eglise emirats est etat etats faso fleuve
fondation force forces foret fosse garnison gendarmerie gouvernement groupe guinee hopital hotel
hameau ile lac ligue localite lycee mairie maison marche ministere montagne mosquee mouvement
nationale nations nord organisation ouest paix palais paroisse parti place plateau pont prefecture
protection puits quartier rebelle republique riviere rond route rue sante secteur section service
site societe soudan station sud tribunal union unies universite usine ville village zone
academia agencia aldea alianza alto arroyo asociacion autodefensas avenida ayuntamiento bajo banco
barrio bloque calle camino campamento campo carretera casa centro cerro ciudad clan clinica colegio
comando comisaria comision comite comunidad consejo corregimiento cruz cuartel defensoria
ejercito escuela estacion estado estados este finca fiscalia frente fuerza fuerzas fundacion
gobierno grupo guardia hospital iglesia instituto isla laguna liceo llano mar mercado ministerio
mision monte movimiento municipio nacion naciones norte nueva oeste parque parroquia partido
plaza policia provincia pueblo puente puerto puesto rancho region republica resguardo rio roja san
santa santo sector selva sierra sur tribunal unidad unidas unidos union universidad valle vereda
villa
arabia britain emirates faso guinea kingdom kivu leone states zealand
"""

# Capitals that are no names, wherever they stand: days, ranks, languages, bodies.
STOPS = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday christmas easter ramadan eid islam
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
lundi mardi mercredi jeudi vendredi samedi dimanche noel paques
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miercoles jueves viernes sabado domingo navidad
english french spanish arabic swahili african european american christian muslim
sergeant corporal captain lieutenant colonel major commander commissioner inspector superintendent
constable officer private admiral brigadier chief leader head adviser advisor focal president
minister governor mayor senior deputy assistant director chairman coordinator
sergent caporal capitaine commandant commissaire inspecteur adjudant gendarme chef maire ministre
gouverneur prefet directeur
sargento cabo capitan teniente coronel mayor comandante comisario inspector alcalde ministro
gobernador jefe
un uno una onu unicef unhcr unpol unfpa undp ocha iom wfp who icrc msf ngo joc jmac hopc cpa cpfp
fpu ipo srsg idp ied uxo erw mrm gbv cpwg ctfmr rpg pkm hrddp monusco minusma minusca unmiss unama
unsmil fardc monuc minujusth unitams unisfa unamid psea sea ddr unmas oim hcr oms pam cicr ong acnur
"""

# At the head of a sentence these are no name, whatever follows.
STARTERS = """
a about according after again all also although among an and another any are armed around as asked at
because before behind below beside between beyond both but by children contact contacted despite
dear displaced during each eight either elders eleven every family families few five following for
forty four from girls boys had he heard her here his home how however i if in inside into is it its
just last later like local many mention men met mothers my near nearby neither next nine no nobody
none nor not note now of off old on one only opposite or other our outside over parents past people
please possible potential reached reported returning saw seen several seven she since six so
soldiers some someone somebody soon ten that the their then there these they this those three
through to today told tomorrow tonight towards traders twelve twenty two under unknown until up upon
urgent victims villagers visited was we were what when where which while who whose why with within
without witness witnesses women yesterday you young your
apres ainsi alors au aucun aucune aujourd'hui aussi autour aux avant avec beaucoup ce celle celui ces
cet cette chaque chez cinq comme contre d dans de depuis derriere des deux devant dix du elle elles
en enfants encore entre environ et eux filles garcons hier hors huit il ils j je jusque jusqu l la
le les leur leurs lors lorsque l'enfant mais malgre meme mon n ne ni nos notre nous on ou par
parents parce pendant personne peu plus plusieurs pour pres puis qu quand quatre que quelques qui
sa sans sauf selon sept ses si six son sous sur ta tes toujours tous tout toute trois un une vers
victimes villageois vos votre vous vu y
adultos ahora al algunas algunos alla alli ante antes anoche aqui asi aunque ayer bajo cada cerca
cinco como con contra cuando cuatro de desde despues detras diez donde dos durante el ella ellas
ellos en entonces entre era es esa ese eso esta este esto fue ha hace hacia han hasta hay hombres
hoy junto la las le les lo los luego madres mas mi mientras mucho mujeres muchos muy nadie ni ningun
ninguna ninos ninas no nos nuestra nuestro o ocho otra otras otro otros padres para pero poco por
porque que quien se segun seis si siete sin sino sobre solo son su sus tal tambien tampoco te tras
tres tu un una unas unos varias varios vecinos vio y ya yo
"""

# What follows "his name is" when it tells no name.
NOT_TOLD = """
kept known listed missing recorded secret unclear unknown unwritten withheld written given shared
comment connu connue demain gardee inconnu inconnue tenu secret ecrit
conocido desconocido guardado reservado secreto sabe
"""

# Endings of words that begin a sentence and are no name: "Displaced", "Fishermen", "Villageois".
ENDINGS = "ed ing ly ers ors men ents ants aient eurs ois ees ieron aron ando iendo dores tos"

# Arabic. A name follows; one letter such as "and" may be joined in front of any word here.
AR_SAYS_NAME = "اسمه اسمها اسمي يدعى تدعى يسمى تسمى المدعو المدعوة المسمى المسماة"
AR_TITLES = "السيد السيدة الآنسة الشيخ الحاج"
AR_FATHER = "أبو أبا"
AR_KIN = "ابن بن ابنة بنت أم ولد"
# Enough alone.
AR_GIVEN = """
محمد أحمد محمود إبراهيم يوسف فاطمة عائشة زينب خديجة مريم مصطفى حسين إسماعيل عثمان أمينة عبدالله
عبدالرحمن عبدالكريم عبدالقادر عيسى موسى ياسين حمزة طارق سمير سميرة سلمى ليلى رقية حليمة مروان
يعقوب إدريس بكر سليمان أيوب هارون خالد حسن
"""
# Names that are words too: only after a title or a relation.
AR_PERHAPS = "علي عمر نور سعيد صالح كريم أمل هدى سارة جميلة سلام فرح رحمة ناصر صابر زهرة منى هند"
AR_NO_PERSON = """
مدرسة مستشفى قرية مخيم شارع مسجد مدينة منطقة جامع جسر سوق حي محافظة ولاية بلدة مركز معسكر نهر وادي
جبل طريق كتيبة لواء حركة منظمة جماعة مجموعة مليشيا ميليشيا عيادة جامعة ساحة ميدان بئر مزرعة
"""
AR_STOPS = """
أن إن إلى في من على عن لا لم لن غير معروف معروفة مجهول مجهولة سري سرية هو هي هذا هذه ذلك تلك كان كانت
قد ثم أو أم مع لدى عند بعد قبل كل بين حتى ما مكتوب مذكور محفوظ محفوظة كما فقط الحقيقي طفل طفلة اثنين
ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة
"""
