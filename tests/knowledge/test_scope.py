"""What is ours to answer and what is not, asked of the packaged articles as strangers ask."""

import pytest

from knowledge.answering import Finding, find
from knowledge.library import Library

STRANGE = {
    "en": (
        "Is there a lost and found office?",
        "Can I get a discount for students at the theatre?",
        "My bike has a flat tyre, who repairs it?",
        "Where do people go out in Barcelona?",
        "How do I appeal against my tax assessment?",
        "Which ferry goes to the island?",
        "What is a typical dish in Hamburg?",
        "Do shops open on Easter Monday?",
        "I need a new ID card for my daughter",
        "How long is the Great Wall?",
        "Who do I call when the heating fails?",
        "Is the tap open water in the park drinkable?",
        "May my landlord keep a key to my flat?",
        "Where is a good playground for toddlers in Zurich?",
        "How do I get to Tübingen by train?",
        "What does a beer cost in Berlin?",
        "Who founded Microsoft?",
        "I have a toothache",
        "How can I become a citizen?",
        "Which phone plan is cheapest?",
    ),
    "de": (
        "Wo finde ich ein Fundbüro?",
        "Gibt es Studentenrabatt im Theater?",
        "Wer repariert mein Fahrrad?",
        "Wo geht man in Barcelona abends aus?",
        "Wie lege ich Einspruch gegen den Steuerbescheid ein?",
        "Wann legt die Fähre ab?",
        "Was isst man typischerweise in Hamburg?",
        "Haben die Läden am Ostermontag auf?",
        "Ich brauche einen neuen Ausweis für meine Tochter",
        "Wie lang ist die Chinesische Mauer?",
        "Wen rufe ich an, wenn das Wasser ausfällt?",
        "Darf mein Vermieter einen Schlüssel behalten?",
        "Wie komme ich mit dem Zug nach Tübingen?",
        "Was kostet ein Bier in Berlin?",
        "Wer hat Siemens gegründet?",
        "Ich habe Zahnschmerzen",
        "Wie werde ich deutscher Staatsbürger?",
        "Welches Handy soll ich kaufen?",
        "Wo kann man in Kopenhagen baden?",
        "Wann öffnet das Freibad?",
    ),
    "zh": (
        "失物招领处在哪里？",
        "学生看演出有优惠吗？",
        "自行车坏了谁能修？",
        "巴塞罗那晚上去哪里玩？",
        "对税单有异议怎么申诉？",
        "轮渡几点开？",
        "汉堡有什么特色菜？",
        "节假日商场开门吗？",
        "女儿要办身份证",
        "万里长城多长？",
        "停水了打哪个电话？",
        "房东能留我家钥匙吗？",
        "去图宾根坐什么火车？",
        "柏林一杯啤酒多少钱？",
        "微软是谁创立的？",
        "我牙疼",
        "怎么加入德国国籍？",
        "买哪款手机好？",
        "哥本哈根哪里能游泳？",
        "苏州有什么园林值得看？",
    ),
}
"""What residents and visitors ask of a town hall, a guide or a shop; one in ten may slip through."""

