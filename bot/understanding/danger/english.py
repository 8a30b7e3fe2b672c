"""How people say in English that they, or somebody with them, are in danger.

For texts in small letters without signs and apostrophes: `im`, `cant`. A line end is no part.
"""

_I = "(?:i|im|id|ive|ill)"
_GAP = r"(?: \w+){0,3}?"
_JUST = r"""(?: (?:really|just|even|honestly|simply|often|always|still|sometimes|keep|so|only|
now))*"""
_NEAR = r"""(?:husband|wife|partner|boyfriend|girlfriend|father|mother|dad|daddy|mum|mom|stepdad|
stepfather|stepmother|parents|son|daughter|brother|sister|uncle|aunt|cousin|ex|fiance|friend|
grandfather|grandmother|grandpa|grandma|child|kid|baby|neighbour|neighbor|roommate|flatmate|boss|
colleague|coworker|teacher|classmate|ex husband|ex boyfriend)s?"""
_SOMEBODY = rf"""(?:(?:my|our|her|his|the|a) (?:\w+ )?{_NEAR}|he|hes|she|shes|they|theyre|
someone|somebody|a man|a guy|some (?:guys?|men|people))"""
_ME = rf"(?:me|us|my (?:\w+ )?{_NEAR}|her|him)"
_HARM = r"""(?:kill|hurt|beat|hit|rape|attack|stab|shoot|strangle|choke|murder|harm|punch|kick|
abuse)"""
_HARMS = r"""(?:kills|hurts?|beats?|beating|hits?|hitting|rape[sd]?|raping|attacks?|attacked|
attacking|stabs?|
stabbed|strangle[sd]?|chokes?|choked|choking|punch(?:es|ed)?|slaps?|slapped|kicks?|kicked|
abuse[sd]?|
abusing|threatens?|threatened|threatening|molest(?:s|ed)?|assault(?:s|ed)?|stalks?|stalking|
stalked)"""
_HOME = r"""(?:building|house|home|flat|apartment|kitchen|room|bedroom|basement|garage|balcony|
block|stairwell|roof|car)"""

