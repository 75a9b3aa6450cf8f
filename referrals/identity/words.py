"""The words that betray a name, and those that are none. Without accents and in small letters.

Each list serves all languages at once: officers mix them. A star stands for any ending. Kept
short, since every phone loads them.
"""

# After these a name follows, also one in small letters ("his name is ..."). The last words of a
# phrase may stand in any list: phrases are tried before single words.
SAYS_NAME = """
my name is/his name is/her name is/s'appelle/m'appelle/se llama/me llamo/son nom est/su nombre es
"""

# After these a capital letter begins a name ("called Amina", "son of Amina", "her sister Amina").
BEFORE_NAME = """
named called nicknamed alias nomme* prenom* appele* surnom* dit llamad* apodad* son daughter
mother father brother sister wife uncle aunt husband cousin girl boy child mere pere frere soeur
oncle tante fille garcon enfant fils madre padre hermano hermana tio tia esposa nina nino hijo
hija
"""

TITLES = """
mr mrs ms miss dr m mme mlle monsieur madame sr sra srta senor senora don dona imam pastor sheikh
cheikh
"""

# Given names common where missions work: enough alone. None that is also a word or a month.
GIVEN = """
abdou* abdul* abubakar adama ahmad ahmed aisha ali amadou amina* ana andres antonio boubacar
carlos daniel david diego elena elizabeth emmanuel esther fatima* fatou* fernando francisco
francois gabriel habiba halima hassan hawa hussein ibrahim* isabel ismail issa jacques james jean
john jorge jose* juan julia khadija khaled leila luis mahamat mamadou manuel maria* marie mary
miguel moha* moussa musa mustafa omar oumar pablo patrick paul pedro peter pierre rebecca roberto
salma samuel sara* sofia suleiman teresa thomas youssef yusuf zainab
"""

# Between the parts of a name.
LINKS = "al ben bin bint d da de del der des di dos du el ibn l la las los of ould van von y"

# Whoever or whatever has one of these in or beside its name is a place, a body or a thing.
NO_PERSON = """
admin* agenc* airport aldea area armed armee* army assoc* author* barracks barrier barrio base
batal* battal* bridge brigad* building bureau calle camp campam* campo casa cent* church ciudad
clin* coalit* coleg* college comit* commi* commun* comun* consei* consej* convention council
country court croix cross cruz defens* depart* direct* distr* ecole eglis* ejerc* escuel* estad*
etat* force* forest found* frente front fuerz* gend* gobier* gouver* govern* group* grupo guard
guardia guinea health hill* hopit* hosp* hotel house human* iglesia inst* intern* isl* justice lac
lago lake liber* lycee marche* market media mercado milit* minist* mision* mission* mont mosq*
mount* mouv* move* munic* nacion* nation* nord norte north* office operat* organ* parque part*
peace place plan plaza point polic* pont port post prison pro* puente puerto radio region* relief
repub* resol* rio river road route rue saint* san santa santo school sea sect* secur* segur* serv*
site soci* south* spec* station street sud sudan sur team town tribun* uni* valle* vereda villa
village* ville water west* world zon*
"""

# Capitals that are no names, wherever they stand: days, ranks, languages, bodies.
STOPS = """
jan* feb* march april may june july august sept* oct* nov* dec* monday tuesday wednesday thursday
friday saturday sunday christmas ramadan eid english french spanish arabic african muslim islam*
serge* corporal capt* capit* lieut* major comma* inspe* super* private chief chef leader head
focal presid* mayor maire senior deputy assis* sarg* cabo tenie* coman* comis* alcalde jefe unhcr
ocha msf minus* monus* fardc
"""

# With a capital these are no name: heads of sentences and headings. At the head of a sentence so is
# every other word of three letters at most.
STARTERS = """
about after again also another around because before behind between both children despite during
each eight every families five four from girls boys have here inside just last later local many
near nine nobody only other outside over people seven several since some that their then there
these they this those three through today twelve under until upon were what when where while with
without women apres ainsi alors aussi autour avant avec cette chez cinq comme contre dans depuis
derriere deux devant elle* entre filles hier huit leur* lors mais notre pendant plus* pour pres
puis quand quatre quelque* sans selon sept sous tous tout* trois vers ahora algun* ante* ayer cada
cerca cinco como cuando cuatro desde despues donde durante ella* esta* este hace hacia hasta
hombres mientras mujeres nadie ninas ninos nuestr* ocho otr* para pero porque segun siete sobre
tres unas unos vari* vecin*
"""

# What follows "his name is" when it tells no name.
NOT_TOLD = """
kept known listed missing recorded secret unclear unknown withheld written given comment connu*
demain gardee inconnu* ecrit conocido desconocido guardado reservado secreto
"""

# Endings of words that begin a sentence and are no name: "Displaced", "Fishermen", "Villageois".
ENDINGS = "ed ing ly rs men nts aient ois ees ieron aron ando iendo ores"

# Arabic. A name follows; one letter such as "and" may be joined in front of any word here.
AR_SAYS_NAME = "اسمه اسمها اسمي يدعى تدعى يسمى تسمى المدعو المدعوة المسمى المسماة"
AR_TITLES = "السيد السيدة الآنسة الشيخ الحاج"
AR_FATHER = "أبو أبا"
AR_KIN = "ابن بن ابنة بنت أم ولد"
# Enough alone.
AR_GIVEN = """
محمد أحمد محمود إبراهيم يوسف فاطمة عائشة زينب خديجة مريم مصطفى حسين إسماعيل عثمان أمينة عبدالله
عبدالرحمن عيسى موسى ياسين حمزة سمير سلمى ليلى رقية حليمة إدريس سليمان خالد
"""
# Names that are words too: only after a title or a relation.
AR_PERHAPS = (
    "حسن علي عمر نور سعيد صالح كريم أمل هدى سارة جميلة سلام فرح رحمة ناصر صابر زهرة منى هند"
)
AR_NO_PERSON = """
مدرسة مستشفى قرية مخيم شارع مسجد مدينة منطقة جسر سوق حي محافظة ولاية بلدة مركز معسكر نهر وادي جبل
طريق كتيبة لواء حركة منظمة جماعة مجموعة مليشيا ميليشيا عيادة جامعة ساحة بئر
"""
AR_STOPS = """
أن إن إلى في من على عن لا لم لن غير معروف معروفة مجهول مجهولة هو هي هذا هذه كان كانت قد ثم أو أم
مع لدى عند بعد قبل كل بين حتى ما مكتوب محفوظ كما فقط طفل طفلة
"""
