"""How people say in German that they, or somebody with them, are in danger.

For texts in small letters without signs, umlauts spelt out: `moechte`. A line end is no part.
"""

_GAP = r"(?: \w+){0,3}?"
_JUST = r"""(?: (?:einfach|echt|wirklich|eigentlich|so|gar|auch|langsam|jetzt|bald|schon|lange|
nur|ich|bloss|doch|halt|das alles|alles|es|noch|am liebsten|heute))*"""
_NEAR = r"""(?:mann|ehemann|frau|ehefrau|freund|freundin|partner|partnerin|vater|mutter|papa|
mama|ex|exmann|
exfreund|exfreundin|bruder|schwester|onkel|tante|stiefvater|stiefmutter|chef|nachbar|nachbarin|
sohn|tochter|
kind|baby|eltern|oma|opa|lebensgefaehrte|verlobter|lehrer|mitbewohner|schwiegervater|kollege|
typ)"""
_MY = r"(?:mein\w{0,2}|unser\w{0,2}|der|die|ein|ihr|sein)"
_SOMEBODY = rf"(?:{_MY} (?:\w+ )?{_NEAR}|er|sie|jemand|wer|einer|so ein typ|ein mann|leute)"
_ME = r"""(?:mich|uns|mir|(?:mein|unser)\w{0,2} (?:kind|kinder|mutter|tochter|sohn|schwester|
bruder|freundin|nachbarin|frau|mann|baby))"""
_HARMS = r"""(?:schlaegt|haut|verpruegelt|pruegelt|wuergt|misshandelt|missbraucht|vergewaltigt|
bedroht|bedrohen|tritt|stalkt|
verfolgt|schlagen|boxt|attackiert|greift|belaestigt)"""
_HARMED = r"""(?:geschlagen|verpruegelt|zusammengeschlagen|gewuergt|misshandelt|missbraucht|
vergewaltigt|bedroht|
angegriffen|ueberfallen|verfolgt|gestalkt|belaestigt|verletzt|getreten|gehauen|begrapscht)"""
_HARM = r"""(?:umbringen|toeten|ermorden|schlagen|verletzen|wehtun|weh tun|angreifen|verpruegeln|
zusammenschlagen|abstechen|vergewaltigen|etwas antun|was antun|erschiessen)"""
_HOME = r"""(?:haus|hause|wohnung|kueche|keller|treppenhaus|zimmer|dach|dachstuhl|balkon|garage|
nachbarhaus|auto|bude|gebaeude|stockwerk)"""

