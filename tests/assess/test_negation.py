"""Cases as screeners write them. In each, ``[...]`` marks what has to be excluded; the rest has to stay.

Words outside the brackets that carry no skill ("ik", "heeft") may fall on either side: only the words in ``{...}`` are
checked to stay.
"""

import json
import re
from pathlib import Path

import pytest

from skillmatch.assess.negation import TABLES, Because, exclusions
from skillmatch.text import Language, sentences

DENIED = {
    "nl": [
        "Heeft nog nooit [gelast].",
        "Kan niet [lassen].",
        "Geen ervaring met [lassen].",
        "Hij heeft geen ervaring met [lassen en metselen].",
        "Ik heb nooit [vrachtwagens bestuurd].",
        "[Lassen] kan hij niet.",
        "[Gelast] heeft zij nooit.",
        "Ze werkte tien jaar als {naaister} maar kan niet [koken].",
        "Heeft {gekookt} in een hotel en heeft nooit [brood gebakken].",
        "{Kookt} graag, niet [afwassen].",
        "Kan niet [lassen], kan wel {metselen}.",
        "Ik kan niet [lassen], [frezen] of [draaien].",
        "Weet niets van [boekhouding].",
        "Zonder ervaring in de [zorg].",
        "Mist ervaring met [Excel].",
        "Kan door rugklachten niet meer [stapelen].",
        "[Boekhouding]: geen kennis.",
        "Met [heftrucks] heeft hij geen ervaring.",
        "[Excel] kent ze niet.",
        "{Metselaar} geweest; nog nooit [gelast].",
        "Geen ervaring met [koken], wel ervaring met {poetsen}.",
        "Met [kassa's] heeft ze nooit gewerkt, wel met {computers}.",
        "Hij zegt dat hij niet kan [metselen].",
        "Heeft {gemetseld}, maar [schilderen] kan hij niet omdat hij allergisch is.",
    ],
    "en": [
        "Has never [welded].",
        "I have never [driven a truck].",
        "No experience with [welding].",
        "She has no experience in [cooking or baking].",
        "He cannot [weld].",
        "I can't [cook].",
        "I don't know how to [sew].",
        "He doesn’t [drive].",
        "Worked as a {cook} but never [baked bread].",
        "Is not able to [use a computer].",
        "Unable to [read blueprints].",
        "{Cooks} well and does not [weld].",
        "Lacks experience in [accounting].",
        "Without experience in [nursing].",
        "Has {cleaned} offices; no [cooking].",
        "He did not work as a [plumber], he was an {electrician}.",
        "[Welding], never.",
        "I was a {driver} and I haven't [repaired engines].",
        "Never [welded], because he worked as a {baker}.",
        "Knows nothing about [bookkeeping].",
        "She has yet to learn [welding].",
        "Neither [cooking] nor [cleaning] was her job.",
    ],
    "fr": [
        "N'a jamais [soudé].",
        "Il n’a jamais travaillé comme [soudeur].",
        "Ne sait pas [souder].",
        "Pas d'expérience en [soudure].",
        "Aucune expérience en [cuisine].",
        "Je n'ai pas d'expérience dans le [nettoyage].",
        "Elle ne sait pas [conduire] un camion.",
        "A travaillé comme {cuisinier} mais n'a jamais fait de [pâtisserie].",
        "Sans expérience en [comptabilité].",
        "Il {cuisine} bien et ne sait pas [coudre].",
        "Jamais [soudé].",
        "Ne peut plus [soulever des charges].",
        "[La soudure], il ne connaît pas.",
        "Elle n'a ni [cuisiné] ni [servi].",
        "Manque d'expérience en [maçonnerie].",
        "Il n'a travaillé ni comme [maçon] ni comme [peintre].",
        "{Maçon} pendant dix ans; jamais fait de [peinture].",
        "[Comptabilité] : aucune connaissance.",
        "Je ne sais pas [souder], je sais {cuisiner}.",
        "N'a pas travaillé dans la [vente] parce qu'elle était {infirmière}.",
    ],
    "ar": [
        "لم أعمل في [اللحام] قط.",
        "ليس لدي خبرة في [اللحام].",
        "ليس لديه أي خبرة في [الطبخ].",
        "لا أعرف [اللحام].",
        "لا أجيد [الخياطة].",
        "لا أستطيع [قيادة الشاحنات].",
        "عملت {طباخاً} لكن لم أعمل في [الخبز].",
        "عملت {نجاراً} ولم أعمل [حداداً].",
        "بدون خبرة في [التمريض].",
        "ما عندي خبرة في [البناء].",
        "ما اشتغلت في [المطاعم].",
        "لا يعرف [استخدام الحاسوب].",
        "[اللحام] ليس مهنتي.",
        "عمري ما [لحمت].",
        "لم يسبق لها أن [قادت رافعة].",
        "تنقصني الخبرة في [المحاسبة].",
        "لا أعرف [الطبخ] لكنني أعرف {الخياطة}.",
        "كنت {مدرسة}، ولا أعرف [الطبخ].",
    ],
    "uk": [
        "Ніколи не працював [зварювальником].",
        "Не вмію [варити метал].",
        "Немає досвіду [зварювання].",
        "Не маю досвіду роботи з [бухгалтерією].",
        "[Зварюванням] ніколи не займався.",
        "Вона не вміє [шити].",
        "Працював {кухарем}, але ніколи не [пік хліб].",
        "Без досвіду в [торгівлі].",
        "Не може [керувати вантажівкою].",
        "Працювала {вчителькою}, не працювала [медсестрою].",
        "Жодного разу не [зварював].",
        "Він не знає [Excel], але вміє {готувати}.",
    ],
    "tr": [
        "[Kaynak] yapmadım.",
        "Hiç [kaynak] yapmadım.",
        "[Kaynak] konusunda deneyimim yok.",
        "[Yemek] yapamıyorum.",
        "[Araba] kullanmayı bilmiyorum.",
        "{Aşçı} olarak çalıştım ama hiç [kaynak] yapmadım.",
        "[Muhasebe] bilmiyor.",
        "[Dikiş] tecrübesi yok.",
        "[Kaynakçı] değilim.",
        "{Marangozluk} yaptım, [boyacılık] yapmadım.",
        "Daha önce [garson] olarak çalışmadı.",
        "[Bilgisayar] kullanamam.",
    ],
    "fa": [
        "هرگز [جوشکاری] نکرده‌ام.",
        "[جوشکاری] بلد نیستم.",
        "تجربه [جوشکاری] ندارم.",
        "نمی‌توانم [جوشکاری] کنم.",
        "نمی توانم [رانندگی] کنم.",
        "در [آشپزی] تجربه‌ای ندارد.",
        "[خیاطی] بلد نیست.",
        "{آشپز} بودم ولی هرگز [نانوایی] نکردم.",
        "بدون تجربه در [حسابداری].",
        "من [نجار] نبودم.",
        "[کامپیوتر] نمی‌دانم.",
        "{رانندگی} بلدم اما [مکانیکی] بلد نیستم.",
    ],
}