DIRECT = {
    "violence": rf"""
{_SOMEBODY}{_GAP} {_HARMS}{_GAP} {_ME}(?! (?:back|at|up about|up with))|
(?:my|our) (?:\w+ )?{_NEAR} (?:keeps )?touch(?:es|ed|ing) me|
(?:a man|a guy|a stranger|some (?:guys?|men)|someone|somebody|my ex|
he)(?: (?:is|has been|keeps|was))* (?:following|watching|chasing) me(?! on)|
{_SOMEBODY}{_GAP} (?:to|gonna|wanna|will|can|might) {_HARM} {_ME}|
{_SOMEBODY}{_GAP} (?:hurt|killing|hurting|harming) {_ME}|
{_I}(?: (?:am|was|been|have been|got|get|keep getting))? (?:\w+ )?(?:being )?
(?:beaten|raped|abused|assaulted|stalked|molested|stabbed|mugged|attacked|sexually harassed)|
(?:scared|afraid|frightened|terrified) of my (?:\w+ )?{_NEAR}|
my (?:\w+ )?{_NEAR} (?:is|gets|got|has been|was){_JUST} (?:violent|abusive)(?: again)?""",
    "emergency": rf"""
fire (?:in|at|on) (?:my|our) (?:\w+ )?{_HOME}|(?:there is|
theres)(?: an?)?(?: big)? fire in the {_HOME}|smoke (?:in|coming from) (?:my|our|
the) (?:\w+ )?{_HOME}|

(?:my|our|the|this) (?:\w+ )?{_HOME} (?:is|s|has caught|caught) (?:on fire|burning|in flames|
fire)|
(?:my|our) (?:\w+ )?{_HOME} is on fire|
(?:{_I}|my (?:\w+ )?{_NEAR}|he|
she)(?: (?:is|am|have|has|had|got|feel|having|just|a|an|bad|strong|severe))* (?:chest pains?|
heart attack|stroke|seizure)|
(?:pain|pains|pressure) in my chest|my chest hurts|
(?:{_I}|my (?:\w+ )?{_NEAR}|he|hes|she|shes|someone|somebody|a man|a woman){_GAP} (?:cant|cannot|
can not|not|stopped|isnt|barely){_JUST} (?:breathe?|breathing)|
(?:{_I}|my (?:\w+ )?{_NEAR}|he|hes|she|shes|someone|somebody|a man|a woman|
a child)(?: (?:is|has|just|lies|was|am|the floor|on))*
[ ](?:unconscious|collapsed|fainted|passed out|not waking up|doesnt wake up|bleeding|drowning|
choking|overdosed|not responding|badly injured|badly hurt)|
(?:call|get|send|need)(?: (?:me|us|an|a|the|for))* (?:ambulance|paramedics|fire brigade|
fire department|police)(?: (?:now|please|here|quickly|fast|right now))*$|
call (?:911|112|999)|i smell gas|gas leak in (?:my|our)|(?:i|we)(?: just)? had (?:an|a car|
a bad) accident|accident(?: \w+){{0,4}}? (?:injured|hurt|bleeding)""",
    "crisis": rf"""
(?:{_I}|feel|feeling|felt|been|hes|shes|my (?:\w+ )?{_NEAR} is){_GAP} suicidal|suicidal thoughts|
(?:kill(?:ing)?|harm(?:ing)?|hurt(?:ing)?|cut(?:ting)?|hang(?:ing)?|shoot(?:ing)?|drown(?:ing)?|
stab(?:bing)?|
poison(?:ing)?|burn(?:ing)?) myself(?! (?:off|short|some|a))|unalive myself|kms|
my (?:\w+ )?{_NEAR}{_GAP} (?:kill|harm|hurt|cut|hang)(?:s|ing|ting)? (?:himself|herself|
themselves|themself)|
{_I}(?: (?!dont|not|never)\w+){{0,7}}? (?:to|wanna|gonna|rather|could|should|might|will|
would)(?: (?:just|rather|like to|be better))* (?:die|be dead|end it(?: all)?|not exist|
not be alive|not wake up|never wake up|stop existing|stop living|disappear forever|
be gone forever)(?! (?:of|for))|
{_I} (?:feel like|think about|am thinking about|keep thinking about) dying(?! (?:of|for))|(?:had|
have) enough of (?:my )?life(?! in)|my life is over|
(?:to|gonna|wanna|will|ill) (?:jump|throw myself) (?:off|from|out of|in front of|under) (?:a|the|
my|this)|
{_I}{_GAP} (?:to|gonna|wanna) jump(?: (?:now|today|tonight|soon))*$|
{_I}{_GAP} (?:wish|wished) (?:that )?i (?:was|were|wasnt|werent|had never been|hadnt been|
was never|could)(?: just)? (?:dead|alive|born|here anymore|die|disappear forever|never born)|
(?:dont|do not|no longer|never)(?: (?:really|even|just))* (?:want|wish|wanna|feel like|see (?:a|
any|the) (?:reason|point))(?: (?:to|in))*
[ ](?:be here anymore|be here any more|live (?:anymore|any more|any longer|like this)|liv(?:e|
ing)$|be alive|being alive|exist(?:ing)?|wake up(?: (?:anymore|again))?$|go on living)|
(?:end|take|ending|taking) my(?: own)? life|end it all|ending it all|end my suffering|
no(?:body| one)(?: (?:would|will|ll|d|really|even|ever))* (?:miss|misses|care|cares|notice|
notices|loves?|needs?)(?: (?:about|for))? (?:me|if (?:i|im))|
better off (?:dead|without me)|worth living(?: anymore)?$|(?:isnt|not|nothing) worth living|
nothing (?:left )?to live for|no(?:thing)? reason to (?:live|go on|be alive)|
(?:^|my |that |and |because |think |feel |like |but )life (?:has|have|is|feels?|seems?|makes|
got)(?: (?:just|so|all|really|completely|lost|now))* (?:no (?:meaning|sense|point|purpose)|
meaningless|pointless|worthless|hopeless|not worth|its meaning)|
(?:whats|what is|no|any|see the|see no)(?: the)? (?:point|reason|sense|use) (?:of|in|
to) (?:living|live|life|being alive|going on|
go on)(?! in| here| labs?| rooms?| spaces?| wages?| walls?| quarters| together| next)|
(?:tired|sick|done|weary|fed up)(?: (?:of|with))+ (?:living|life|my life|being alive|
existing)(?! in| here| next| near)|
hate my life|why (?:should|do) i (?:even )?(?:go on|keep on|keep)? ?(?:living|live|exist)|
give up on life|giving up on life|dont deserve to (?:live|be alive|exist|be here)|
(?:slit|cut|slash)(?:ting)? my (?:wrists?|arms?|veins)|(?:take|took|taken|
swallow\w*)(?: \w+){{0,2}} (?:all|too many|bottle|box|pack|handful|
lots)(?: (?:of|the|my|sleeping))* (?:pills|tablets)|overdose on|
(?:i|ive|used to|i still)(?: (?:keep|started|always))* self ?harm(?:ing|ed)?""",
}