AT_HOME = {
    "en": (
        "Why are there no public toilets in the park?",
        "Where may dogs run free?",
        "My neighbours are too loud at night, what can I do?",
        "Where can I park for free?",
        "When is bulky waste collected?",
        "How do I register my new address?",
        "Who clears the snow from cycle paths?",
        "How much does a resident parking permit cost?",
        "How do I get a place in a nursery?",
        "Is the swimming pool open on Sunday?",
        "What can we do about rats in the courtyard?",
        "How do I report a broken street light?",
        "Can I get married at the town hall on a Saturday?",
        "Where do I get a permit for a street party?",
        "When will the tram line to the airport be finished?",
        "How do I pay my property tax?",
        "Are e-scooters allowed on the pavement?",
        "Where is the nearest library?",
        "How do I become a volunteer firefighter?",
        "Why is the water bill so high?",
        "Can I keep chickens in my garden?",
        "Where can I charge my electric car?",
        "Is there free wifi in the city centre?",
        "How do I cut down a tree on my property?",
        "When does the Christmas market open?",
        "Who repairs potholes in our street?",
        "How do I apply for housing benefit?",
        "Where do homeless people find a bed tonight?",
        "Is tap water safe to drink here?",
        "How old must a child be to start school?",
        "The playground in our street is full of rubbish, what can I do?",
        "Where do I find my polling station?",
        "When is the recycling centre open?",
        "Who do I call when the lift is broken?",
        "How do I get a fishing licence?",
        "Are there free German courses for newcomers?",
        "What does a bus ticket cost?",
        "How do I object to a building permit?",
        "Can I put tables in front of my café?",
        "Where can I get compost for my balcony?",
        "Is my street getting a cycle lane?",
        "Who owns the empty house next door?",
        "How do I find a flat share for students?",
        "Which school is my child allowed to attend?",
        "When does the next council meeting take place?",
        "Where can elderly people get meals delivered?",
        "How do I get rid of old paint?",
        "The traffic light at the school is too short, who is responsible?",
        "How do I rent a community hall for a birthday?",
        "Is there a heat warning for the weekend?",
    ),
    "de": (
        "Warum gibt es im Park keine öffentlichen Toiletten?",
        "Wo dürfen Hunde frei laufen?",
        "Was kann ich gegen Lärm von Nachbarn in der Nacht tun?",
        "Wo kann ich kostenlos parken?",
        "Wann wird der Sperrmüll abgeholt?",
        "Wie melde ich meinen Wohnsitz um?",
        "Wer räumt den Schnee von den Radwegen?",
        "Was kostet ein Bewohnerparkausweis?",
        "Wie bekomme ich einen Kitaplatz?",
        "Hat das Schwimmbad am Sonntag geöffnet?",
        "Was tun gegen Ratten im Hof?",
        "Wo melde ich eine kaputte Straßenlaterne?",
        "Kann ich samstags im Rathaus heiraten?",
        "Wo beantrage ich eine Genehmigung für ein Straßenfest?",
        "Wann wird die Straßenbahn zum Flughafen fertig?",
        "Wie bezahle ich die Grundsteuer?",
        "Dürfen E-Scooter auf dem Gehweg fahren?",
        "Wo ist die nächste Bücherei?",
        "Wie werde ich Mitglied der freiwilligen Feuerwehr?",
        "Warum ist die Wasserrechnung so hoch?",
        "Darf ich im Garten Hühner halten?",
        "Wo kann ich mein Elektroauto laden?",
        "Gibt es kostenloses WLAN in der Innenstadt?",
        "Darf ich den Baum auf meinem Grundstück fällen?",
        "Wann öffnet der Weihnachtsmarkt?",
        "Wer repariert Schlaglöcher in unserer Straße?",
        "Wie beantrage ich Wohngeld?",
        "Wo finden Obdachlose heute Nacht ein Bett?",
        "Kann man das Leitungswasser hier trinken?",
        "Wie alt muss ein Kind für die Einschulung sein?",
        "In unserer Straße liegt überall Müll, was kann ich tun?",
        "Wo ist mein Wahllokal?",
        "Wann hat der Wertstoffhof geöffnet?",
        "Wen rufe ich an, wenn der Aufzug kaputt ist?",
        "Wie bekomme ich einen Angelschein?",
        "Gibt es kostenlose Deutschkurse für Zugezogene?",
        "Was kostet eine Busfahrkarte?",
        "Wie lege ich Widerspruch gegen eine Baugenehmigung ein?",
        "Darf ich vor meinem Café Tische aufstellen?",
        "Wo bekomme ich Kompost für meinen Balkon?",
        "Bekommt meine Straße einen Radweg?",
        "Wem gehört das leere Haus nebenan?",
        "Wie finde ich ein WG-Zimmer?",
        "Auf welche Schule darf mein Kind gehen?",
        "Wann tagt der Gemeinderat das nächste Mal?",
        "Wo bekommen ältere Menschen Essen auf Rädern?",
        "Wohin mit alter Farbe?",
        "Die Ampel an der Schule ist zu kurz, wer ist zuständig?",
        "Wie miete ich einen Gemeindesaal für einen Geburtstag?",
        "Gibt es eine Hitzewarnung für das Wochenende?",
    ),
    "zh": (
        "公园里为什么没有公共厕所？",
        "狗可以在公园里自由跑吗？",
        "晚上邻居太吵怎么办？",
        "哪里可以免费停车？",
        "大件垃圾什么时候收？",
        "怎么办理户口迁移？",
        "自行车道上的雪谁来清扫？",
        "居民停车证多少钱？",
        "怎么申请幼儿园学位？",
        "游泳馆星期天开门吗？",
        "院子里有老鼠怎么办？",
        "路灯坏了找谁报修？",
        "星期六可以在民政局登记结婚吗？",
        "办街头派对要向谁申请许可？",
        "去机场的有轨电车什么时候建成？",
        "房产税怎么交？",
        "电动滑板车可以上人行道吗？",
        "最近的图书馆在哪里？",
        "怎么成为志愿消防员？",
        "水费为什么这么高？",
        "院子里可以养鸡吗？",
        "哪里可以给电动车充电？",
        "市中心有免费无线网络吗？",
        "自家院子里的树可以砍吗？",
        "圣诞市场什么时候开？",
        "路面坑洞谁来修？",
        "怎么申请租房补贴？",
        "无家可归的人今晚可以住哪里？",
        "这里的自来水可以直接喝吗？",
        "孩子几岁可以上小学？",
        "我们小区垃圾乱扔，我能做什么？",
        "我去哪里投票？",
        "废品回收站几点关门？",
        "电梯坏了打什么电话？",
        "钓鱼需要办证吗？",
        "有没有免费的德语课？",
        "公交车票多少钱？",
        "对建筑许可有异议怎么办？",
        "我可以在咖啡馆门口摆桌子吗？",
        "哪里可以领到堆肥？",
        "我们这条街会修自行车道吗？",
        "隔壁的空房子是谁的？",
        "学生怎么找合租房？",
        "我家孩子可以上哪所学校？",
        "下次居民代表大会是什么时候？",
        "老人可以在哪里订餐？",
        "旧油漆怎么处理？",
        "学校门口的红绿灯时间太短，归谁管？",
        "过生日怎么租社区活动室？",
        "周末有高温预警吗？",
    ),
}
"""What people ask about the town they live in; one in twelve may slip through."""