HARMLESS = {
    "nl": [
        "Kan niet alleen {lassen} maar ook {metselen}.",
        "Geen probleem met {lassen}.",
        "Is niet bang om te {lassen} op hoogte.",
        "Zonder problemen {gekookt} voor 100 mensen.",
        "Werkt niet meer als {lasser}.",
        "Heeft nooit iets anders gedaan dan {koken}.",
        "Doet niets liever dan {koken}.",
        "Heeft zonder diploma tien jaar {gelast}.",
        "Niet onervaren in {lassen}.",
        "Is nooit gestopt met {naaien}.",
        "Hij is niet van plan te stoppen met {koken}.",
        "Heeft geen moeite met {poetsen}.",
        "Niet minder dan tien jaar {gelast}.",
        "Heeft {gelast} in Syrië, nog niet in België.",
    ],
    "en": [
        "Not only {welded} but also {cooked}.",
        "No problem with {welding}.",
        "She is not afraid to {drive} a truck.",
        "He no longer works as a {welder}.",
        "Not without experience in {sewing}.",
        "I have never stopped {cooking}.",
        "No stranger to {carpentry}.",
        "I don't mind {cleaning}.",
        "Has done nothing but {baking}.",
        "Without a diploma he {welded} for ten years.",
    ],
    "fr": [
        "Il a non seulement {soudé} mais aussi {peint}.",
        "Ne sait pas seulement {souder} mais aussi {peindre}.",
        "Sans problème, elle {cuisine} pour cent personnes.",
        "Aucun problème avec la {soudure}.",
        "N'a pas peur de {conduire} un camion.",
        "Pas mal d'expérience en {cuisine}.",
        "N'a jamais arrêté de {coudre}.",
        "Sans diplôme, il a {soudé} pendant dix ans.",
        "N'est pas sans expérience en {maçonnerie}.",
        "Il ne travaille plus comme {soudeur}.",
    ],
    "ar": [
        "لا أعرف {اللحام} فقط بل {النجارة} أيضاً.",
        "ليس فقط {لحاماً} بل {نجاراً} أيضاً.",
        "ليس لدي مشكلة في {التنظيف}.",
        "لا أخاف من {قيادة} الشاحنات.",
        "ما زلت أعمل {خياطاً}.",
        "لا يزال يعمل {طباخاً}.",
        "بدون شهادة عمل {لحاماً} عشر سنوات.",
        "لم أعد أعمل {لحاماً}.",
        "لا مانع لدي من {التنظيف}.",
        "لم أتوقف عن {الخياطة}.",
        "لم أكتف بـ{الطبخ} بل عملت في {التقديم}.",
    ],
    "uk": [
        "Не тільки {варив} метал, а й {фарбував}.",
        "Без проблем {готую} на сто людей.",
        "Не боюся {керувати} вантажівкою.",
        "Більше не працюю {зварювальником}.",
        "Не раз {ремонтував} двигуни.",
        "Не без досвіду у {шитті}.",
        "Немає проблем із {прибиранням}.",
        "Не менше десяти років {готувала}.",
    ],
    "tr": [
        "Sadece {kaynak} değil, {boya} da yaptım.",
        "{Temizlik} sorun değil.",
        "{Araba} kullanmaktan korkmuyorum.",
        "Artık {kaynakçı} olarak çalışmıyorum.",
        "{Dikiş} dikmeyi hiç bırakmadım.",
        "{Temizlik} yapmakta sorun yok.",
        "{Dikiş} dikmeyi unutmadım.",
        "{Marangozluk} bana yabancı değil.",
    ],
    "fa": [
        "نه تنها {جوشکاری} بلکه {نجاری} هم بلدم.",
        "با {نظافت} مشکلی ندارم.",
        "از {رانندگی} نمی‌ترسم.",
        "دیگر {جوشکاری} نمی‌کنم.",
        "{خیاطی} را فراموش نکرده‌ام.",
        "بدون مدرک ده سال {جوشکاری} کرده است.",
        "بدون مشکل {آشپزی} می‌کند.",
        "{آشپزی} را ترک نکردم.",
    ],
}

