"""The organisations that a file can be shared with."""

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from tests.api.conftest import Login

ORGANISATIONS = "/api/v1/organisations"
MAY = {Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR}


def test_organisations_are_listed_by_name_and_page_by_page(
    screener: TestClient, organisation: str, elsewhere: str
) -> None:
    first = screener.get(ORGANISATIONS, params={"size": 1}).json()
    rest = screener.get(ORGANISATIONS, params={"after": first["after"]}).json()
    assert first["items"] + rest["items"] == [
        {"id": elsewhere, "name": "Another city"},
        {"id": organisation, "name": "PES Antwerp"},
    ]
    assert rest["after"] is None
    assert screener.get(ORGANISATIONS, params={"after": "nowhere"}).status_code == 422


@pytest.mark.parametrize("role", Role)
def test_who_shares_or_administers_sees_them_and_nobody_makes_one_here(login: Login, role: Role) -> None:
    client = login(role)
    assert client.get(ORGANISATIONS).status_code == (200 if role in MAY else 403)
    assert client.post(ORGANISATIONS, json={"name": "Mine"}).status_code == 405
