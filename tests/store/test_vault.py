"""Personal text is ciphertext to the database, opens with the right key in the right place only, and is never shown."""

import base64
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from skillmatch.errors import NotFound, StoreError
from skillmatch.store import engine
from skillmatch.store.audit import By
from skillmatch.store.people import load, register
from skillmatch.store.tables import people
from skillmatch.store.unit import Store
from skillmatch.store.vault import MASTER_KEY, MasterKey, Vault, new_master_key
from tests.store.conftest import MASTER

plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def vault() -> Vault:
    return MASTER.new_key("p1")[0]


@given(value=plain_data)
def test_what_is_sealed_opens_unchanged(value: object) -> None:
    key = vault()
    assert key.open(key.seal(value, "people:p1:name"), "people:p1:name") == value


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_flipped_bit_is_found(position: int, bit: int) -> None:
    key = vault()
    sealed = bytearray(key.seal("نور", "people:p1:name"))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(StoreError, match="people:p1:name"):
        key.open(bytes(sealed), "people:p1:name")


@pytest.mark.parametrize("place", ["people:p2:name", "people:p1:details", "notes:p1:name"])
def test_a_ciphertext_opens_in_its_own_place_only(place: str) -> None:
    key = vault()
    with pytest.raises(StoreError, match="was moved"):
        key.open(key.seal("Noor", "people:p1:name"), place)


def test_a_pseudonym_is_the_same_in_an_organisation_another_in_the_next_and_outlives_the_master_key() -> None:
    """DUO-21: an evaluator follows people over years, in which keys are changed."""
    key, wrapped = MASTER.new_audit_key()
    new = MasterKey.of(new_master_key())
    later = new.open_audit_key(MASTER.rewrap_audit_key(wrapped, new))
    person, other = "0" * 32, "1" * 32
    antwerp = key.pseudonyms("a")
    assert antwerp.of(person) == later.pseudonyms("a").of(person)
    assert antwerp.of(person) != key.pseudonyms("b").of(person)
    assert antwerp.of(person) != antwerp.of(other)
    assert antwerp.of(person) != MASTER.new_audit_key()[0].pseudonyms("a").of(person)
    assert person not in antwerp.of(person)


def test_every_person_has_another_key_and_every_sealing_another_ciphertext() -> None:
    one, other = vault(), vault()
    assert one.key != other.key
    assert one.seal("Noor", "people:p1:name") != one.seal("Noor", "people:p1:name")
    with pytest.raises(StoreError):
        other.open(one.seal("Noor", "people:p1:name"), "people:p1:name")


def test_a_wrapped_key_is_of_its_person_and_master_key_only() -> None:
    key, wrapped = MASTER.new_key("p1")
    assert MASTER.unwrap("p1", wrapped) == key
    assert key.key not in wrapped
    with pytest.raises(StoreError):
        MASTER.unwrap("p2", wrapped)
    with pytest.raises(StoreError):
        MasterKey.of(new_master_key()).unwrap("p1", wrapped)


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), "not base64 é"])
def test_a_master_key_is_32_bytes_in_base64(text: str) -> None:
    with pytest.raises(StoreError, match="32 random bytes") as raised:
        MasterKey.of(text)
    assert not text or text not in str(raised.value)


@pytest.mark.parametrize("environment", [{}, {MASTER_KEY: ""}])
def test_without_a_master_key_nothing_is_opened(environment: Mapping[str, str]) -> None:
    with pytest.raises(StoreError, match="SKILLMATCH_MASTER_KEY is not set"):
        MasterKey.from_environment(environment)
    assert MasterKey.from_environment({MASTER_KEY: new_master_key()})


def test_keys_are_never_shown() -> None:
    key, text = vault(), new_master_key()
    assert "key" not in repr(key).replace("Vault", "")
    assert text not in repr(MasterKey.of(text))
    assert str(base64.b64decode(text)) not in repr(MasterKey.of(text))


def test_records_are_not_opened_with_another_master_key(store: Store, url: str) -> None:
    with pytest.raises(StoreError, match="not the key that these records were written with"):
        Store.open(url, MasterKey.of(new_master_key()))


def test_the_master_key_can_be_changed(url: str, founded: Callable[[str], By], store: Store) -> None:
    new = MasterKey.of(new_master_key())
    people_of = {}
    for city in ("Antwerp", "Ghent"):
        by = founded(city)
        with store.write(by) as unit:
            people_of[by] = [register(unit, f"{city} {number}") for number in range(3)]
    assert store.change_master_key(By("admin", "administrator", "none"), new) == 6
    with pytest.raises(StoreError, match="not the key"):
        Store.open(url, MASTER)
    for opened in (store, Store.open(url, new)):
        assert opened.verify() is None
        for by, known in people_of.items():
            with opened.read(by) as unit:
                assert [load(unit, person.id) for person in known] == known
        opened.close()


def test_a_name_put_in_another_row_does_not_open(store: Store, screener: By, url: str) -> None:
    """Somebody with the database swaps the ciphertexts of two people of whom they know one."""
    with store.write(screener) as unit:
        noor, omar = register(unit, "Noor"), register(unit, "Omar")
    with store.write(screener) as unit:
        sealed = unit.connection.scalar(select(people.c.name).where(people.c.id == noor.id))
        unit.connection.execute(update(people).where(people.c.id == omar.id).values(name=sealed))
        with pytest.raises(StoreError, match="was moved"):
            load(unit, omar.id)
        unit.record("test")


def test_a_person_without_a_key_cannot_be_read(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        values = {"id": "f" * 32, "organisation_id": screener.organisation, "registered_on": unit.today}
        unit.connection.execute(insert(people).values(**values, name=b"", version=1))
        with pytest.raises(NotFound):
            load(unit, "f" * 32)
        unit.record("test")


def test_the_engine_shows_no_password() -> None:
    assert "secret" not in repr(engine.connect("postgresql://u:secret@h/d"))
