"""Folding, languages and sentences, in the scripts that notes come in."""

import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.text import Span, clean_title, detect_language, fold, genders, normalise, sentences

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élève-infirmière", "eleve infirmiere"),
        ("لَحّامٌ", "لحام"),
        ("أعمال الكهرباء", "اعمال الكهرباء"),
        ("جوشکاری", "جوشكاري"),
        ("می‌خواهم", "ميخواهم"),
        ("C++ / C#", "c++ c#"),
        ("l’œuvre", "l'oeuvre"),
        ("  Lassen,\tsnijden ", "lassen snijden"),
        ("ℌeftruck ﬁnancieel", "heftruck financieel"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_of_one_label_have_one_form(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("lasser", "lassen"), ("кіт", "кит")])
def test_different_words_keep_different_forms(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("word", ["काम", "ที่ทำงาน", "வேலை", "ኣነ", "лікарка", "أخصائي"])
def test_a_word_stays_one_word_in_every_script(word: str) -> None:
    assert " " not in normalise(word)


@settings(deadline=None)
@given(ANY_TEXT)
def test_normalise_is_fold_without_the_offsets(text: str) -> None:
    assert normalise(text) == fold(text).text


@pytest.mark.slow
def test_every_character_of_unicode_is_folded_once_and_for_all() -> None:
    for codepoint in range(sys.maxunicode + 1):
        once = normalise(chr(codepoint))
        assert normalise(once) == once


@settings(deadline=None)
@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_folded_word_leads_back_to_the_place_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    for place, letter in enumerate(folded.text):
        span = folded.span(place, place + 1)
        if letter != " ":
            assert letter in normalise(text[span.start : span.end])


def test_the_span_of_an_accented_word_covers_the_word_as_written() -> None:
    text = "Zij is «Élève-infirmière»."
    folded = fold(text)
    start = folded.text.index("eleve")
    assert text[slice(*folded.span(start, start + len("eleve infirmiere")))] == "Élève-infirmière"


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Lasser (m/v/x)", "Lasser"),
        ("Verpleegkundige h/f", "Verpleegkundige"),
        ("Cuisinier [H/F/X]", "Cuisinier"),
        ("Buschauffeur", "Buschauffeur"),
        ("m/v", "m/v"),
        ("Agent / Agente d'entretien", "Agent d'entretien"),
        ("Chef cuisinier / cuisinière", "Chef cuisinier"),
        ("Elektroniker/in", "Elektroniker"),
        ("Kaufmann/-frau im Einzelhandel (m/w/d)", "Kaufmann im Einzelhandel"),
        ("Employé(e) de bureau", "Employé de bureau"),
        ("C/C++ developer", "C/C++ developer"),
        ("metselaar/stukadoor", "metselaar/stukadoor"),
        ("Marketing / e-commerce manager", "Marketing / e-commerce manager"),
        ("Barista / ice cream maker", "Barista / ice cream maker"),
        ("Kok / kokshulp", "Kok / kokshulp"),
        ("chauffeur/chauffagiste", "chauffeur/chauffagiste"),
        ("teacher / teaching assistant", "teacher / teaching assistant"),
        ("toolmaker/tooling engineer", "toolmaker/tooling engineer"),
        ("C/C++", "C/C++"),
        ("(a)", "(a)"),
    ],
)
def test_a_title_loses_its_gender_marks_and_nothing_else(title: str, clean: str) -> None:
    assert clean_title(title) == clean


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("technicien agricole/technicienne agricole", ("technicien agricole", "technicienne agricole")),
        ("خياط / خياطة", ("خياط", "خياطة")),
        ("бухгалтер/бухгалтерка", ("бухгалтер", "бухгалтерка")),
        ("Professeur / Professeure de théâtre", ("Professeur de théâtre", "Professeure de théâtre")),
        ("kok", ("kok",)),
        ("kok/kelner", ("kok/kelner",)),
        ("CI/CD engineer", ("CI/CD engineer",)),
        ("/", ("/",)),
        ("", ("",)),
    ],
)
def test_a_title_in_two_genders_is_two_titles_and_two_jobs_stay_one(title: str, forms: tuple[str, ...]) -> None:
    assert genders(title) == forms


