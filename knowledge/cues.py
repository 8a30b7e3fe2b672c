"""Words that ask for what no article can know: how it is right now, whom to call, do it for me.

An article on a good practice was written some time ago, by somebody else. Whoever asks it for a
free flat, today's opening hours or a translation has to be told so, however well the rest fits.
Written by hand, like smallwords.py; what decides is whether the article itself has the word.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

from knowledge.words import clean, stems

_INFLECTED = 4  # letters from which a word counts in all its forms


class Cue(StrEnum):
    """What a word gives away.

    NOW      it changes from day to day
    SERVICE  a desk, a shop or a website knows it: prices, addresses, vacancies; a programme is
             something to join, so of a programme one may ask this
    TASK     somebody is to do something that is not ours
    """

    NOW = "now"
    SERVICE = "service"
    TASK = "task"


_WORDS: Mapping[str, Mapping[Cue, str]] = {
    "en": {
        Cue.NOW: """
            today tonight tomorrow yesterday currently current now nowadays presently latest
            moment weather rain raining snow sunny forecast next tomorrow's today's upcoming
            weekend monday tuesday wednesday thursday friday saturday sunday noon midnight o'clock
        """,
        Cue.SERVICE: """
            phone telephone number fax address email contact website opening hours ticket tickets
            entrance entry admission fee fees price prices discount salary wage wages
            vacancy vacancies job jobs internship hiring hire rent deposit flat flats apartment
            available availability waiting nearby nearest parking mayor ceo closed monthly hourly
            buy delivery timetable register registered renew complain complaint
            lost stolen broken repairman sublet
            airport population
        """,
        Cue.TASK: """
            earn earns earning insured cancel
            recipe cook bake visa passport id doctor dentist pain ache fever headache medicine
            pill vaccine symptom diagnosis pregnant lawyer sue divorce landlord kicked stock
            stocks shares crypto bitcoin loan mortgage insurance pension exchange currency lottery
            recommend translate translation write rewrite proofread code program python excel joke
            poem song lyrics essay thesis homework exam equation calculate movie actor singer
            football match score restaurant hotel booking book flight timetable taxi laptop
            printer password wifi screen battery tyre weight gym exercise haircut dating
            girlfriend boyfriend horoscope permit licence license certificate registry married
            wedding refund tourist tourists sightseeing sights souvenir souvenirs
            beach beaches nightlife vacation luggage airport hostel beer pizza
            coffee breakfast lunch dinner supermarket pharmacy hospital clinic ambulance dog cat pet
            chickens mice car cars driving tyres plumber electrician fridge oven washing machine
            mould wallet keys robbed burglar president chancellor weigh tall
            inventor invented fireworks concert concerts cinema guitar piano dancing cv
            clothes shoes mobile smartphone
            firefighter rats wasps pests pothole potholes streetlight lamppost bulky fishing
            chimney hedge weeds gritting nursery daycare enrol enrolment polling
        """,
    },
    "de": {
        Cue.NOW: """
            heute morgen gestern übermorgen jetzt gerade aktuell aktuelle aktuellen aktueller
            aktuelles momentan derzeit neueste wetter regnet schneit wochenende montag dienstag
            mittwoch donnerstag freitag samstag sonntag nächste nächster nächsten nächstes
            demnächst uhr
        """,
        Cue.SERVICE: """
            telefon telefonnummer nummer handynummer rufnummer adresse anschrift email
            öffnungszeiten geöffnet geschlossen eintritt eintrittspreis ticket tickets preis
            preise rabatt gebühr nebenkosten gesucht gehalt lohn stelle stellen
            job jobs praktikum bewerben mieten kaution wohnung zimmer verfügbar formular nähe
            nächstgelegene parkplatz parken bürgermeister bürgermeisterin geschäftsführer
            monatlich stündlich kaufen bestellen lieferung speisekarte fahrplan reservieren mir
            anmelden ummelden abmelden verlängern beantragen
            beschweren verloren gestohlen kaputt hauptstadt flughafen kitaplatz
            einwohner einwohnerzahl einwohnerinnen
        """,
        Cue.TASK: """
            verdient verdienen versichert
            rezept kochen backen kochrezept visum reisepass pass führerschein ausweis
            personalausweis arzt zahnarzt schmerzen kopfschmerzen fieber tablette medikament
            impfung symptome schwanger anwalt kündigen kündigung scheidung vermieter aktien aktie
            börse bitcoin kredit hypothek versicherung steuererklärung rente elterngeld kindergeld
            wechselkurs lotto empfiehl empfehlen übersetze übersetzen übersetzung schreib schreibe
            formuliere programmiere code excel witz gedicht lied aufsatz hausaufgaben prüfung
            gleichung berechne schauspieler sänger fußball restaurant hotel buchen buche flug
            flüge taxi laptop drucker passwort wlan bildschirm akku handy abnehmen diät fitness
            friseur freundin horoskop genehmigung bescheinigung urkunde geburtsurkunde zulassen
            bürgeramt bürgergeld wohngeld elternzeit arbeitslosengeld grundsteuer
            bußgeld heiraten standesamt tourist touristen sehenswürdigkeit sehenswürdigkeiten
            ausflug ausflüge urlaub reiseführer souvenir souvenirs strand nachtleben
            gepäck flughafen flughafenbus hostel übernachten kneipe bier pizza döner kaffee
            frühstück mittagessen abendessen supermarkt apotheke krankenhaus notdienst hebamme hund
            katze haustier mäuse hühner auto klempner elektriker kühlschrank waschmaschine aufzug
            schimmel geldbeutel schlüssel überfallen kanzler bundeskanzler präsident
            erfunden feuerwerk konzert kino gitarre klavier schwimmbad schwimmen tanzen lebenslauf
            kleidung schuhe möbel stromanbieter handyvertrag fahrkarte zugticket monatsticket
            monatskarte flohmarkt feiertag
            feuerwehr ratten wespen schlagloch schlaglöcher straßenlaterne sperrmüll wertstoffhof
            recyclinghof angelschein hundesteuer kita krippe hort einschulung wahllokal
            führungszeugnis parkausweis bewohnerparkausweis winterdienst schornsteinfeger hecke
            rundfunkbeitrag fundbüro
        """,
    },
    "zh": {
        Cue.NOW: """
            今天 明天 昨天 后天 今晚 今早 现在 目前 当前 眼下 最近 今年 这周 本周 下周 周末 周一
            周二 周三 周四 周五 周六 周日 星期 天气 下雨 下雪 几点 最新 刚刚 马上
        """,
        Cue.SERVICE: """
            电话 电话号码 手机号 号码 地址 邮箱 微信号 联系方式 联系电话 客服 门票 票价 优惠
            开放时间 营业时间 开门 关门 工资 薪水 月薪 待遇 招聘 招人 应聘 实习 名额 空位 空房
            出租 租金 押金 房价 附近 最近的 停车位 停车费 市长 局长 老板 每月 月租 一平米 申请表
            报价 购买 下单 外卖 菜单 时刻表 预约 预订 投诉 丢了 丢在 坏了 被偷 首都 人口
            机场 火车站 楼上 楼下 去哪 在哪办 怎么走 几路 几号线 哪路
        """,
        Cue.TASK: """
            挣 挣钱 收入多少
            签证 护照 身份证 驾照 户口 社保 公积金 医保 医生 看病 挂号 疼 痛 发烧 感冒 咳嗽 吃药
            药 疫苗 怀孕 律师 离婚 起诉 辞退 赔偿 股票 基金推荐 理财 比特币 彩票 贷款 房贷 利率
            汇率 保险 个税 退税 报税 银行卡 密码 推荐 翻译 写诗 写信 写一 作文 论文 作业 考试 方程
            代码 编程 笑话 唱歌 歌词 电影 电视剧 明星 演员 足球 餐厅 酒店 火锅 好吃 菜谱 做菜 好喝
            奶茶 付款 儿子 女儿 老婆 老公 男朋友 女朋友 讲个 机票 航班 高铁 火车票 高铁票 车票
            打车 订票 快递 退货 退款 手机坏 打印机 网速 水管 漏水 空调 减肥 健身 理发 恋爱 星座
            留学 办理 手续 怎么做菜 做饭 办证 驾驶证 居住证 出生证 学生证 借书证 公交卡 停车证
            执照 结婚 登记结婚 失业金 养老金 奖学金 物业费 水费 电费 宽带 套餐 旅游 景点 好玩 游玩
            攻略 特产 纪念品 海滩 迪士尼 故宫 长城 行李 超市 药店 医院 牙医 救护车 宠物 狗
            猫 老鼠 蟑螂 养鸡 家电 冰箱 洗衣机 钱包 钥匙 派出所 总统 总理 主席 发明
            世界杯 演唱会 影院 吉他 钢琴 游泳 跳舞 简历 衣服 家具 咖啡 早茶 早餐 晚饭 午饭 吃什么
            起步价 带伞 哪家 品牌 牌子
            消防员 马蜂 坑洞 坑洼 路灯 大件 学位 幼升小 摇号 户籍 钓鱼 扫雪 除雪 开锁 煤气 燃气 暖气
        """,
    },
}


# Somebody looks for something themselves: "how do I get", "wo bekommt man", "在哪里办", or for what
# a job pays. "We" and "our town" ask for a town, so they are none.
_ERRANDS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:i|my|me|mine)\b|\bwhere (?:can|do|could) (?:you|one|we)\b|\bwhere (?:s|is) the\b|"
        r"\b(?:does an?|do) (?:\w+ ){0,3}(?:earn|make)$"
    ),
    "de": re.compile(
        r"\b(?:ich|mein\w*|mir|mich)\b|\bwo (?:kann|bekommt|findet|kriegt) man\b|"
        r"\bwo (?:ist|steht|liegt) d(?:er|ie|as)\b|\bwas verdien\w+ (?:ein\w*|man|\w+innen)\b"
    ),
    "zh": re.compile(
        "我(?!们)|哪[里儿](?:可以|能|有|买|办|学)|在哪[里儿]?(?:办|买|交|学)|去哪|附近|怎么走|办理|怎么申请|一个月挣|年薪|月薪"
    ),
}


# ... and so do "my town" and "as a club", whoever speaks for them.
_TOGETHER: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\bmy (?:\w+ )?(?:neighbou?rhood|district|quarter|town|city|village|community|suburb|"
        r"municipality|club|association|cooperative|school|schoolyard|initiative|estate)\b|"
        r"\b(?:neighbou?rs|friends|residents|colleagues) and (?:i|me)\b|"
        r"\b(?:i|me) and my (?:neighbou?rs|friends|colleagues)\b|"
        r"\bas an? (?:\w+ )?(?:club|association|group|community|town|city|council|initiative)\b|"
        r"\bwith my neighbou?rs\b"
    ),
    "de": re.compile(
        r"\bmein(?:e[mnr]?)? (?:\w+ )?(?:viertel|quartier|kiez|stadt|stadtteil|dorf|gemeinde|ort|"
        r"bezirk|verein|schule|schulhof|siedlung|genossenschaft|initiative)\b|"
        r"\bmeine nachbar\w* und ich\b|\bich und meine nachbar\w*|"
        r"\bals (?:\w+ )?(?:verein|gruppe|gemeinde|stadt|initiative|genossenschaft|nachbarn)\b|"
        r"\bmit (?:meinen |den )?nachbar\w*"
    ),
    "zh": re.compile(
        "我(?:家|的|所在的|住的)?(?:这个|那个)?(?:小区|社区|城市|镇|村|街区|学校|县城|街道)|我和(?:我的)?邻居|"
        "我跟邻居|作为(?:一个)?(?:社区|社团|协会|街道|城市|政府)"
    ),
}

# Where, when and whom in a town of one's own: no article knows.
_AT_HAND = re.compile(
    r"^(?:where|when|what time|which|who|whom|wo|wann|wer|wen|welche\w*|um wie ?viel uhr)\b|"
    "找谁|几点|在哪|哪家|谁管"
)


# ... and of where one lives: when something is emptied, what a ticket costs, whose something is.
_AT_HOME = re.compile(
    r"^(?:and |so |und )?(?:where|when|what time|whose|how (?:much|old)|"
    r"wo|wohin|wann|wem|wessen|wie ?viel|was kostet|ab wann|um wie ?viel uhr)\b|"
    "多少钱|什么时候|几点|几岁|多大|哪里|哪儿|在哪|去哪|是谁的"
)
# Of a programme one may ask who helps; a practice was somebody else's.
_WHO = re.compile(r"^(?:and |so |und )?(?:who|whom|wer|wen)\b|找谁|谁管|归谁")


def is_of_home(written: str, practice: bool) -> bool:
    """Whether a cleaned question asks for a fact as one asks for it where one lives."""
    return bool(_AT_HOME.search(written) or (practice and _WHO.search(written)))


def is_errand(written: str, lang: str) -> bool:
    """Whether a cleaned question is about what the person who asks wants to get done."""
    errand, together = _ERRANDS.get(lang), _TOGETHER.get(lang)
    if errand is None or not errand.search(written):
        return False
    return bool(_AT_HAND.search(written)) or not (together and together.search(written))


@cache
def cues(lang: str) -> Mapping[str, Cue]:
    """The cues of a language by word; by its stem, too, if it is long enough to have endings."""
    kinds = _WORDS.get(lang, {})
    found = {word: cue for cue, words in kinds.items() for word in clean(words).split()}
    long = [word for word in found if len(word) >= _INFLECTED]
    by_stem = zip(stems(long, lang), long, strict=True)
    return {stem: found[word] for stem, word in by_stem} | found


@cache
def _han_cues() -> re.Pattern[str]:
    longest_first = sorted(cues("zh"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def han_cues(run: str) -> Iterator[tuple[int, int]]:
    """Where in a run of Han characters cues stand: start and end."""
    return (match.span() for match in _han_cues().finditer(run))
