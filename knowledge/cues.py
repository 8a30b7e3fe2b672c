"""Words that ask for what no article can know: how it is right now, whom to call, do it for me.

An article on a good practice was written some time ago, by somebody else. Whoever asks it for a
free flat, today's opening hours or a translation has to be told so, however well the rest fits.
Written by hand, like smallwords.py; what decides is whether the article itself has the word.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

from knowledge.words import clean


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
            entrance entry admission fee fees price prices discount earn earns salary wage wages
            vacancy vacancies job jobs internship hiring hire rent deposit flat flats apartment
            available availability waiting nearby nearest parking mayor ceo closed monthly hourly
            buy delivery timetable my mine
        """,
        Cue.TASK: """
            recipe cook bake visa passport id doctor dentist pain ache fever headache medicine
            pill vaccine symptom diagnosis pregnant lawyer sue divorce landlord kicked stock
            stocks shares crypto bitcoin loan mortgage insurance pension exchange currency lottery
            recommend translate translation write rewrite proofread code program python excel joke
            poem song lyrics essay thesis homework exam equation calculate movie actor singer
            football match score restaurant hotel booking book flight timetable taxi laptop
            printer password wifi screen battery tyre weight gym exercise haircut dating
            girlfriend boyfriend horoscope
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
            preise rabatt gebühr nebenkosten gesucht gehalt lohn verdient verdienen stelle stellen
            job jobs praktikum bewerben mieten kaution wohnung zimmer verfügbar formular nähe
            nächstgelegene parkplatz parken bürgermeister bürgermeisterin geschäftsführer
            monatlich stündlich kaufen bestellen lieferung speisekarte fahrplan reservieren mir
            mein meine meinen meinem meiner
        """,
        Cue.TASK: """
            rezept kochen backen kochrezept visum reisepass pass führerschein ausweis
            personalausweis arzt zahnarzt schmerzen kopfschmerzen fieber tablette medikament
            impfung symptome schwanger anwalt kündigen kündigung scheidung vermieter aktien aktie
            börse bitcoin kredit hypothek versicherung steuererklärung rente elterngeld kindergeld
            wechselkurs lotto empfiehl empfehlen übersetze übersetzen übersetzung schreib schreibe
            formuliere programmiere code excel witz gedicht lied aufsatz hausaufgaben prüfung
            gleichung berechne schauspieler sänger fußball restaurant hotel buchen buche flug
            flüge taxi laptop drucker passwort wlan bildschirm akku handy abnehmen diät fitness
            friseur freundin horoskop
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
            报价 购买 下单 外卖 菜单 时刻表 预约 预订 我家 我的
        """,
        Cue.TASK: """
            签证 护照 身份证 驾照 户口 社保 公积金 医保 医生 看病 挂号 疼 痛 发烧 感冒 咳嗽 吃药
            药 疫苗 怀孕 律师 离婚 起诉 辞退 赔偿 股票 基金推荐 理财 比特币 彩票 贷款 房贷 利率
            汇率 保险 个税 退税 报税 银行卡 密码 推荐 翻译 写诗 写信 写一 作文 论文 作业 考试 方程
            代码 编程 笑话 唱歌 歌词 电影 电视剧 明星 演员 足球 餐厅 酒店 火锅 好吃 菜谱 做菜 好喝
            奶茶 付款 儿子 女儿 老婆 老公 男朋友 女朋友 讲个 机票 航班 高铁 火车票 高铁票 车票
            打车 订票 快递 退货 退款 手机坏 打印机 网速 水管 漏水 空调 减肥 健身 理发 恋爱 星座
            留学 办理 手续 怎么做菜 做饭
        """,
    },
}


@cache
def cues(lang: str) -> Mapping[str, Cue]:
    """The cues of a language, word by word."""
    kinds = _WORDS.get(lang, {})
    return {word: cue for cue, words in kinds.items() for word in clean(words).split()}


@cache
def _han_cues() -> re.Pattern[str]:
    longest_first = sorted(cues("zh"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def han_cues(run: str) -> Iterator[tuple[int, int]]:
    """Where in a run of Han characters cues stand: start and end."""
    return (match.span() for match in _han_cues().finditer(run))