WISHED = {
    "nl": [
        "Wil leren [lassen].",
        "Zij zou graag als [verpleegkundige] werken.",
        "[Lassen] zou ze graag leren.",
        "Heeft {gekookt} en wil [metselaar] worden.",
        "Droomt ervan [kapper] te worden.",
        "Is geïnteresseerd in [boekhouding].",
        "Op zoek naar werk als [poetsvrouw].",
    ],
    "en": [
        "Would like to learn [welding].",
        "I'd like to become a [nurse].",
        "He wants to work as a [baker].",
        "{Cooked} for years and hopes to learn [plumbing].",
        "Interested in [accounting].",
    ],
    "fr": [
        "Voudrait apprendre à [souder].",
        "Il aimerait devenir [infirmier].",
        "Elle souhaite travailler comme [coiffeuse].",
        "A {cuisiné} dix ans et veut apprendre la [menuiserie].",
        "Cherche un emploi de [plombier].",
    ],
    "ar": [
        "أريد أن أتعلم [اللحام].",
        "أرغب في العمل [ممرضة].",
        "عملت {طباخاً} وأريد أن أتعلم [النجارة].",
        "يحلم بأن يصبح [طياراً].",
        "أتمنى أن أعمل [مهندساً].",
    ],
    "uk": [
        "Хочу навчитися [зварювати].",
        "Працювала {кухарем} і мріє стати [медсестрою].",
        "Хотів би працювати [водієм].",
    ],
    "tr": [
        "[Kaynak] yapmayı öğrenmek istiyorum.",
        "{Aşçılık} yaptım ve [berber] olmak istiyorum.",
        "[Hemşire] olmak isterim.",
    ],
    "fa": ["می‌خواهم [جوشکاری] یاد بگیرم.", "{آشپز} بودم و می خواهم [راننده] شوم.", "دوست دارم [آرایشگری] یاد بگیرم."],
}

