"""A password written into a database address is found, whatever the form, and the rest stays as it was."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.database_address import joined_odbc, parted

FORMS = (
    ("postgresql://kassa:hemligt@server/kassa", "postgresql://kassa@server/kassa", "hemligt"),
    ("postgresql://kassa:p%40ss%2F1@server:5432/kassa", "postgresql://kassa@server:5432/kassa", "p@ss/1"),
    ("postgresql://kassa:p@ss@server/kassa", "postgresql://kassa@server/kassa", "p@ss"),
    ("postgresql://kassa:pa/ss@server/kassa", "postgresql://kassa@server/kassa", "pa/ss"),
    ("postgresql://kassa:p?ss@server/kassa", "postgresql://kassa@server/kassa", "p?ss"),
    ("postgresql://kassa:123/4@server/kassa", "postgresql://kassa@server/kassa", "123/4"),
    ("postgresql://kassa:x@server/kassa?options=a@b", "postgresql://kassa@server/kassa?options=a@b", "x"),
    ("postgresql://:hemligt@server/kassa", "postgresql://@server/kassa", "hemligt"),
    ("postgresql://kassa:hemligt@[::1]:5432/kassa", "postgresql://kassa@[::1]:5432/kassa", "hemligt"),
    ("postgresql://server/kassa?user=u&password=hem%20ligt", "postgresql://server/kassa?user=u", "hem ligt"),
    ("postgresql://server/kassa?PassWord=hemligt&user=u", "postgresql://server/kassa?user=u", "hemligt"),
    ("postgresql://server/kassa?password=hemligt", "postgresql://server/kassa", "hemligt"),
    ("mssql://sa:hemligt@server/kassa?driver=X", "mssql://sa@server/kassa?driver=X", "hemligt"),
    ("mssql://sa@server/kassa;PWD=hemligt", "mssql://sa@server/kassa", "hemligt"),
    ("mssql://sa@server/kassa;PWD={he}}m;ligt};Encrypt=yes", "mssql://sa@server/kassa;Encrypt=yes", "he}m;ligt"),
    ("mssql://sa@server/kassa?driver=X&PWD=hemligt", "mssql://sa@server/kassa?driver=X", "hemligt"),
    ("mssql+pyodbc:///?odbc_connect=A%3Db%3BPWD%3Dhem", "mssql+pyodbc:///?odbc_connect=A%3Db", "hem"),
    ("DRIVER={ODBC Driver 18};SERVER=x;UID=sa;PWD=hem", "DRIVER={ODBC Driver 18};SERVER=x;UID=sa", "hem"),
    ("host=x user=u password='hem ligt' dbname=d", "host=x user=u dbname=d", "hem ligt"),
)
NONE = (
    "postgresql://kassa@server/kassa",
    "postgresql://server:5432/kassa?options=a@b",
    "postgresql://[::1]:5432/kassa",
    "mssql://server\\inst/kassa",
    "sqlite:///kassa.sqlite",
    r"C:\Kassa\kassa.sqlite",
    "/srv/kassa.sqlite",
    "",
)


@pytest.mark.parametrize(("address", "rest", "password"), FORMS)
def test_every_form_is_parted(address: str, rest: str, password: str) -> None:
    assert parted(address) == (rest, password)
    assert parted(rest) == (rest, "")


@pytest.mark.parametrize("address", NONE)
def test_an_address_without_one_is_left_as_it_is(address: str) -> None:
    assert parted(address) == (address, "")


@given(st.text(min_size=1, max_size=30))
def test_any_password_that_is_quoted_comes_back_as_it_was(password: str) -> None:
    assert parted(f"postgresql://kassa:{quote(password, safe='')}@server:5432/kassa") == (
        "postgresql://kassa@server:5432/kassa",
        password,
    )


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_any_password_survives_an_odbc_string(password: str) -> None:
    assert parted(joined_odbc("SERVER=x;UID=sa", password)) == ("SERVER=x;UID=sa", password)