FACTS = {
    "en": (
        "Where do the vegetables in Andernach grow?",
        "Who looks after the beds in the edible city?",
        "Where do people park in a superblock?",
        "How much did the electric buses cost?",
        "Who pays for the health kiosk?",
        "Where did participatory budgeting start?",
        "When did the learning journeys start?",
        "Who can join the summer school?",
        "How much do tenants pay in a housing cooperative?",
        "Who decides in a citizens' council?",
        "Where does the waste go in a zero waste city?",
    ),
    "de": (
        "Wo steht die Kalkbreite?",
        "Was kostet eine Wohnung nach Housing First die Stadt?",
        "Wann fingen die Superblocks an?",
        "Wer bezahlt den Gesundheitskiosk?",
        "Wo wurde der Bürgerhaushalt erfunden?",
        "Wo finden die Lernreisen statt?",
        "Wer kann bei der Sommerschule mitmachen?",
        "Wie viel Miete zahlt man in einer Genossenschaft?",
        "Wer wird in den Bürgerrat gewählt?",
        "Wohin kommt der Müll in einer Zero-Waste-Stadt?",
    ),
    "zh": (
        "时间银行存的时间什么时候能用？",
        "谁来管理社区花园？",
        "海绵城市什么时候开始的？",
        "健康亭谁出钱？",
        "参与式预算是在哪里开始的？",
        "暑期学校在哪里举办？",
        "住房合作社的租金是多少？",
        "公民委员会的成员是谁？",
    ),
}
"""When, where, who and how much of what our articles tell."""