STRONG = {
    "violence": "domestic violence|abusive (?:relationship|husband|partner|home)|sexual assault",
    "emergency": "chest pains?|heart attack|cardiac arrest",
    "crisis": "suicid(?:e|al|ally)|self ?harm(?:ing)?|killing yourself|ending it",
}

BARE = {
    "violence": """(?:im|i am) (?:in danger|not safe(?: at home)?|being followed)|
(?:help )?(?:he|she|they) (?:hit|beat|hits|beats|hurt|hurts) (?:me|us)""",
    "emergency": """fire|emergency|medical emergency|(?:this|it|its|theres|
there is)(?: is)?(?: (?:an|a))?(?: (?:medical|real))? (?:emergency|fire)|911|112|save me|(?:im|
i am) (?:bleeding|dying)""",
    "crisis": rf"""
{_I}(?: am)? (?:going to|gonna|about to|will) jump|(?:please|just|somebody|someone)? ?kill me|
{_I}{_JUST} (?:cant|cannot|can not)(?: go on| carry on| keep going| take (?:it|
this)| do this| cope| stand (?:it|
this)| continue| live like this)(?: (?:anymore|any more|any longer|like this|with life))*|
{_I}(?: (?:am|feel|feeling))* (?:hopeless|desperate|in despair|worthless|broken|at the end|
empty inside|at my wits end)|
{_I}(?: want| wish) (?:it|everything|the pain|this)(?: all)? to (?:end|stop|be over)|
(?:everything|it|life)(?: is|s)?(?: all)? (?:hopeless|pointless|meaningless)(?: anymore)?|
(?:theres|there is) no (?:hope|point|way out)(?: left)?|
no (?:hope|way out)(?: left)?|i give up on everything|
(?:im|i am) (?:done|so tired) (?:with|of) (?:everything|it all|this world)""",
}

AROUND = """please|help|help me|oh|god|sorry|just|so|really|i think|i feel like|honestly|hi|
hello|hey|and|but|anymore|any more|now|today|here|me|everything|all|because|that|fast|quick|
quickly|somebody|im sorry|guys"""
TOPIC = r"""prevent\w*|bridges?|cit(?:y|ies)|towns?|municipal\w*|communit(?:y|ies)|rates?|
statistics?|programmes?|
programs?|polic(?:y|ies)|research\w*|stud(?:y|ies)|campaigns?|measures?|examples?|design|
planning|projects?|
shelters?|awareness|training|squad|victims of|against|article|film|movie|book"""
PERSONS = rf"{_I}|me|my|myself|he|she|hes|shes|someone|somebody"

MENDED = """suicide suicidal husband boyfriend girlfriend unconscious ambulance bleeding
hopeless meaningless pointless worthless desperate breathe anymore"""
