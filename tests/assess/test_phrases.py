"""How a note is cut into what is looked up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.assess.phrases import MAX_PHRASES, STRIDE, WINDOW, Reading, read
from skillmatch.assess.profile import Note
from skillmatch.text import Language


def reading(text: str, language: str | None = "nl") -> Reading:
    return read(Note("n", text, Language(language) if language else None))


def phrases(text: str, language: str | None = "nl") -> list[str]:
    found = reading(text, language)
    return [found.text(span) for span in found.phrases]


def test_a_sentence_is_looked_up_whole_and_by_clause() -> None:
    assert phrases("Hij metselde muren, goot beton en voegde.") == [
        "metselde muren, goot beton en voegde",
        "metselde muren",
        "goot beton",
        "voegde",
    ]


def test_a_long_clause_is_also_looked_up_in_windows() -> None:
    words = ["metselde", "binnenmuren", "buitenmuren", "schouwen", "gevels", "trappen", "bogen", "gewelven", "kelders"]
    found = phrases(" ".join(words))
    assert found[0] == " ".join(words)
    assert found[1:3] == [" ".join(words[:WINDOW]), " ".join(words[STRIDE : STRIDE + WINDOW])]


def test_words_without_a_subject_are_trimmed_off_and_never_looked_up_alone() -> None:
    assert phrases("Ik was daar ook.") == []
    assert phrases("En dan was hij aan het metselen in 2012.") == ["metselen"]


def test_conjunctions_part_clauses_in_the_language_of_the_note() -> None:
    assert "cuisiner" in phrases("Elle sait cuisiner et coudre", "fr")
    assert "شاحنة" in phrases("قيادة شاحنة أو شاحنة", "ar")
    assert "шити одяг" in phrases("вміє варити метал та шити одяг", "uk")


def test_what_is_excluded_is_not_looked_up() -> None:
    found = " | ".join(phrases("Kan metselen maar heeft nooit gelast. Zijn broer is kok."))
    assert "metselen" in found
    assert "gelast" not in found
    assert "kok" not in found


def test_a_repeated_sentence_has_its_own_spans() -> None:
    found = reading("Kan metselen. Kan metselen.")
    assert [span.start for span in found.phrases] == [4, 18]


def test_a_very_long_note_is_cut_off_at_a_known_number() -> None:
    text = " ".join(f"metselde muur{number} en voegde gevel{number}." for number in range(3000))
    assert len(reading(text).phrases) == MAX_PHRASES


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_spans_lie_in_the_text_and_begin_and_end_with_a_word(text: str) -> None:
    found = reading(text, None)
    for span in found.phrases:
        words = found.text(span)
        assert 0 <= span.start < span.end <= len(text)
        assert words == words.strip()
    assert all(claimed.start < claimed.end <= len(text) for claimed in found.claimed)
