"""The ledger's tables and their history. It lies beside the till's data, never in the till's tables.

Version 1 is the first. A new version adds a list of statements to `MIGRATIONS`; every earlier version is opened
by running what it lacks (`tests/violence/test_chores.py`, `tests/releases/`).
"""

from __future__ import annotations

from collections.abc import Sequence

VERSION = 4

_TYPES = {
    "sqlite": {
        "key": "TEXT",
        "text": "TEXT",
        "long": "TEXT",
        "real": "REAL",
        "int": "INTEGER",
        "serial": "INTEGER PRIMARY KEY",
    },
    "postgresql": {
        "key": "TEXT",
        "text": "TEXT",
        "long": "TEXT",
        "real": "DOUBLE PRECISION",
        "int": "BIGINT",
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    },
    "mssql": {
        # A key holds at most 900 bytes, and till a is not till A.
        "key": "NVARCHAR(100) COLLATE Latin1_General_100_BIN2",
        "text": "NVARCHAR(400)",
        "long": "NVARCHAR(MAX)",
        "real": "FLOAT",
        "int": "BIGINT",
        "serial": "BIGINT IDENTITY(1,1) PRIMARY KEY",
    },
}

_V1 = (
    "CREATE TABLE ledger_version (version {int} NOT NULL)",
    # What was intended, sent, acknowledged. (company, reference) is the promise that nothing is doubled.
    (
        "CREATE TABLE delivery (company {key} NOT NULL, reference {key} NOT NULL, unit {text} NOT NULL,"
        " till {key} NOT NULL, number {int} NOT NULL, part {int} NOT NULL, business_date {key} NOT NULL,"
        " kind {text} NOT NULL, route {text} NOT NULL, state {key} NOT NULL, document {long}, source {long} NOT NULL,"
        " total {int} NOT NULL, problem {long}, attempts {int} NOT NULL, generation {int} NOT NULL,"
        " external_id {text}, external_number {text}, replaces {text},"
        " changed {real} NOT NULL, created {real} NOT NULL,"
        " PRIMARY KEY (company, reference))"
    ),
    "CREATE INDEX delivery_state ON delivery (company, state, attempts, created)",
    "CREATE INDEX delivery_date ON delivery (company, business_date)",
    # Each receipt, and the cash of each Z report, belongs to exactly one delivery: the key makes a second impossible.
    (
        "CREATE TABLE covered (company {key} NOT NULL, what {key} NOT NULL, till {key} NOT NULL,"
        " number {int} NOT NULL, reference {key} NOT NULL, amount {int} NOT NULL,"
        " PRIMARY KEY (company, what, till, number))"
    ),
    "CREATE INDEX covered_reference ON covered (company, reference)",
    # How far each register and each till has been read.
    (
        "CREATE TABLE place (company {key} NOT NULL, name {key} NOT NULL, value {long} NOT NULL,"
        " PRIMARY KEY (company, name))"
    ),
    # Numbers behind the place that may still come: gaps and parked receipts.
    (
        "CREATE TABLE awaited (company {key} NOT NULL, till {key} NOT NULL, what {key} NOT NULL,"
        " first {int} NOT NULL, last {int} NOT NULL, PRIMARY KEY (company, till, what, first))"
    ),
    (
        "CREATE TABLE lease (company {key} NOT NULL, holder {text} NOT NULL, generation {int} NOT NULL,"
        " expires {real} NOT NULL, PRIMARY KEY (company))"
    ),
    (
        "CREATE TABLE route (id {serial}, company {key} NOT NULL, system {text} NOT NULL, cutover {text} NOT NULL,"
        " since {real} NOT NULL)"
    ),
    (
        "CREATE TABLE run (id {serial}, company {key} NOT NULL, holder {text} NOT NULL, kind {text} NOT NULL,"
        " started {real} NOT NULL, finished {real} NOT NULL, outcome {key} NOT NULL, summary {long} NOT NULL)"
    ),
    "CREATE INDEX run_outcome ON run (company, outcome, id)",
    (
        "CREATE TABLE history (id {serial}, company {key} NOT NULL, at {real} NOT NULL, who {text} NOT NULL,"
        " act {text} NOT NULL, reference {key} NOT NULL, note {long} NOT NULL)"
    ),
)

_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER history_no_{verb} BEFORE {verb.upper()} ON history"
        " BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history"
            " FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
        ),
    ),
    "mssql": (
        (
            "CREATE TRIGGER history_no_change ON history INSTEAD OF UPDATE, DELETE AS"
            " THROW 51000, 'history is append-only', 1"
        ),
    ),
}

LOCK: dict[str, tuple[str, ...]] = {
    "sqlite": (),  # BEGIN IMMEDIATE has it already
    "postgresql": ("SELECT pg_advisory_xact_lock(7409)",),
    "mssql": ("EXEC sp_getapplock @Resource='jobsync ledger', @LockMode='Exclusive', @LockOwner='Transaction'",),
}
"""Two tills that start at once must not both create the tables."""

_V2 = (
    # The VAT of the document, which the proof of a year would else decode 200,000 documents for. Empty before.
    "ALTER TABLE delivery ADD vat {int}",
)

_V3 = (
    # What a receipt, or a Z report with its cash, looked like when its document was made. Empty before.
    "ALTER TABLE covered ADD print {long}",
)

_V4 = (
    # A page that is to stand with its voucher. `stored`: the id that the file got; `doubtful`: it may be there already;
    # `rests`: not tried before.
    (
        "CREATE TABLE attachment (company {key} NOT NULL, reference {key} NOT NULL, state {key} NOT NULL,"
        " attempts {int} NOT NULL, stored {text} NOT NULL, doubtful {int} NOT NULL, problem {long},"
        " rests {real} NOT NULL, PRIMARY KEY (company, reference))"
    ),
    "CREATE INDEX attachment_state ON attachment (company, state, attempts, reference)",
)

MIGRATIONS: dict[int, tuple[str, ...]] = {1: _V1, 2: _V2, 3: _V3, 4: _V4}
"""Version -> the statements that lead to it from the one before. `{type}` is filled in per database."""


def statements(dialect: str, after: int) -> Sequence[str]:
    """Everything that leads from version `after` to `VERSION`."""
    types = _TYPES[dialect]
    result: list[str] = []
    for version in range(after + 1, VERSION + 1):
        result += [statement.format(**types) for statement in MIGRATIONS[version]]
        if version == 1:
            result += _APPEND_ONLY[dialect]
        result.append(f"INSERT INTO ledger_version (version) VALUES ({version})")
    return result