MINE = {
    "en": (
        "my neighbourhood floods whenever it rains, what do other cities do",
        "In my town rents are too high, who found a way out?",
        "I would like to know how cities keep cars out of the centre",
        "My mother is old and alone, is there a system where volunteers help?",
        "I work for a city and want to insulate old housing blocks",
        "Where can I read about participatory budgeting?",
        "My school has a grey asphalt yard, how can we make it green?",
        "I have heard of a town where anyone may pick vegetables, which one is it?",
    ),
    "de": (
        "Ich möchte eine Wohngenossenschaft gründen",
        "Bei mir im Viertel steht bei Regen alles unter Wasser, was machen andere Städte?",
        "In meiner Stadt sind die Mieten zu hoch, was hilft?",
        "Ich würde gern wissen, wie Städte Autos aus dem Zentrum halten",
        "Ich arbeite bei der Stadt und möchte alte Wohnblocks dämmen",
        "Mein Schulhof ist grauer Asphalt, wie wird er grün?",
        "Wo kann ich etwas über Bürgerhaushalte lesen?",
        "Ich will mit Nachbarn einen Gemeinschaftsgarten anfangen",
    ),
    "zh": (
        "我家小区一下雨就淹，别的城市怎么办？",
        "我想成立住房合作社",
        "我在市政府工作，想改造老旧小区",
        "我想知道怎么让汽车少进市中心",
        "我妈妈年纪大了，有没有志愿者服务换时间的办法？",
        "我们学校操场全是水泥，怎么变绿？",
        "我想了解参与式预算",
        "我听说有个城市可以随便摘菜，是哪里？",
    ),
}
"""Questions to our articles by people who begin with themselves, as on an errand."""