DIRECT = {
    "violence": rf"""
{_SOMEBODY}{_GAP} {_HARMS}{_GAP} {_ME}(?!.* (?:vor|aus)\b)|{_MY} (?:\w+ )?{_NEAR} (?:wird|wurde|
werden){_GAP} {_HARMED}|{_SOMEBODY} (?:hat|haben|hatte){_GAP} {_ME}{_GAP} {_HARMED}|
{_ME} (?:hat|haben|schlaegt|bedroht|verfolgt|wuergt) (?:{_SOMEBODY}){_GAP}(?: {_HARMED})?|
{_SOMEBODY} (?:wil+|wird|moechte|koennte|wollen|werden|versucht){_GAP} {_ME}{_GAP} (?:{_HARM}|
umzubringen|zu toeten|zu schlagen)|
{_SOMEBODY} droht{_GAP} (?:{_ME}{_GAP} umzubringen|{_ME}|mich um)|
ich (?:werde|wurde|werd|wurd|bin|bin gerade){_GAP} (?:zuhause |daheim |
zu hause )?{_HARMED}(?: worden)?|
(?:werde|wurde|werd) ich{_GAP} {_HARMED}|
(?:dass|wenn|weil) {_SOMEBODY} {_ME}{_GAP} (?:{_HARMS}|umbringt|umbringen|toetet|verletzt|
angreift)|angst vor (?:mein\w+) (?:\w+ )?{_NEAR}\w?|
mein\w{{0,2}} (?:\w+ )?{_NEAR} (?:ist|wird){_JUST} (?:gewalttaetig|handgreiflich|aggressiv)""",
    "emergency": rf"""
es brennt{_JUST} (?:bei (?:mir|uns)|hier|in mein\w+|in unser\w+|im haus|im keller|im treppenhaus|
nebenan|neben mir|ueber mir|unter mir)|
(?:bei (?:mir|uns)|mein\w?|unser\w?|im|in der|in mein\w+|in unser\w+|das|
die)(?: \w+)? {_HOME} brennts?|
(?:bei mir|bei uns|hier|nebenan|bei (?:den|
meinen) nachbarn)(?: (?:im haus|im keller|zuhause))? brennts?(?: es)?|
feuer{_JUST} (?:bei (?:mir|uns)|in mein\w+|in unser\w+|im (?:haus|keller|treppenhaus|flur|
gebaeude)|in der (?:wohnung|kueche))|
(?:ich|mein\w?(?: \w+)? {_NEAR}|er|
sie)(?: (?:habe|hab|hat|hatte|starke|einen|grad|gerade|glaub|glaube|ploetzlich|so|solche|
ich))* (?:brustschmerzen|herzschmerzen|herzinfarkt|schlaganfall|schmerzen in der brust|
schmerzen im brustkorb)|
schmerzen in (?:der|meiner) brust|druck auf der brust|
(?:bekomme?|krieg\w?|kriegt|bekommt)(?: (?:ich|er|sie))?{_JUST} (?:kaum|keine) luft|
keine luft (?:mehr )?(?:bekommen|gekriegt)|(?:kann|
koennen){_JUST} (?:nicht mehr|nicht|kaum) (?:noch )?atmen|
(?:ich|mein\w?(?: \w+)? {_NEAR}|er|sie|jemand|hier){_GAP} (?:bewusstlos|ohnmaechtig|umgekippt|
zusammengebrochen|verblutet|atmet nicht\w*|blutet(?: \w+)?|reagiert nicht\w*|ertrinkt|
liegt am boden)|
(?:ruf\w*|hol\w*|schick\w*)(?: \w+){{0,3}}? (?:krankenwagen|rettungswagen|notarzt|polizei|
feuerwehr|rettung|rettungsdienst)|
(?:ich|
wir) brauch\w*(?: (?:einen|eine|die|den|sofort|schnell|dringend|jetzt|hier))* (?:krankenwagen|
rettungswagen|notarzt|polizei|feuerwehr)(?: (?:bitte|jetzt|sofort|hier))*$|
(?:ich|wir) hatte\w?(?: \w+)? einen (?:\w+ )?unfall|(?:schwer\w*|schlimm\w*) (?:auto)?unfall|
unfall mit verletzten|riecht (?:\w+ )?nach gas""",
    "crisis": rf"""
(?:mich|mir){_GAP} (?:umbring\w*|umzubringen|selbst toeten|toeten|erhaeng\w*|aufhaeng\w*|
aufzuhaengen|erschiessen|selbst verletz\w*|verletzen|ritzen?|zu ritzen|das leben nehmen|
das leben zu nehmen|etwas antun|was antun|etwas anzutun|was anzutun|
die pulsadern\w*|selbst schaden|wegmachen|vor den zug\w*|vor die bahn)|
(?:ritze?|verletze|bring|bringe|toete|erhaenge|haenge?|erschiesse) mich(?! (?:ein|mit|
bei))(?: \w+){{0,2}}?(?: um| auf| selbst| selber|$)|(?:ich )?ritze? mich|ich verletze mich|
(?:wil+|moecht\w?|mag|wollte|wuerde|kann){_JUST} (?:nimmer|(?:nicht|nich|net|
nie) ?mehr){_JUST} (?:leben|weiterleben|da sein|am leben sein|existieren|aufwachen|
auf der welt sein)|
ich{_GAP} (?:wil+|moecht\w?|wuerde|wollte|waere|waer|werde)(?: (?!nicht|
nie)\w+){{0,3}}? (?:sterben(?! muss)|tot sein|lieber tot|am liebsten tot|besser tot|tot)|
(?:waere?|waer)(?: ich)?(?: (?:doch|lieber|nur|besser))* (?:tot|nie geboren\w*|nicht mehr da)|
(?:wil+|moechte|werde|wuerde|soll|gleich|spring\w?|ich){_GAP} (?:vom (?:dach|balkon|hochhaus)|
von (?:der|einer) bruecke|aus dem fenster|vor (?:den|einen) zug|
vor die bahn){_GAP}(?: (?:springen|werfen|schmeissen))?$|
ich springe?(?: (?:jetzt|gleich|heute))*(?: (?:runter|vom .{{1,20}}|von .{{1,20}}))?$|
(?:kein\w*|null) (?:bock|lust|kraft|freude|
sinn)(?: mehr)?(?: (?:auf|am|an|in|zu|zum|im))+(?: (?:mein\w*|das|dieses|diesem|mehr))* leben|
(?:wozu|wofuer|warum) (?:soll ich )?(?:ueberhaupt )?noch (?:weiter)?leben|
schneid\w* mir(?: \w+)? (?:arme?|pulsadern?|handgelenke?|beine?)|
mach\w*(?: ich)?{_JUST} schluss mit (?:allem|mein\w*|dem leben)|
(?:denke?|denk) (?:ich )?{_JUST}(?: (?:staendig|oft|immer|viel|dauernd|nur))* (?:ans sterben|
an den tod|ans umbringen)|ob ich (?:ueberhaupt )?(?:noch )?(?:weiter)?leben (?:will|moechte|soll)|
lebensmuede|(?:des|vom) lebens? muede|hasse mein leben|scheiss leben|
(?:das|mein|dieses) leben (?:ist|hat|macht|fuehlt sich|
scheint){_JUST}(?: fuer mich)?{_JUST} (?:kein\w* (?:sinn|wert|
zweck)|sinnlos|wertlos|nichts (?:mehr )?wert|nicht (?:mehr )?lebenswert|scheisse|vorbei|zu ende)|
(?:seh|sehe|hab|habe|gibt){_JUST} kein\w* (?:sinn|grund|
ausweg)(?: mehr)?(?: (?:im|zu|am|zum|fuer mich|in mein\w+))* (?:leben|mehr fuer mich)|
(?:niemand|keiner|kein mensch|niemandem|keinem)(?: (?:wuerde|wird|wuerd))* (?:mich|
ich){_GAP} (?:vermiss\w*|brauch\w*|fehl\w*|lieb\w*|wichtig)|(?:niemand|keiner|
kein mensch) (?:vermisst|braucht|liebt|mag) mich|
(?:ohne mich|wenn ich (?:weg|tot|nicht mehr da)){_GAP} (?:besser|egal|vermiss\w*|waere?)|
wuerde(?: es)?{_GAP} (?:auffallen|merken) wenn ich (?:weg|tot)|
(?:mein\w*|dem|sein\w*) leben(?: selbst)? (?:ein ende|beenden|zu beenden|schluss)|
schluss machen mit (?:dem|mein\w*|allem) ?(?:leben)?|aus dem leben scheiden|
mein\w{{0,2}} (?:\w+ )?{_NEAR} (?:wil+|moechte|droht){_GAP} (?:sich{_GAP} (?:umbring\w*|
umzubringen|etwas an\w*|was an\w*)|sterben|nicht mehr leben)|
(?:ich|bin|fuehle mich){_GAP} suizidal|(?:ich|habe|hab){_GAP} (?:suizidgedanken|
selbstmordgedanken|suizidale gedanken)|(?:tabletten|schlaftabletten|pillen) (?:nehmen|genommen|
schlucken|geschluckt)$""",
}
STRONG = {
    "violence": "haeusliche\\w? gewalt|gewalt in der (?:ehe|beziehung|familie)|vergewaltig\\w+",
    "emergency": "brustschmerzen|herzinfarkt|schlaganfall|herzstillstand",
    "crisis": r"suizid\w*|selbstmord\w*|selbst ?verletz\w*|selbsttoetung|freitod",
}

