"""Words that say little about what a question is about: they stand in every other one.

Declarative texts hardly hold "who" or "how many", so counting alone would take them for rare and
telling. Written by hand; lists of a few hundred do, everything else is told apart by counting.
"""

import re
from functools import cache

from knowledge.words import clean

_WORDS = {
    "en": """
        a an the this that these those there here it its he she they them him his her hers their i
        me my mine we us our you your one ones some any no none not all both each every other
        another such same own of in on at to for from by with without about into onto over under
        up down out off between among through during before after since until than then as so and
        or but if because while though although is are was were be been being am do does did done
        doing have has had having will would can could shall should may might must cannot let lets
        what which who whom whose when where why how much many more most less few very too also
        just only even still yet ever never again now please tell know want need like get got give
        make made go going come take use used find show say said mean think see look try help hi
        hello hey thanks thank ok okay yes s t m re ve ll d don doesn didn isn aren wasn wouldn
        called name named kind sort type way thing things something anything someone anyone really
        exactly actually maybe possible happen happened there's what's it's i'm i'd
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines kein keine keinen keiner dies
        diese dieser dieses diesen diesem jener jene jenes es er sie ihn ihm ihr ihre ihren ihrem
        ihrer ihres sein seine seinen seinem seiner ich mich mir mein meine meinen meinem wir uns
        unser unsere unseren unserem du dich dir dein deine euch euer man sich selbst und oder
        aber denn doch sondern als wie wenn ob weil dass daß damit obwohl während bevor nachdem in
        im ins an am ans auf aufs aus bei beim bis durch für gegen mit nach ohne seit über um
        unter von vom vor zu zum zur zwischen ab ist sind war waren bin bist seid sei wäre wären
        wird werden wurde wurden worden würde würden werde hat haben habe hast hatte hatten hätte
        hätten kann können konnte konnten könnte könnten muss müssen musste soll sollen sollte
        will wollen wollte möchte möchten darf dürfen mag was welche welcher welches welchen
        welchem wer wen wem wessen wann wo woher wohin warum wieso weshalb womit wofür worum viel
        viele vielen wieviel mehr meisten weniger nicht nichts nie auch nur noch schon mal
        eigentlich halt eben so sehr ganz etwa da dort hier hin her dann jetzt immer wieder bitte
        danke hallo hi gibt gibts gab geben etwas alle alles jeder jede jedes andere anderen
        machen macht gemacht mach tun kommen kommt gehen geht wissen weiß sagen sag zeig nennen
        heißt hieß genannt name namen art bekommt bekommen finden brauchen brauche ja nein ok okay
        dabei davon dazu darüber ne nen nem n möglich ungefähr genau
    """,
    "zh": """
        的 了 是 在 和 与 跟 有 没有 有没有 什么 怎么 怎样 怎么样 如何 多少 几 哪 哪些 哪个 哪里
        哪儿 谁 何时 什么时候 为什么 为何 吗 呢 吧 啊 呀 嘛 哈 哦 被 把 对 对于 关于 从 由 到 以
        以及 其 之 这 这个 这些 这样 这种 那 那个 那些 那种 那样 它 他 她 它们 他们 她们 我 我们
        你 你们 您 咱们 大家 自己 也 都 而 并 并且 及 或 或者 还是 还 但 但是 不过 因为 所以 如果
        会 能 能够 能不能 可以 可不可以 可否 应该 要 想 想要 需要 得 让 使 给 做 做到 做了 做过
        是否 是不是 不 没 很 太 更 最 比较 就 才 又 再 已 已经 正在 过 着 地 上 下 里 中 内 后 前
        请 请问 谢谢 你好 您好 帮 帮我 告诉 知道 介绍 一下 了解 看看 说 叫 叫做 名字 称为 一个
        一种 一些 一点 有些 有的 某 每 各 个 种 些 位 件 次 样 之一 之间 其中 方面 时候 情况 东西
        事情 具体 例子 案例 主要 怎么办 是什么 有什么 有哪些 哪一 哪种 何 啥 咋 呗 好 行 用 来 去
        出 起来 怎么运作 如何运作 怎样运作 怎么运转 如何运转 怎么运行 如何运行 怎么操作
        通过 进行 作为 根据 按 按照 当 时 年 月 日
    """,
}


@cache
def small_words(lang: str) -> frozenset[str]:
    """The small words of a language."""
    return frozenset(clean(_WORDS.get(lang, "")).split())


@cache
def han_small_words() -> re.Pattern[str]:
    """Finds the Chinese small words in a run of characters, the longest first."""
    longest_first = sorted(small_words("zh"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