OURS: tuple[tuple[str, str, frozenset[str]], ...] = (
    (
        "en",
        "Is there a city that made separating trash compulsory?",
        frozenset({"waste-sorting-shanghai"}),
    ),
    (
        "en",
        "How do you turn a car street into a place to play?",
        frozenset({"superblocks-barcelona", "oasis-schoolyards-paris"}),
    ),
    ("en", "Nurses advising people in many languages", frozenset({"health-kiosk-hamburg"})),
    ("en", "How can tenants buy the building they work in?", frozenset({"exrotaprint-berlin"})),
    (
        "en",
        "lottery for citizens to advise politicians",
        frozenset({"citizens-council-ostbelgien", "deliberative-budget-wenling"}),
    ),
    ("en", "How did Wuhan deal with heavy rain?", frozenset({"sponge-cities-china"})),
    ("en", "Which town plants vegetables for everybody?", frozenset({"andernach-edible-city"})),
    ("en", "A porcelain factory where young artists work", frozenset({"taoxichuan-jingdezhen"})),
    (
        "en",
        "I am a student, is there a summer course on cities?",
        frozenset({"prog-summer-school"}),
    ),
    ("en", "How do we get mentors for our project?", frozenset({"prog-support-labs-mentoring"})),
    (
        "de",
        "Gibt es eine Stadt, die Mülltrennung zur Pflicht gemacht hat?",
        frozenset({"waste-sorting-shanghai"}),
    ),
    (
        "de",
        "Wie macht man aus einer Autostraße einen Platz zum Spielen?",
        frozenset({"superblocks-barcelona", "oasis-schoolyards-paris"}),
    ),
    ("de", "Pflegekräfte beraten in vielen Sprachen", frozenset({"health-kiosk-hamburg"})),
    ("de", "Wie bekommen Wohnungslose zuerst eine Wohnung?", frozenset({"housing-first-finland"})),
    (
        "de",
        "Wie gelingt es, Altbauten zu dämmen, ohne dass jemand auszieht?",
        frozenset({"energy-retrofit-tangshan"}),
    ),
    ("de", "Junge Leute in Shanghai gestalten ihr Viertel", frozenset({"bigfish-xinhua-shanghai"})),
    ("de", "Welche Stadt hat lauter Elektrobusse?", frozenset({"electric-buses-shenzhen"})),
    ("de", "Stadtteilmütter: was machen die?", frozenset({"stadtteilmuetter-berlin"})),
    (
        "de",
        "Wie komme ich als Studentin in ein deutsch-chinesisches Team?",
        frozenset(
            {"prog-summer-school", "prog-fellows", "prog-learning-journeys", "prog-hackathons"}
        ),
    ),
    (
        "de",
        "Wer hilft uns beim Förderantrag?",
        frozenset({"prog-concept-funding-help", "prog-funding-search"}),
    ),
    ("zh", "哪座城市强制垃圾分类？", frozenset({"waste-sorting-shanghai"})),
    (
        "zh",
        "怎么把马路变成孩子玩的地方？",
        frozenset({"superblocks-barcelona", "oasis-schoolyards-paris"}),
    ),
    ("zh", "护士用多种语言给居民做咨询", frozenset({"health-kiosk-hamburg"})),
    ("zh", "老钢铁厂怎么变成公园？", frozenset({"landschaftspark-duisburg"})),
    ("zh", "武汉怎么应对暴雨？", frozenset({"sponge-cities-china"})),
    ("zh", "居民可以随便采摘的城市", frozenset({"andernach-edible-city"})),
    ("zh", "志愿者服务老人能换什么？", frozenset({"time-bank-nanjing"})),
    ("zh", "零垃圾的欧洲首都", frozenset({"zero-waste-ljubljana"})),
    ("zh", "大学生能参加暑期学校吗？", frozenset({"prog-summer-school"})),
    (
        "zh",
        "谁能帮我们写资助申请？",
        frozenset({"prog-concept-funding-help", "prog-funding-search"}),
    ),
    (
        "en",
        "How did a city turn an old steel plant into a park?",
        frozenset({"landschaftspark-duisburg"}),
    ),
    (
        "en",
        "How can a town keep heavy rain out of cellars?",
        frozenset({"cloudburst-copenhagen", "sponge-cities-china"}),
    ),
    ("en", "citizens chosen by lot advise parliament", frozenset({"citizens-council-ostbelgien"})),
    ("en", "Which city sells land by quality of the idea?", frozenset({"tuebingen-concept-plots"})),
    ("en", "online platform where citizens propose and vote", frozenset({"decidim-barcelona"})),
    (
        "en",
        "What can be done against through traffic in neighbourhoods?",
        frozenset({"superblocks-barcelona", "circulation-plan-ghent"}),
    ),
    (
        "en",
        "health advice for people who do not find a doctor in a poor area",
        frozenset({"health-kiosk-hamburg"}),
    ),
    (
        "en",
        "renovating a historic district without moving the residents",
        frozenset({"xiaoxihu-nanjing", "yongqingfang-guangzhou"}),
    ),
    (
        "en",
        "growing vegetables on plots outside the city with families",
        frozenset({"little-donkey-farm-beijing"}),
    ),
    (
        "en",
        "How can I get money for my project idea?",
        frozenset(
            {
                "prog-funding-search",
                "prog-fund-and-impact-tools",
                "prog-concept-funding-help",
                "prog-project-calls",
            }
        ),
    ),
    ("de", "Gemüse für alle im öffentlichen Raum", frozenset({"andernach-edible-city"})),
    ("de", "Wie kann man weniger Abfall machen als Stadt?", frozenset({"zero-waste-ljubljana"})),
    ("de", "Digitaler Zwilling für die Stadtplanung", frozenset({"connected-urban-twins"})),
    (
        "de",
        "Wo entscheiden ausgeloste Bürger mit?",
        frozenset({"citizens-council-ostbelgien", "deliberative-budget-wenling"}),
    ),
    ("de", "Mieter kaufen ihr Fabrikgebäude", frozenset({"exrotaprint-berlin"})),
    (
        "de",
        "Sicherheit im öffentlichen Raum, Erfahrungen aus Südafrika",
        frozenset({"d4uc-sa-de-safe-public-space"}),
    ),
    (
        "de",
        "Frauen mit Migrationsgeschichte beraten Familien",
        frozenset({"stadtteilmuetter-berlin"}),
    ),
    (
        "de",
        "Wie fange ich mit einem Gemeinschaftsgarten an?",
        frozenset(
            {"kic-garden-shanghai", "prinzessinnengarten-berlin", "co-built-gardens-shenzhen"}
        ),
    ),
    (
        "de",
        "Ich möchte als Kommune Fachleute ins Ausland schicken",
        frozenset({"prog-expert-secondment"}),
    ),
    ("de", "Überschüsse aus Mieten für das Quartier", frozenset({"samtweberei-krefeld"})),
    ("zh", "怎样让居民养成垃圾分类的习惯？", frozenset({"waste-sorting-shanghai"})),
    ("zh", "无家可归的人怎么安置？", frozenset({"housing-first-finland"})),
    ("zh", "屋顶上或者车库上能盖房子吗？", frozenset({"kalkbreite-zurich"})),
    (
        "zh",
        "老城区改造怎么不把居民赶走？",
        frozenset({"xiaoxihu-nanjing", "yongqingfang-guangzhou"}),
    ),
    ("zh", "学校操场怎么降温？", frozenset({"oasis-schoolyards-paris"})),
    (
        "zh",
        "减少过境交通，把街道还给行人",
        frozenset({"superblocks-barcelona", "circulation-plan-ghent"}),
    ),
    ("zh", "旧楼节能保温改造", frozenset({"energy-retrofit-tangshan", "innovationcity-bottrop"})),
    ("zh", "移民妈妈上门帮助其他家庭", frozenset({"stadtteilmuetter-berlin"})),
    ("zh", "城市数字孪生怎么用？", frozenset({"connected-urban-twins"})),
    ("zh", "零废弃城市", frozenset({"zero-waste-ljubljana"})),
)
"""What our articles tell, in words that are not theirs: a language, a question, who answers it."""