BARE = {
    "violence": """(?:ich )?bin (?:in gefahr|nicht sicher(?: zuhause)?)|
ich werde (?:gerade )?verfolgt|(?:er|sie) schlaegt (?:mich|uns)""",
    "emergency": """feuer|es brennt|notfall|(?:das|dies|es|hier)? ?(?:ist|
is)(?: (?:ein|n))? (?:medizinischer )?notfall|medizinischer notfall|112|110|rettet mich|
ich (?:sterbe|verblute|blute(?: (?:stark|sehr))?)""",
    "crisis": rf"""
(?:ich )?kann(?: ich)?{_JUST} (?:nicht|nich|net)(?: mehr|
mehr)(?: (?:weiter|weitermachen|so weitermachen|so weiter))?|(?:ich )?kann nimmer|
(?:ich )?(?:pack|packe|packs|schaffs)(?: (?:es|das))?(?: alles)?{_JUST} nicht mehr|
(?:ich )?(?:halt|halte|halts)(?: (?:es|das|das alles))?{_JUST} (?:nicht|nimmer)(?: (?:mehr|
laenger))* aus|
(?:ich )?wil+{_JUST} (?:nicht|nich|net) mehr|(?:ich )?will(?: dass)? (?:es|das|
alles) (?:aufhoert|vorbei ist|endet)|
(?:ich )?(?:bin|fuehle mich){_JUST}(?: (?:voellig|total|komplett|ganz|sehr|so))* (?:am ende|
verzweifelt|hoffnungslos|wertlos|am boden|lebensmuede)(?: (?:mit allem|mit den nerven))?|
(?:es|das)? ?(?:hat|macht|
ist)?(?: (?:doch|eh|ja|einfach))*(?: (?:alles|das alles))?(?: (?:doch|eh|ja|einfach|
so))* (?:kein\w* (?:sinn|zweck) mehr|sinnlos geworden)|
alles(?: (?:ist|hat|macht))?(?: (?:so|einfach|eh|doch))* (?:sinnlos|hoffnungslos|kein\w* (?:sinn|
zweck)(?: mehr)?)|
(?:ich )?(?:bin|falle)(?: \w+)? (?:allen|jedem|euch allen|nur|nur eine|
eine)(?: nur)? (?:zur )?last|(?:ich )?seh\w? kein\w* (?:ausweg|sinn|hoffnung)(?: mehr)?|
(?:ich )?spring\w?(?: (?:jetzt|gleich))*|kein\w* hoffnung mehr""",
}

AROUND = """bitte|hilfe|hilf mir|helft mir|schnell|oh|ach|gott|sorry|echt|einfach|also|hallo|hi|
und|aber|nur|mehr|jetzt|hier|ich glaube|ich glaub|ich denke|leute|alter|mann|heute|alles|so|weil|
dass"""
TOPIC = r"""\w*praevention\w*|praeventi\w+|verhinder\w*|vorbeug\w*|bruecken?|stadt|staedte\w*|
gemeinden?|kommunen?|quote|raten?|statistik\w*|
zahlen|programme?|forschung\w*|studien?|kampagnen?|massnahmen?|beispiele?|planung|projekte?|
frauenhaus|frauenhaeuser|
gegen|schutz\w*|gestaltung|film|buch|artikel|opfer von"""
PERSONS = r"ich|mich|mir|mein\w{0,2}|er|jemand|hab|habe|bin"

MENDED = """selbstmord suizid suizidal suizidgedanken umbringen schlaegt brustschmerzen herzinfarkt
bewusstlos verzweifelt hoffnungslos krankenwagen ehemann sterben"""