STILL_CLAIMED = {
    "nl": [
        "Wil blijven {lassen}.",
        "Wil opnieuw als {lasser} werken.",
        "Wil zijn ervaring als {lasser} gebruiken.",
        "Kan goed {koken}, dat wil zeggen {bakken} en {braden}.",
    ],
    "en": ["Wants to keep {welding}.", "Would like to use her experience as a {cook}."],
    "fr": ["Veut continuer à {souder}.", "Souhaite reprendre la {couture}."],
    "ar": ["أريد أن أستمر في {الخياطة}.", "أود العودة إلى {النجارة}."],
    "uk": ["Хоче продовжувати {зварювати}."],
    "tr": ["{Kaynak} yapmaya devam etmek istiyorum."],
    "fa": ["می‌خواهم ادامه دهم {جوشکاری} را."],
}

OTHERS = {
    "nl": [
        "Mijn broer is [elektricien].",
        "Haar man werkt als [lasser] en [rijdt met een vrachtwagen].",
        "Mijn oudste zus was [verpleegster], maar ik {kook}.",
        "Zijn vader had een [bakkerij]; {metselt} zelf.",
        "Ik ben {kok} en mijn vrouw is [kapster].",
        "Vader was [timmerman].",
    ],
    "en": [
        "My brother is an [electrician].",
        "Her husband works as a [welder].",
        "My older sister was a [nurse] but I {cook}.",
        "I {cook} and my wife is a [hairdresser].",
        "His father had a [bakery].",
    ],
    "fr": [
        "Mon frère est [électricien].",
        "Son mari travaille comme [soudeur].",
        "Ma sœur aînée était [infirmière], mais je {cuisine}.",
        "Mon père avait une [boulangerie].",
        "Je {couds} et mon mari est [coiffeur].",
    ],
    "ar": [
        "أخي يعمل [كهربائياً].",
        "يعمل أخي [كهربائياً].",
        "زوجي [لحام].",
        "كان والدي يعمل [نجاراً].",
        "زوجتي [ممرضة] وأنا {طباخ}.",
    ],
    "uk": ["Мій брат працює [електриком].", "Її чоловік [зварювальник], а вона {шиє}.", "Батько був [теслею]."],
    "tr": ["Kardeşim [elektrikçi].", "Eşim [kaynakçı] olarak çalışıyor.", "Babam [marangozdu] ama ben {aşçıyım}."],
    "fa": ["برادرم [برقکار] است.", "شوهرش [جوشکار] است.", "پدرم [نجار] بود ولی من {آشپزم}."],
}

OWN_AFTER_ALL = {
    "nl": [
        "Mijn broer en ik {herstelden} auto's.",
        "Mijn vader leerde mij {lassen}.",
        "Ik werkte met mijn broer als {elektricien}.",
        "Heeft in de {bakkerij} van haar vader gewerkt.",
    ],
    "en": [
        "My brother and I {repaired} cars.",
        "My father taught me {welding}.",
        "I {welded} with my brother.",
        "Worked in the {bakery} of his uncle.",
    ],
    "fr": [
        "Mon frère et moi {réparions} des voitures.",
        "Mon père m'a appris à {souder}.",
        "J'aidais mon père à {réparer} des moteurs.",
    ],
    "ar": ["أخي وأنا كنا {نصلح} السيارات.", "علمني والدي {اللحام}.", "عملت مع أخي في {النجارة}."],
    "uk": ["Мій батько навчив мене {зварювати}.", "Працював із братом {електриком}."],
    "tr": ["Babam bana {kaynak} yapmayı öğretti.", "Babamla {marangozluk} yaptım."],
    "fa": ["پدرم به من {جوشکاری} یاد داد.", "با برادرم {نجاری} کردم."],
}

NOTES = Path(__file__).resolve().parents[2] / "data" / "eval" / "notes"

