"""Which stretches of a note do not speak of what the person can do: denied, only wished for, or somebody else's.

In the manner of NegEx and ConText: cues with a scope that ends with the clause. A cue is written as people write it
and compared in folded form (:func:`skillmatch.text.normalise`). In a cue ``a|b`` is either word (``a-b`` two words as
one alternative), ``word*`` and ``*word`` any ending or beginning, ``_`` at most one word more and ``…`` at most five.
Clauses matter most: "kan koken maar niet lassen".
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from skillmatch.text import Language, Span, fold, normalise


class Because(StrEnum):
    """Why a stretch of text is no evidence for the person."""

    DENIED = "denied"
    WISHED = "wished"
    SOMEONE_ELSE = "someone-else"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A stretch of the text that speaks of no skill of the person's, and why."""

    span: Span
    because: Because


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of one language that decide. Each field is a text with one cue between commas.

    ``harmless`` look like cues and are none: they are taken out first. ``clause`` deny the whole clause, ``forward``
    what follows in it. ``others`` count at the start of a clause only. ``breaks`` begin a clause anywhere; ``subjects``
    and ``verbs`` do after a comma or one of ``joins``. ``relatives`` begin one that ends with the next comma and denies
    nothing of the person: "clients who have not paid". ``first`` are the subjects that mean the teller: in a note that
    has one, only these end what is said of somebody else. ``proclitics`` are written onto the next word, the first of
    them means "and". After one of ``ends``, finite verbs of languages that put them last, a comma or a join ends the
    clause. ``resumes`` take up a topic that stands before a comma: "la soudure, il n'y a jamais touché".
    """

    harmless: str
    clause: str
    forward: str
    wishes: str
    others: str
    breaks: str
    joins: str
    subjects: str
    verbs: str
    relatives: str
    first: str
    proclitics: str = ""
    ends: str = ""
    resumes: str = ""


_NL_POSSESSIVE = "mijn|m'n|zijn|z'n|haar|hun|onze|ons"
_NL_KIN = (
    "broer|broers|broertje|zus|zussen|zuster|vader|moeder|papa|mama|ouders|man|vrouw|partner|echtgenoot|"
    "echtgenote|zoon|dochter|neef|nicht|oom|nonkel|tante|opa|oma|grootvader|grootmoeder|schoonvader|schoonmoeder|"
    "schoonbroer|schoonzus|vriend|vriendin|vrienden|buurman|buurvrouw|baas|collega|familie"
)
_NL_KIN_BARE = _NL_KIN.replace("|man|vrouw", "").replace("|baas|collega|familie", "")

_NL = Cues(
    harmless=f"""
        niet|nooit alleen, niet enkel, niet slechts, niet bang|vies|verlegen|onervaren|ongewoon|onbekend, niet zonder,
        niet schuw, schrik* er niet voor terug, deinst er niet voor terug, niet afgeschrikt, niet slecht,
        niet minder dan, niet ver, niet meer dan, niet meer, niet langer, niet gestopt, niet vergeten, niet verleerd,
        niet te stoppen, niet in belgië, niet hier, nooit gestopt, nooit vergeten, nooit iets anders … dan,
        nooit te laat, nooit ziek, nooit bang, nooit stil, nooit klachten|problemen, nooit een probleem, waarom niet,
        niets liever … dan, niks liever … dan, niets anders dan, geen enkel probleem, geen probleem|problemen,
        geen moeite, geen schrik|angst, geen geheimen, geen onbekende, geen nieuwkomer, geen beginner, geen twijfel,
        geen bezwaar, geen hekel, geen werk te veel, geen dag zonder, geen dag gemist, geen minuut,
        zonder diploma|papieren|contract, wil zeggen, wil|willen|zou … blijven,
        wil|willen|zou _ verder|terug|opnieuw|weer, wil|willen|zou _ graag verder|terug| opnieuw|weer,
        wil|wou|zou … mijn|zijn|haar ervaring|kennis, niet alleen maar, {_NL_POSSESSIVE} _ {_NL_KIN} en ik,
        {_NL_POSSESSIVE} _ {_NL_KIN} leerde|leerden mij|me|hem|haar,
        {_NL_POSSESSIVE} _ {_NL_KIN} heeft|hebben mij|me|hem|haar … geleerd|leren,
        {_NL_POSSESSIVE} _ {_NL_KIN} verzorgd|geholpen|bijgestaan|begeleid|opgevoed|ondersteund, hoe … niet,
        leert … aan|kennen, niet … stoppen
    """,
    clause="""
        niet, nooit, nog nooit, nog niet, kan|kon|kunnen … niet meer, geen … mee, geen ervaring, geen kennis,
        geen kaas gegeten, weet niets|niks van, kent niets|niks van, onbekend met, niets|niks van, nul ervaring,
        onder a1
    """,
    forward="""
        geen, zonder ervaring, zonder kennis, zonder opleiding, mist ervaring|kennis, mis ervaring|kennis, gebrek aan,
        ontbreekt het aan, ontbreekt ervaring|kennis, noch, behalve, uitgezonderd
    """,
    wishes="""
        wil, wilt, willen, wilde, wilden, wou, zou … willen, zou … graag, zou … leren, zou … graag leren|worden,
        zouden … graag, hoopt, hoop, droomt, droom, droomt ervan, is van plan, ben van plan, zoekt werk|job|baan,
        zoekt een job|baan, op zoek naar, interesse in|voor|om, geïnteresseerd in|om, graag … leren, graag … worden,
        ambitie, wenst, wens, zou … graag _ leren|worden, denkt eraan|erover, ingeschreven voor|bij, leert, ik leer,
        leer ik, volgt|volg _ cursus|opleiding|lessen|les, volgt|volg een|de cursus|opleiding, zou|zouden liever
    """,
    others=f"""
        {_NL_POSSESSIVE} _ {_NL_KIN}, een _ vriend|vriendin|buurman|buurvrouw|collega,
        {_NL_KIN_BARE} is|was|werkt|werkte|heeft|had|kan|kon|doet|deed, gesprek, interview, intake, intakegesprek,
        verslag, met tolk, met een tolk
    """,
    breaks="""
        maar, echter, want, omdat, doordat, aangezien, terwijl, hoewel, ofschoon, zodat, toen, wanneer, nadat,
        voordat, sinds, dat, waar, waarbij, waarmee, daarentegen, alhoewel, doch, behalve, uitgezonderd
    """,
    joins="en, of, maar, ook, en ook, dus",
    subjects="""
        ik, hij, zij, ze, we, wij, je, jij, u, er, dit, ikzelf, hijzelf, zijzelf, zelf, mijnheer, mevrouw, betrokkene,
        kandidaat, cliënt
    """,
    verbs="""
        kan, kon, kunnen, heb, heeft, had, hebben, is, was, ben, werkt, werkte, werkten, werk, weet, kent, ken, deed,
        doet, doe, deden, maakt, maakte, volgde, volgt, leerde, leert, spreekt, spreek, gaf, geeft, hielp, helpt,
        zorgde, zorgt, kookt, kookte, reed, rijdt, gebruikt, gebruikte, ervaring, veel, goede, ruime, sterk, goed,
        daarna, daarvoor, vroeger, nu, sindsdien, wel
    """,
    relatives="die, wat, wie, welk, welke, indien",
    first="ik, ikzelf, wij, we",
)

_EN_POSSESSIVE = "my|his|her|their|our"
_EN_KIN = (
    "brother|brothers|sister|sisters|father|mother|dad|mum|mom|parents|husband|wife|spouse|partner|son|daughter|"
    "cousin|uncle|aunt|grandfather|grandmother|friend|friends|neighbour|neighbor|boss|colleague|family"
)
_EN = Cues(
    harmless=f"""
        not only, not just, not merely, not simply, not afraid|scared|shy, not a problem, not without, not unfamiliar,
        not inexperienced, not unusual, not new to, not bad at, not less than, not forgotten, *n't forgotten,
        not stopped, not far, not to mention, not in belgium, not yet in belgium, *n't mind, not mind,
        *n't only|just|afraid|scared, no problem, no problems, no longer, no doubt, no fear, no trouble,
        no difficulty, no difficulties, no stranger, no less than, no novice, no beginner, no objection, no issue,
        no issues, no matter, never afraid, never stopped, never forgot*, never late, never had any problem*,
        never had a problem*, never a problem, never missed, why not, nothing but, never did anything but,
        never done anything but, without a degree|diploma|problem|contract|help, without problems, not any more,
        not anymore, *n't … anymore,
        wants|want|wanted|hopes|hope|would-like|d-like|would-love to continue|keep|return|resume|use|go-back|work-again,
        {_EN_POSSESSIVE} _ {_EN_KIN} and i, {_EN_POSSESSIVE} _ {_EN_KIN} … taught|showed|trained me|him|her,
        how|what|when not to, *n't|not frighten*|scare*|bother*, not … stop*
    """,
    clause="""
        never, never ever, zero experience, is|was|are|were not, isn't|wasn't|aren't|weren't, is|was|are for others,
        below a1
    """,
    forward="""
        not, *n't, no, cannot, cant, dont, doesnt, didnt, unable to, without experience|knowledge|training|any, lacks,
        lack, lacking, lack of, neither, nor, knows nothing, know nothing, nothing about, unfamiliar with, except,
        except for, apart from, yet to
    """,
    wishes="""
        would like, 'd like, would love, 'd love, wants to, want to, wanted to, wishes to, wish to, hopes to, hope to,
        hoping to, dreams of, dream of, dreams to, plans to, plan to, planning to, intends to, intend to,
        interested in, interest in, looking for, looks for, seeks, seeking, willing to learn, eager to learn,
        keen to learn, ready to learn, aims to, aim to, ambition, enrolled in|for, signed up for, registered for,
        will become, on my|his|her list, is|am learning, is|am taking, is|am following, currently learning,
        started learning, course starts
    """,
    others=f"""
        {_EN_POSSESSIVE} _ {_EN_KIN}, a _ friend|neighbour|neighbor|colleague,
        {_EN_KIN} is|was|works|worked|has|had|can|could|does|did, interview, conversation, intake,
        with an interpreter
    """,
    breaks="""
        but, however, because, although, though, while, whereas, since, so, when, that, where, yet, except,
        apart from, instead
    """,
    joins="and, or, but, also, and also, then",
    subjects="i, he, she, we, they, you, it, there, myself, himself, herself, this, client, candidate",
    verbs="""
        can, could, has, have, had, is, was, am, are, were, works, worked, knows, know, did, does, do, made, makes,
        learned, learnt, learns, speaks, speak, helped, helps, cooks, cooked, drove, drives, uses, used, ran, runs,
        experience, experienced, good, strong, extensive, some, plenty, lots, later, then, now, before, after,
        afterwards
    """,
    relatives="who, whose, which, what, whether, if, unless",
    first="i, we, myself",
)

_FR_POSSESSIVE = "mon|ma|mes|son|sa|ses|leur|leurs|notre"
_FR_KIN = (
    "frère|frères|sœur|sœurs|père|mère|papa|maman|parents|mari|femme|époux|épouse|conjoint|conjointe|compagnon|"
    "compagne|fils|fille|cousin|cousine|oncle|tante|grand-père|grand-mère|beau-père|belle-mère|beau-frère|"
    "belle-sœur|ami|amie|amis|voisin|voisine|patron|collègue|famille"
)
_FR = Cues(
    harmless=f"""
        pas seulement, pas que, non seulement, pas uniquement, pas peur, pas mal, pas mauvais*, pas un problème,
        pas de problème*, pas de difficulté*, pas de souci*, pas sans, pas inconnu*, pas inexpérimenté*, pas étrang*,
        pas moins de, pas oublié*, pas arrêté*, pas loin, pas en belgique, pas encore en belgique, pas ici,
        aucun problème, aucune difficulté, aucun souci, aucune crainte, aucune hésitation, aucun doute, aucun secret,
        sans problème*, sans difficulté*, sans souci*, sans aucun problème, sans aucune difficulté, sans doute,
        sans diplôme*, sans contrat, sans papiers, jamais arrêté*, jamais oublié*, jamais cessé, jamais peur,
        jamais en retard, jamais malade, jamais eu de problème*, jamais eu peur, jamais rien fait d'autre que,
        pas hésit*, n'hésite pas, pourquoi pas, pas à pas, rien d'autre que,
        veut|veux|souhaite|aimerait|voudrait|voudrais|aimerais _ continuer|reprendre|retourner|retravailler,
        veut|veux|souhaite|aimerait|voudrait|voudrais|aimerais _ utiliser|valoriser, veut dire,
        {_FR_POSSESSIVE} _ {_FR_KIN} et moi,
        {_FR_POSSESSIVE} _ {_FR_KIN} m'a|l'a|m'ont|lui _ appris|montré|enseigné|formé*
    """,
    clause="""
        pas, jamais, aucune expérience, aucune connaissance, rien, nullement, ne sait|sais|peut|peux plus, pas encore,
        sous a1, inférieur|inférieure à|au a1|niveau
    """,
    forward="""
        aucun, aucune, pas comme, pas de, pas d', pas en, sans expérience, sans connaissance*, sans formation,
        sans aucune _ expérience|formation|connaissance, sans savoir, sans avoir, manque d'expérience,
        manque de connaissances, incapable de|d', ignore tout, ni, sauf, hormis, excepté
    """,
    wishes="""
        veut, veux, veulent, voulait, voulais, voudrait, voudrais, voudraient, souhaite, souhaitent, souhaiterait,
        souhaiterais, souhait, aimerait, aimerais, aimeraient, espère, rêve, rêvait, envisage, désire, désirerait,
        a envie, ai envie, compte apprendre, intéressé|intéressée par|à, s'intéresse à|au|aux, m'intéresse à|au|aux,
        a pour projet, projette, cherche un emploi|travail|poste, cherche du travail, cherche un stage,
        à la recherche, ambition, prêt|prête à apprendre, motivé|motivée pour, inscrit|inscrite à|au|aux|en,
        prépare une|un formation|diplôme, apprend, apprends, suit|suis un|une|des cours|formation|stage
    """,
    others=f"""
        {_FR_POSSESSIVE} _ {_FR_KIN}, un|une _ ami|amie|voisin|voisine|collègue,
        {_FR_KIN} est|était|travaille|travaillait|a|avait, entretien, interview, conversation, avec un|une interprète
    """,
    breaks="""
        mais, cependant, toutefois, pourtant, car, parce que, parce qu', puisque, puisqu', alors que, alors qu',
        bien que, bien qu', tandis que, quand, lorsque, lorsqu', depuis, où, sauf, hormis, excepté, par contre,
        en revanche, donc
    """,
    joins="et, ou, mais, aussi, et aussi, puis, ensuite",
    subjects="je, j', il, elle, on, nous, ils, elles, vous, tu, moi, lui, monsieur, madame, candidat, candidate",
    verbs="""
        ne, n', a, ai, avait, avais, est, était, étais, suis, sait, sais, peut, peux, travaille, travaillait,
        travaillais, travaillé, connaît, connais, maîtrise, parle, fait, faisait, faisais, utilise, conduit, cuisine,
        aide, aidait, expérience, bonne, bonnes, bon, forte, beaucoup, longue, surtout, après, avant
    """,
    relatives="qui, dont, si, s'il, s'ils, quel, quelle, quels, quelles, ce que, ce qu'",
    first="je, j', moi, nous",
    resumes="n'y, n'en, ne le|la|les|l'|lui|leur",
)

_AR_KIN = (
    "أخي|اخوي|شقيقي|أختي|شقيقتي|والدي|أبي|بابا|والدتي|ماما|زوجي|زوجتي|ابني|ابنتي|بنتي|عمي|عمتي|خالتي|صديقي|"
    "صديقتي|زميلي|زميلتي|جاري|إخوتي|أهلي|أخوه|أخوها|أخاه|شقيقه|شقيقها|أخته|أختها|والده|والدها|أبوه|أبوها|والدته|"
    "والدتها|أمه|أمها|زوجها|زوجته|ابنه|ابنها|صديقه|صديقها|عمه|عمها|عائلتي|عائلته|صهره|صهرها|صهري|خاله|خالها|حماي|"
    "حماتي|خطيبي|خطيبتي|ابن-عمي|ابن-عمه|ابن-عمها|ابن-خالي|ابن-خاله|ابن-أخي|ابن-أختي|ابن-خالته"
)
_AR_WORKS = "يعمل|تعمل|يشتغل|تشتغل|كان|كانت|عمل|عملت|يعملون"
_AR = Cues(
    harmless=f"""
        ليس فقط, ليست فقط, ليس فحسب, لا … فقط, لا … فحسب, لم … فقط, لم … فحسب, ليس مجرد, لا مشكلة, لا مشاكل,
        ليس لدي مشكل*, ليس لدي أي مشكل*, ليس عندي مشكل*, ما عندي مشكل*, لا يوجد مشكل*, لا توجد مشكل*,
        بدون مشاكل|مشكلة|صعوبة|شهادة|عقد, بلا مشاكل|مشكلة|صعوبة, دون مشاكل|مشكلة|صعوبة|شهادة, لا أخاف, لا يخاف,
        لا تخاف, لا أخشى, لا مانع, ليس لدي مانع, لا بأس, لا يزال, لا تزال, لا أزال, لا زلت, لا زال, ما زلت, ما زال,
        ما زالت, لم أزل, لا بد, لا سيما, لا شك, لا غنى, لم أعد, لم يعد, لم تعد, لم أنس, لم ينس, لم تنس, لم أتوقف,
        لم يتوقف, لم تتوقف, ليس غريبا, ليس جديدا, ليس بدون, ليس بلا, ليس من دون, لا أتردد, لا يتردد, لا تتردد, لا يقل,
        لا تقل, لا أقل, لا يقتصر, لا تقتصر, ليس في بلجيكا, لم أواجه, لا أجد صعوبة, لا يجد صعوبة, لا تجد صعوبة,
        ليس صعبا, أريد|يريد|تريد|أود أن أستمر|أواصل|أعود|يستمر|يواصل|يعود|تستمر|تواصل|تعود,
        أريد|أود|يريد الاستمرار|العودة|مواصلة, {_AR_KIN} وأنا, {_AR_KIN} علمني|علمتني|علمه|علمها|دربني,
        علمني|علمتني|دربني {_AR_KIN}, استطعت|تمكنت _ أن أتعلم, ما بين|بعد|يلزم|يحتاج, لم أكتف|يكتف|تكتف
    """,
    clause="ليس, ليست, عمري ما, بحياتي ما, ولا مرة, ليسوا",
    forward="""
        لم, لن, لا, لست, ليس لدي, ليس لديه, ليس لديها, ليس عندي, ليس عنده, ليس عندها, ليست لدي, ليست عندي, ليست لديه,
        ليست لديها, ما عندي, ما عنده, ما عندها, ماعندي, ما لدي, ما اشتغل, ما أعرف, ما يعرف, ما تعرف, ما فيني, ما قدرت,
        ما كنت, مش, مو, بدون خبرة|معرفة, بلا خبرة|معرفة, دون خبرة|معرفة, من دون خبرة|معرفة, غير قادر*, غير ملم*,
        غير متمكن*, غير معتاد*, عديم الخبرة, تنقصني, ينقصني, تنقصه, ينقصه, تنقصها, أفتقر, يفتقر, تفتقر, أجهل, يجهل,
        تجهل, باستثناء, ما عدا, ما ب*, ما اشتغلت*|عملت*|جربت*|تعلمت*
    """,
    wishes="""
        أريد, يريد, تريد, أرغب, يرغب, ترغب, رغبة, رغبتي, أود, يود, تود, أتمنى, يتمنى, تتمنى, أحلم, يحلم, تحلم, حلمي,
        أطمح, يطمح, تطمح, طموحي, أنوي, ينوي, تنوي, أخطط, يخطط, تخطط, آمل, يأمل, تأمل, بدي, بده, بدو, بدها, بدنا, أبغى,
        عاوز, عايز, عايزة, حابب, حابة, مهتم, مهتمة, أبحث عن, يبحث عن, تبحث عن, مستعد للتعلم, مستعدة للتعلم,
        أن أتعلم|يتعلم|تتعلم, لأتعلم|ليتعلم|لتتعلم, أفكر|يفكر|تفكر أن|في|ب*, مسجل|مسجلة في, أحب أن, يتعلم, تتعلم,
        أتعلم, أدرس حاليا, يدرس حاليا
    """,
    others=f"""
        {_AR_KIN}, {_AR_WORKS} {_AR_KIN}, {_AR_WORKS} {_AR_WORKS} {_AR_KIN}, أمي|جدي|خالي {_AR_WORKS},
        {_AR_WORKS} أمي|جدي|خالي, أخي|أختي|ابني|ابنتي|عمي الكبير|الأكبر|الصغير|الأصغر|الكبيرة|الصغيرة, خالي هو,
        مقابلة, محادثة, شغل|عمل|مهنة|وظيفة {_AR_KIN}, هذا|فهذا|وهذا شغل|عمل|مهنة|وظيفة {_AR_KIN}
    """,
    breaks="""
        لكن, لكنني, لكني, لكنه, لكنها, غير أن, إنما, بل, إلا, بينما, لأن, لأنه, لأنها, لأنني, لأني, رغم, حيث, عندما,
        بعد أن, قبل أن, منذ, باستثناء, ما عدا, مع أن, وهو, وهي, بس
    """,
    joins="و, أو, ثم, كما, أيضا, أما",
    subjects="أنا, هو, هي, نحن, هم, إنني, إني, أما أنا, السيد, السيدة",
    verbs="""
        كنت, كان, كانت, عملت, عمل, أعمل, يعمل, تعمل, اشتغلت, اشتغل, أعرف, يعرف, تعرف, أجيد, يجيد, تجيد, أستطيع,
        يستطيع, تستطيع, أتقن, يتقن, تتقن, لدي, لديه, لديها, عندي, عنده, عندها, درست, درس, تعلمت, تعلم, قمت, أقوم,
        يقوم, تقوم, أملك, يملك, تملك, أمتلك, يمتلك, تمتلك, مارست, خبرة, خبرتي, بعرف, أقدر, ساعدت, أتحدث, يتحدث, تتحدث,
        أتكلم
    """,
    proclitics="وف",
    relatives="الذي, التي, الذين, إذا, لو",
    first="أنا, إنني, إني, كنت, أعمل, أعرف, عندي, لدي, أريد, اشتغلت, أستطيع",
)

_UK_POSSESSIVE = "мій|моя|мої|його|її|їхній|їхня|наш|наша|один|одна"
_UK_KIN = (
    "брат|брати|сестра|сестри|батько|тато|мати|мама|батьки|чоловік|дружина|жінка|син|дочка|донька|дядько|тітка|"
    "дід|дідусь|бабуся|друг|подруга|друзі|сусід|сусідка|колега|начальник|свекор|свекруха|тесть|теща|племінник|"
    "родичі|сім'я|родина"
)
_UK = Cues(
    harmless=f"""
        не тільки, не лише, не просто, не боюся, не боюсь, не боїться, не лякає, не проблема, не складно, не без,
        не менше, не менш, не раз, не забув, не забула, не забуває, не кинув, не кидав, не кидала, не припиняв,
        не припиняла, не погано, не новачок, не проти, не в бельгії, немає проблем, нема проблем, нема жодних проблем,
        немає жодних проблем, без проблем, без диплома|диплому, без труднощів, вже|уже|більше не працю*,
        не працю* вже|більше, ніколи не відмовля*, ніколи не запізню*, ніколи не боя*, ніколи не припиня*,
        ніколи не кида*, нічого крім, хочу|хоче|хотів|хотіла _ продовж*|знову|далі|повернутися,
        {_UK_POSSESSIVE} _ {_UK_KIN} і|та я, {_UK_POSSESSIVE} _ {_UK_KIN} навчив|навчила|навчили мене|його|її,
        поки що, {_UK_KIN} навчив|навчила|навчили мене|його|її, {_UK_KIN} і|та я
    """,
    clause="""
        не, ніколи, ніколи не, жодного разу, зовсім не, ще не, немає досвіду, нема досвіду, не маю досвіду,
        не має досвіду
    """,
    forward="""
        немає, нема, жодного, жодної, без досвіду|знань|навичок, відсутній досвід, бракує досвіду|знань, ні, ані,
        крім, окрім
    """,
    wishes="""
        хочу, хоче, хотів би, хотіла б, хотіла би, хотів, хотіла, хочемо, мрію, мріє, планую, планує, бажаю, бажає,
        бажання, сподіваюся, сподівається, маю намір, має намір, цікавлюся, цікавиться, зацікавлений, зацікавлена,
        шукаю роботу, шукає роботу, готовий|готова вчитися, цікавився, цікавилася, вчуся на, вчиться на,
        ходжу на курси, записався|записалася на, вчу, вчить, вивчаю, вивчає
    """,
    others=f"{_UK_POSSESSIVE} _ {_UK_KIN}, {_UK_KIN}, співбесіда, розмова, інтерв'ю",
    breaks="""
        але, проте, однак, а, зате, натомість, бо, тому що, оскільки, хоча, коли, поки, після, де, що, крім, окрім,
        тож
    """,
    joins="і, й, та, або, чи, також, а",
    subjects="я, він, вона, ми, вони, пан, пані, сам, сама",
    verbs="""
        вмію, вміє, умію, уміє, можу, може, знаю, знає, працюю, працює, працював, працювала, маю, має, мав, мала, був,
        була, є, навчився, навчилася, вивчав, вивчала, роблю, робить, робив, робила, готую, готує, володію, володіє,
        досвід, добре, великий, потім, зараз, раніше
    """,
    relatives="який, яка, яке, які, хто, якщо",
    first="я, ми",
)

_TR_KIN = (
    "kardeşim|abim|ağabeyim|ablam|babam|annem|eşim|kocam|karım|oğlum|kızım|amcam|dayım|teyzem|halam|yengem|"
    "eniştem|kuzenim|dedem|ninem|babaannem|anneannem|arkadaşım|komşum|patronum|kardeşi|abisi|ağabeyi|ablası|"
    "babası|annesi|eşi|kocası|karısı|oğlu|amcası|dayısı|arkadaşı|ailem|ailesi|gelini|gelinim|nişanlım|nişanlısı|"
    "kayınbiraderi|kayınbiraderim|kayınpederim|yeğenim|yeğeni|amcamın-oğlu|dayımın-oğlu|teyzemin-oğlu|"
    "halamın-oğlu"
)
_TR = Cues(
    harmless=f"""
        sadece … değil, yalnızca … değil, yalnız … değil, sırf … değil, sorun değil, problem değil, zor değil,
        yabancı değil*, acemi değil*, sorun yok, problem yok, sıkıntı yok, sorunum yok, sorunu yok, korkum yok,
        şüphe yok, korkmuyor*, korkmam, korkmaz, çekinmem, çekinmiyor*, çekinmez, unutmadım, unutmadı, unutmuyor*,
        bırakmadım, bırakmadı, durmadım, artık … *mıyor*|*miyor*|*muyor*|*müyor*,
        *dan|*den başka … *madım|*medim|*madı|*medi, az değil, kötü değil*, komedi, namaz,
        devam etmek istiyor*|ister*, tekrar … istiyor*|ister*, yeniden … istiyor*|ister*, {_TR_KIN} ve ben,
        {_TR_KIN} bana|ona … öğretti, yok ediyor*|etti*|eder*, farkında olmadığını
    """,
    clause="""
        değil, değilim, yok, yoktu, yoktur, *madım|*medim, *madı|*medi, *madık|*medik, *mamış*|*memiş*, *maz|*mez,
        *amam|*emem, bilmem, deneyimsiz*, tecrübesiz*, *mıyorum|*miyorum|*muyorum|*müyorum,
        *mıyor|*miyor|*muyor|*müyor, *mıyoruz|*miyoruz|*muyoruz|*müyoruz, *mıyorlar|*miyorlar, *madığını|*mediğini
    """,
    forward="hariç, dışında",
    wishes="""
        *mak|*mek istiyor*|istedim|istemiş*|isterim|ister|isterdim|isterdi|niyetinde*, olmak istiyor*|ister*, hayalim,
        hayali, hayal ediyor*, planlıyor*, umuyor*, ilgileniyor*, iş arıyor*,
        *mayı|*meyi düşünüyor*|planlıyor*|umuyor*, öğrenmeyi düşünüyor*, belki … öğrenirim, öğreniyor*
    """,
    others=f"{_TR_KIN}, benim _ {_TR_KIN}, görüşme, mülakat",
    breaks="ama, fakat, ancak, lakin, çünkü, oysa, halbuki, iken, sonra, hariç, dışında",
    joins="ve, veya, ya da, hem, ayrıca, ile",
    subjects="ben, o, biz, onlar, kendim, kendisi, bay, bayan",
    verbs="biliyor*, bilirim, bilir, çalıştım, çalıştı, yaptım, yaptı, var, deneyim*, tecrübe*, yapabil*, iyi",
    ends="""
        *dım|*dim|*dum|*düm|*tım|*tim|*tum|*tüm, *yorum|*yor, *dı|*di|*du|*dü|*tı|*ti|*tu|*tü, *rım|*rim|*rum|*rüm,
        var, yok
    """,
    relatives="eğer",
    first="ben, biz, kendim",
)

_FA_KIN = (
    "برادرم|خواهرم|پدرم|مادرم|بابام|مامانم|شوهرم|همسرم|زنم|خانمم|پسرم|دخترم|عمویم|عموم|دایی-ام|داییم|خاله-ام|"
    "خاله‌ام|عمه-ام|پسرعمویم|پدربزرگم|دوستم|دوستانم|همسایه-ام|همکارم|رئیسم|برادرش|خواهرش|پدرش|مادرش|شوهرش|همسرش|"
    "زنش|پسرش|دخترش|دوستش|خانواده-ام|خانواده‌ام|خانواده-اش"
)
_FA = Cues(
    harmless=f"""
        نه تنها, نه فقط, فقط … نیست, مشکلی ندارم, مشکلی ندارد, مشکلی نیست, مشکلی نداشتم, بدون مشکل, بدون هیچ مشکلی,
        بدون مدرک, نمی ترس*, نمیترس*, ترسی ندارم, ترسی ندارد, سخت نیست, بد نیست*, غریبه نیست*, تازه کار نیست*,
        شکی نیست, دیگر … نمی*, دیگر … نیست*, دیگه … نمی*, فراموش نکرده*, فراموش نکردم, ترک نکرده*, ترک نکردم,
        رها نکرده*, رها نکردم, جز … نکرده*, جز … نکردم, کم نیست, بی تجربه نیست*,
        می-خواهم|میخواهم|می-خواهد|میخواهد … ادامه|دوباره, {_FA_KIN} و من, {_FA_KIN} به من|او … یاد|آموخت
    """,
    clause="""
        نیستم, نیست, نیستند, ندارم, ندارد, نداره, نداشتم, نداشت, نداشته*, نکردم, نکرد, نکرده*, نبودم, نبود, نبوده*,
        نمی*, نتوانستم, نتوانست, نتوانسته*, ندانستم, نمیدان*, هرگز, هیچ وقت, هیچوقت, هیچگاه, بدون تجربه, بدون مهارت,
        بی تجربه, نرفته*, ندیده*, نگرفته*, نخوانده*
    """,
    forward="به جز, بجز, به غیر از, غیر از",
    wishes="""
        می خواهم, میخواهم, می خواهد, میخواهد, می خواست*, میخواست*, می خوام, میخوام, مایلم, مایل است, علاقه مند*,
        علاقمند*, علاقه دارم … یاد, دوست دارم … یاد, دوست دارد … یاد, دوست دارم … شوم, دوست دارم … بشم, آرزو دارم,
        آرزو دارد, آرزویم, قصد دارم, قصد دارد, امیدوارم, دنبال کار, به دنبال کار, می خواهیم,
        یاد می-گیرم|می-گیرد|میگیرم|میگیرد
    """,
    breaks="ولی, اما, لیکن, بلکه, چون, زیرا, چونکه, اگرچه, هرچند, وقتی, که, به جز, بجز, غیر از",
    joins="و, یا, همچنین",
    subjects="من, او, ما, آنها, خودم, خودش, ایشان, آقای, خانم",
    verbs="بلدم, بلد, می توانم, میتوانم, می تواند, میتواند, کار, تجربه, بودم, کردم, دارم, خوب, می دانم, میدانم",
    ends="""
        بلدم, بلد است, بودم, بود, کردم, کرد, کرده*, کرده ام, دارم, دارد, است, هستم, می کنم, میکنم, می کند, میکند,
        می دانم, میدانم, می*م|می*د|می*ند|می*یم
    """,
    relatives="اگر, کسی که",
    first="من, خودم, ما",
    others=f"{_FA_KIN}, برادر|خواهر|پسر|دختر کوچکم|بزرگم|ام, مصاحبه, گفتگو",
)

TABLES: dict[str, Cues] = {"nl": _NL, "en": _EN, "fr": _FR, "ar": _AR, "uk": _UK, "tr": _TR, "fa": _FA}
"""Languages whose notes are read for denials; in others nothing is excluded and a person has to see to it."""


_WORD = r"[^\s,;]+"
_GAP_ENDS_CLAUSE = re.compile(r"[;؛()\[\]|]")
_GAP_MAY_END_CLAUSE = re.compile(r"[,،、፣–—]|\s-\s")


def _word_pattern(word: str) -> str:
    """The regular expression of one word of a cue, over folded text, with the space before it."""
    if word == "_":
        return rf"(?: {_WORD})?"
    if word == "…":
        return rf"(?: {_WORD}){{0,5}}"
    forms = []
    for form in word.split("|"):
        forms.append(r"\S*".join(map(normalise, form.split("*"))))
    return f" (?:{'|'.join(forms)})"


def _alternatives(cues: str, proclitics: str = "") -> str:
    """A regular expression for any of ``cues``, the longest first, so that it wins where several begin at one place."""
    ordered = sorted((cue.split() for cue in cues.split(",") if cue.strip()), key=len, reverse=True)
    prefix = f"[{proclitics}]?" if proclitics else ""
    return prefix + "(?:" + "|".join("".join(map(_word_pattern, cue))[1:] for cue in ordered) + r")(?!\S)"


@dataclass(frozen=True, slots=True)
class _Reader:
    """The cues of one language as regular expressions over marked text (see :func:`_mark`)."""

    harmless: re.Pattern[str]
    cue: re.Pattern[str]
    boundary: re.Pattern[str]
    others: re.Pattern[str]
    subject: re.Pattern[str]
    teller: re.Pattern[str]
    first: re.Pattern[str]
    relative: re.Pattern[str]
    verb: re.Pattern[str]
    resumes: re.Pattern[str] | None
    filler: re.Pattern[str]

    @classmethod
    def of(cls, cues: Cues) -> "_Reader":
        """Compile a table; takes some milliseconds."""
        extra = cues.proclitics
        kinds = {"clause": cues.clause, "forward": cues.forward, "wish": cues.wishes}
        cue = "|".join(f"(?P<{kind}>{_alternatives(words, extra)})" for kind, words in kinds.items())
        joins, breaks = _alternatives(cues.joins), _alternatives(cues.breaks, extra)
        others, subjects, verbs = (_alternatives(each) for each in (cues.others, cues.subjects, cues.verbs))
        denials = "|".join(map(_alternatives, (cues.clause, cues.forward, cues.wishes)))
        relatives, subject = _alternatives(cues.relatives), rf"(?:{subjects}|{verbs})"
        cuts = [";", breaks, relatives]
        cuts += [rf"(?:,|{joins})(?: (?:,|{joins}))* (?=(?:{subject}|{denials}|{others}(?= {verbs})))"]
        cuts += [rf",(?: {joins})? (?={others})"]
        cuts += [rf"[{extra}]{subject}|{extra[0]}(?:{denials})|, {extra[0]}{others}"] if extra else []
        cuts += [rf"(?P<end>{_alternatives(cues.ends)})(?= (?:,|{joins}))"] if cues.ends else []
        lead = rf"(?:(?:,|;|{joins}|{breaks}) )*"
        return cls(
            harmless=re.compile(rf"(?<!\S){_alternatives(cues.harmless, extra)}"),
            cue=re.compile(rf"(?<!\S)(?:{cue})"),
            boundary=re.compile(rf"(?<!\S)(?:{'|'.join(cuts)})"),
            others=re.compile(lead + _alternatives(cues.others, extra)),
            subject=re.compile(lead + _alternatives(cues.subjects, extra)),
            teller=re.compile(lead + _alternatives(cues.first, extra)),
            first=re.compile(rf"(?<!\S){_alternatives(cues.first, extra)}"),
            relative=re.compile(rf"(?<!\S){relatives}"),
            verb=re.compile(rf"(?<!\S){subject}"),
            resumes=re.compile(rf"(?<!\S){_alternatives(cues.resumes)}") if cues.resumes else None,
            filler=re.compile(rf"(?<!\S)(?:,|{joins}|{breaks}|{subjects}|{verbs}|\S{{1,2}}(?!\S))"),
        )


@lru_cache(maxsize=32)
def _reader(language: str) -> _Reader:
    return _Reader.of(TABLES[language])


@dataclass(frozen=True, slots=True)
class _Marked:
    """Folded words parted by one space, with "," and ";" as words of their own where the original has such marks.

    ``starts`` holds where each word begins in ``text``, ``spans`` where it lies in the original.
    """

    text: str
    starts: tuple[int, ...]
    spans: tuple[Span, ...]

    def original(self, start: int, end: int) -> Span:
        """What ``text[start:end]``, at least one word, covers in the original."""
        first = min(bisect_left(self.starts, start), len(self.starts) - 1)
        last = max(first, bisect_left(self.starts, end) - 1)
        return Span(self.spans[first].start, self.spans[last].end)


def _mark(text: str, sentence: Span) -> _Marked:
    folded = fold(text[sentence.start : sentence.end])
    parts: list[str] = []
    starts: list[int] = []
    spans: list[Span] = []
    length = 0
    for match in re.finditer(r"\S+", folded.text):
        span = folded.span(*match.span())
        span = Span(span.start + sentence.start, span.end + sentence.start)
        sign = _sign(text[spans[-1].end : span.start]) if spans else ""
        if sign:
            parts.append(sign)
            length += 2
        parts.append(match[0])
        starts.append(length)
        spans.append(span)
        length += len(match[0]) + 1
    return _Marked(" ".join(parts), tuple(starts), tuple(spans))


def _sign(gap: str) -> str:
    """What stands between two words: ";" ends a clause, "," may end one, "" does not."""
    if _GAP_ENDS_CLAUSE.search(gap):
        return ";"
    return "," if _GAP_MAY_END_CLAUSE.search(gap) else ""


def _clauses(text: str, reader: _Reader) -> list[tuple[int, int]]:
    """Where clauses begin and end; a finite verb at the end of one is cut after, everything else before."""
    cuts = {0, len(text)}
    for match in reader.boundary.finditer(text):
        cuts.add(match.end() + 1 if match.lastgroup == "end" else match.start())
    for match in reader.relative.finditer(text):
        comma = text.find(" ,", match.end())
        cuts.add(comma + 1 if comma >= 0 else len(text))
    return list(pairwise(sorted(cuts)))


def _without_harmless(text: str, reader: _Reader) -> str:
    """``text`` with signs that no cue has in place of the harmless ones: "niet meer", but not in "kan niet meer"."""
    cues = [match.span() for match in reader.cue.finditer(text)]

    def blank(match: re.Match[str]) -> str:
        within = any(start < match.start() and match.end() <= end for start, end in cues)
        return match[0] if within else re.sub(r"\S", "\0", match[0])

    return reader.harmless.sub(blank, text)


def _scope(match: re.Match[str], text: str, clause: tuple[int, int], reader: _Reader) -> tuple[int, int]:
    """What a cue reaches within its clause: what follows, or all of it where nothing follows or a topic precedes."""
    start, end = clause
    before, after = text[start : match.start()], text[match.end() : end]
    if match["clause"] or not re.search(r"\w", after) or not reader.verb.search(before):
        return start, end
    return match.start(), end


def _denies_previous(match: re.Match[str], text: str, clause: tuple[int, int], previous: str, reader: _Reader) -> bool:
    """Whether the topic stands before a comma: "Lassen, nooit", "La soudure, il n'y a jamais touché"."""
    if match["wish"] or not text.startswith(",", clause[0]) or reader.subject.match(previous):
        return False
    comma = text.find(" ,", match.end(), clause[1])
    rest = text[clause[0] : match.start()] + text[match.end() : comma if comma >= 0 else clause[1]]
    without, resumed = reader.resumes.subn("", rest) if reader.resumes else (rest, 0)
    content = reader.filler.sub("", without).split()
    return len(content) <= (2 if resumed else 0) and len(previous.split()) <= (7 if resumed else 4)


def _denied_or_wished(
    text: str, clauses: Sequence[tuple[int, int]], reader: _Reader
) -> Iterator[tuple[int, int, Because]]:
    for number, clause in enumerate(clauses):
        relative = reader.relative.match(text, *clause) is not None
        for match in reader.cue.finditer(text, *clause):
            if relative and not match["wish"]:
                continue
            start, end = _scope(match, text, clause, reader)
            before = clauses[number - 1] if number else (0, 0)
            if number and _denies_previous(match, text, clause, text[slice(*before)], reader):
                start = before[0]
            yield start, end, Because.WISHED if match["wish"] else Because.DENIED


def _of_others(
    text: str, clauses: Sequence[tuple[int, int]], reader: _Reader, teller: re.Pattern[str]
) -> Iterator[tuple[int, int, Because]]:
    """Clauses about somebody else; one whose subject is not the ``teller`` goes on about the same person."""
    about_other = False
    for start, end in clauses:
        if reader.others.match(text, start, end):
            about_other = True
        elif text.startswith(";", start) or teller.match(text, start, end):
            about_other = False
        if about_other:
            yield start, end, Because.SOMEONE_ELSE


def exclusions(text: str, sentences: Iterable[Span], language: Language | None) -> tuple[Exclusion, ...]:
    """The stretches of ``text`` that are no evidence for the person, by sentence; none in a language without a table.

    They may overlap. A sentence is read by itself: "Mijn broer is lasser. Hij werkt in Gent." excludes only the first.
    """
    if language not in TABLES:
        return ()
    reader = _reader(language)
    found: list[Exclusion] = []
    every = [_mark(text, sentence) for sentence in sentences]
    teller = reader.teller if any(reader.first.search(marked.text) for marked in every) else reader.subject
    for marked in every:
        plain = _without_harmless(marked.text, reader)
        clauses = _clauses(plain, reader)
        scopes = [*_denied_or_wished(plain, clauses, reader), *_of_others(plain, clauses, reader, teller)]
        found += [Exclusion(marked.original(start, end), because) for start, end, because in scopes]
    return tuple(found)