NOTES = {
    "nl": ["Ik heb tien jaar als lasser gewerkt.", "Kan niet lassen, wel koken.", "Heeft ervaring met heftrucks"],
    "fr": ["J'ai travaillé comme soudeur pendant dix ans.", "Sait conduire un camion", "Cuisine, ménage"],
    "en": ["I worked as a cook for 5 years", "Cooking and cleaning", "Has never driven a lorry."],
    "ar": ["كنت أعمل لحاماً", "طبخ وتنظيف", "عملت ممرضة في مستشفى لمدة خمس سنوات"],
    "uk": ["Я працював зварювальником десять років", "Вмію готувати їжу", "Не маю досвіду"],
    "tr": ["On yıl kaynakçı olarak çalıştım", "Aşçılık yaptım", "Araba kullanabiliyorum"],
    "fa": ["من ده سال جوشکار بودم", "آشپزی بلدم", "من تجربه کار در رستوران دارم"],
    "ps": ["ما لس کاله د ویلډر په توګه کار کړی دی", "زه پخلی کولی شم", "زه ښوونکی یم"],
    "ti": ["ከም ሓበሻ ሰራሕተኛ ዓሰርተ ዓመት ሰሪሐ", "ኣነ መካኒክ እየ"],
    "so": ["Waxaan shaqeeyay toban sano alxanle ahaan", "Waan karin karaa", "Waan nadiifiyaa guryaha"],
    "no": ["Jeg har jobbet som sveiser i ti år"],
    "he": ["עבדתי כרתך עשר שנים"],
}


@pytest.mark.parametrize(("language", "note"), [(language, note) for language in NOTES for note in NOTES[language]])
def test_the_language_of_a_short_note_is_found(language: str, note: str) -> None:
    assert detect_language(note) == language


@pytest.mark.parametrize("text", ["", " \n", "12 345", "😀😀", "\x00\x01", "\ud800", "lasser", "ICT"])
def test_where_the_text_does_not_tell_a_person_has_to_be_asked(text: str) -> None:
    assert detect_language(text) is None


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_language_is_two_letters_or_unknown_whatever_the_text(text: str) -> None:
    language = detect_language(text)
    assert language is None or (len(language) == 2 and language.islower())


def test_control_characters_do_not_hide_a_language() -> None:
    assert detect_language("Ik heb\x00 tien jaar\x0b als lasser\ufffe gewerkt.\ud800") == "nl"


def parts(text: str) -> list[str]:
    return [text[slice(*span)] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heeft gelast. Kan ook koken!", ["Heeft gelast.", "Kan ook koken!"]),
        ("Heb gelast.Kan koken", ["Heb gelast.", "Kan koken"]),
        ("هل تعرف اللحام؟ نعم۔ عملت", ["هل تعرف اللحام؟", "نعم۔", "عملت"]),
        ("ኣነ መካኒክ እየ። ሰሪሐ", ["ኣነ መካኒክ እየ።", "ሰሪሐ"]),
        ("Ես եռակցող եմ։ Աշխատել եմ", ["Ես եռակցող եմ։", "Աշխատել եմ"]),
        ("- lassen\n- koken, eten\n• naaien • rijden\n1. nu", ["lassen", "koken, eten", "naaien", "rijden", "nu"]),
        ("Las o.a. inox, bv. in Gent, 10 jr. lang. Klaar", ["Las o.a. inox, bv. in Gent, 10 jr. lang.", "Klaar"]),
        ("Werkte met node.js 3.5 en ASP.NET. Ook C++.", ["Werkte met node.js 3.5 en ASP.NET.", "Ook C++."]),
        ("Een\r\n\r\nTwee\u2028Drie", ["Een", "Twee", "Drie"]),
        ("... 12 !? \n*\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@settings(deadline=None)
@given(ANY_TEXT)
def test_sentences_are_in_order_apart_and_hold_every_letter(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    inside = {offset for span in spans for offset in range(*span)}
    assert all(offset in inside for offset, letter in enumerate(text) if letter.isalpha())


def test_what_never_ends_is_cut_into_bounded_pieces() -> None:
    spans = sentences("heeft gelast en " * 1000)
    assert len(spans) == 8
    assert max(end - start for start, end in spans) < 400 * 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["heeft gelast en gekookt. ", "a", "(", ".", "a.-", "😀", "b\n"],
    ids=["words", "one word", "brackets", "stops", "mixed", "emoji", "lines"],
)
def test_a_megabyte_takes_seconds_whatever_is_in_it(text: str) -> None:
    text *= 10**6 // len(text)
    started = time.process_time()
    spans = sentences(text)
    detect_language(text)
    normalise(text)
    assert time.process_time() - started < 30
    assert spans == [] or isinstance(spans[0], Span)