def test_what_a_town_hall_or_a_travel_guide_knows_is_declined(library: Library) -> None:
    asked = [(lang, text) for lang, texts in STRANGE.items() for text in texts]
    answered = [text for lang, text in asked if find(library, text, lang).answered]
    assert len(answered) <= 0.1 * len(asked), answered


def test_what_our_articles_tell_is_answered_by_one_of_them(library: Library) -> None:
    found = [(find(library, text, lang), text, right) for lang, text, right in OURS]
    declined = [text for finding, text, _right in found if not finding.answered]
    missed = [text for finding, text, right in found if not right & set(slugs(finding)[:3])]
    assert len(declined) <= 0.05 * len(OURS), declined
    assert not missed


def test_who_begins_with_themselves_is_mostly_answered_all_the_same(library: Library) -> None:
    asked = [(lang, text) for lang, texts in MINE.items() for text in texts]
    declined = [text for lang, text in asked if not find(library, text, lang).answered]
    assert len(declined) <= 0.25 * len(asked), declined


def test_what_people_ask_about_their_own_town_is_declined(library: Library) -> None:
    asked = [(lang, text) for lang, texts in AT_HOME.items() for text in texts]
    answered = [text for lang, text in asked if find(library, text, lang).answered]
    assert len(answered) <= len(asked) / 12, answered


@pytest.mark.parametrize(("lang", "text"), [(lang, t) for lang in FACTS for t in FACTS[lang]])
def test_when_where_and_who_of_a_practice_is_answered(
    library: Library, lang: str, text: str
) -> None:
    assert find(library, text, lang).answered


def slugs(finding: Finding) -> list[str]:
    return [hit.slug for hit in finding.found]