MARK = re.compile(r"[\[\]{}]")


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, case) for language, listed in table.items() for case in listed]


def read(case: str) -> tuple[str, set[int], set[int]]:
    """The plain text, and the offsets in it of the words in [...] and in {...}."""
    plain, inside, offsets = "", "", {"[": set[int](), "{": set[int]()}
    for character in case:
        if MARK.match(character):
            inside = character if character in "[{" else ""
            continue
        if inside and character.isalnum():
            offsets[inside].add(len(plain))
        plain += character
    return plain, offsets["["], offsets["{"]


def excluded(text: str, language: str, *because: Because) -> set[int]:
    found = exclusions(text, sentences(text), Language(language))
    return {offset for each in found if each.because in (because or tuple(Because)) for offset in range(*each.span)}


@pytest.mark.parametrize(("language", "case"), cases(DENIED))
def test_what_is_denied_is_excluded_and_what_is_told_beside_it_stays(language: str, case: str) -> None:
    text, out, kept = read(case)
    assert out <= excluded(text, language, Because.DENIED)
    assert not kept & excluded(text, language)


@pytest.mark.parametrize(("language", "case"), cases(HARMLESS))
def test_words_that_only_look_like_a_denial_exclude_nothing(language: str, case: str) -> None:
    text, _, kept = read(case)
    assert kept
    assert not kept & excluded(text, language)


@pytest.mark.parametrize(("language", "case"), cases(WISHED))
def test_what_is_only_wished_for_is_excluded(language: str, case: str) -> None:
    text, out, kept = read(case)
    assert out <= excluded(text, language, Because.WISHED)
    assert not kept & excluded(text, language)


@pytest.mark.parametrize(("language", "case"), cases(STILL_CLAIMED))
def test_a_wish_to_go_on_with_a_skill_is_evidence_for_it(language: str, case: str) -> None:
    text, _, kept = read(case)
    assert not kept & excluded(text, language)


@pytest.mark.parametrize(("language", "case"), cases(OTHERS))
def test_what_somebody_else_does_is_excluded(language: str, case: str) -> None:
    text, out, kept = read(case)
    assert out <= excluded(text, language, Because.SOMEONE_ELSE)
    assert not kept & excluded(text, language)


@pytest.mark.parametrize(("language", "case"), cases(OWN_AFTER_ALL))
def test_what_was_done_or_learnt_with_somebody_else_stays(language: str, case: str) -> None:
    text, _, kept = read(case)
    assert not kept & excluded(text, language)


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_the_languages_of_the_brief_have_twelve_denials_and_eight_traps(language: str) -> None:
    assert len(DENIED[language]) >= 12
    assert len(HARMLESS[language]) >= 8


def test_a_language_without_a_table_excludes_nothing() -> None:
    assert "ti" not in TABLES
    assert exclusions("Kan niet lassen.", [(0, 16)], Language("ti")) == ()
    assert exclusions("Kan niet lassen.", [(0, 16)], None) == ()


def test_every_exclusion_lies_within_the_text_and_is_not_empty() -> None:
    for language, case in cases(DENIED) + cases(WISHED) + cases(OTHERS):
        text = read(case)[0]
        for each in exclusions(text, sentences(text), Language(language)):
            assert 0 <= each.span.start < each.span.end <= len(text)


@pytest.mark.parametrize("language", sorted(TABLES))
def test_interview_notes_keep_what_the_person_does_and_lose_nearly_all_else(language: str) -> None:
    """On the development notes; what the first tables missed there (a fifth) was looked at and mended."""
    reached, of_others, lost, told = 0, 0, 0, 0
    for line in (NOTES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        note = json.loads(line)
        out = excluded(note["text"], language)
        within = {
            key: [
                2 * len(out & set(range(span["start"], span["end"]))) >= span["end"] - span["start"]
                for span in note[key]
            ]
            for key in ("skills", "occupations", "negated", "not_theirs")
        }
        reached += sum(within["negated"]) + sum(within["not_theirs"])
        of_others += len(within["negated"]) + len(within["not_theirs"])
        lost += sum(within["skills"]) + sum(within["occupations"])
        told += len(within["skills"]) + len(within["occupations"])
    assert reached >= 0.95 * of_others
    assert lost <= 0.02 * told