@pytest.mark.parametrize(
    ("lang", "term", "slug"),
    [
        ("en", "flood protection", "cloudburst-copenhagen"),
        ("de", "Hochwasserschutz", "cloudburst-copenhagen"),
        ("de", "Wie schützen sich Städte vor Hochwasser?", "cloudburst-copenhagen"),
        ("zh", "防洪", "cloudburst-copenhagen"),
        ("en", "reduce waste", "zero-waste-ljubljana"),
        ("de", "Müll vermeiden", "zero-waste-ljubljana"),
        ("zh", "减少垃圾", "zero-waste-ljubljana"),
        ("zh", "城市更新", "xiaoxihu-nanjing"),
        ("de", "Hitzeschutz", "oasis-schoolyards-paris"),
        ("de", "Genossenschaftswohnungen", "kalkbreite-zurich"),
        ("zh", "移民融入", "stadtteilmuetter-berlin"),
    ],
)
def test_a_term_alone_is_understood(library: Library, lang: str, term: str, slug: str) -> None:
    finding = find(library, term, lang)
    assert (finding.answered, finding.found[0].slug) == (True, slug)


@pytest.mark.parametrize(
    ("lang", "text", "slug"),
    [
        ("en", "participatory budgeting in Paris", "participatory-budget-porto-alegre"),
        ("de", "Bürgerhaushalt in Paris", "participatory-budget-porto-alegre"),
        ("zh", "巴黎的参与式预算", "participatory-budget-porto-alegre"),
        ("de", "Superblocks in Hamburg", "superblocks-barcelona"),
    ],
)
def test_the_same_topic_in_another_place_is_declined_and_offered(
    library: Library, lang: str, text: str, slug: str
) -> None:
    finding = find(library, text, lang)
    assert (finding.answered, finding.near[0].slug) == (False, slug)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "How do I renew my passport?"),
        ("de", "Wo kann ich in Berlin einen Gemeinschaftsgarten mieten?"),
        ("zh", "今天股市怎么样？"),
        ("en", "How do housing cooperatives keep rents low?"),  # it is answered
        ("en", ""),
    ],
)
def test_nothing_is_near_what_is_not_ours(library: Library, lang: str, text: str) -> None:
    assert find(library, text, lang).near == ()


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Was verdient eine Stadtplanerin?"),
        ("en", "How much does a city planner earn?"),
        ("zh", "规划师一个月挣多少钱？"),
        ("de", "Wie viele Wohnungen hat die Neue Heimat in Hamburg gebaut?"),
        ("de", "Was kostet die Kugel Eis im Prinzessinnengarten?"),
        ("en", "How much is a scoop of ice cream at the Prinzessinnengarten?"),
        ("en", "registration of street vendors"),
        ("en", "registration of a trademark"),
        ("en", "Cancel culture in city planning"),
        ("de", "Anmeldung eines Gewerbes"),
        ("en", "When is rubbish collected in my district?"),
        ("zh", "小区门口的路灯坏了找谁"),
    ],
)
def test_a_name_or_a_word_of_ours_makes_no_question_ours(
    library: Library, lang: str, text: str
) -> None:
    assert not find(library, text, lang).answered


@pytest.mark.parametrize(
    ("lang", "text", "slug"),
    [
        (
            "en",
            "My neighbours and I want to grow food on an empty lot, where do I start?",
            "kic-garden-shanghai",
        ),
        ("de", "Mein Viertel hat kaum Ärzte, was kann ich vorschlagen?", "health-kiosk-hamburg"),
        (
            "de",
            "Wie bekomme ich als Verein ein städtisches Grundstück, ohne am meisten zu zahlen?",
            "tuebingen-concept-plots",
        ),
        ("de", "Mein Schulhof ist grauer Asphalt, wie wird er grün?", "oasis-schoolyards-paris"),
        ("zh", "我家小区一下雨就淹，别的城市怎么办？", "cloudburst-copenhagen"),
        ("de", "Wie verdient der Prinzessinnengarten sein Geld?", "prinzessinnengarten-berlin"),
    ],
)
def test_who_speaks_for_a_neighbourhood_is_on_no_errand(
    library: Library, lang: str, text: str, slug: str
) -> None:
    finding = find(library, text, lang)
    assert (finding.answered, finding.found[0].slug) == (True, slug)
