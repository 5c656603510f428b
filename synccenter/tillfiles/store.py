"""What was read out of the till's files, kept as it was written. Nothing in it is ever changed into something else.

It lies in the same SQLite file as the tables of the till's contract, which `release.py` fills once a Z report ties.
A till is an organisation number, a name, a register's serial number and a place of sale: five shops of one company
may all have a till 1, and new hardware under the old name begins at 1 again.
"""

from __future__ import annotations

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import kronor
from synccenter.core.database import Database
from synccenter.till import schema
from synccenter.till.values import spans
from synccenter.tillfiles.values import FileCash, FileReceipt, FileZ, digest

_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS file_till (id INTEGER PRIMARY KEY, company TEXT NOT NULL, till TEXT NOT NULL,"
        " name TEXT NOT NULL, serial TEXT NOT NULL, place TEXT NOT NULL, make TEXT NOT NULL, UNIQUE (company, till))"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_receipt (till INTEGER NOT NULL, number INTEGER NOT NULL, z INTEGER NOT NULL,"
        " digest TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (till, number)) WITHOUT ROWID"
    ),
    "CREATE INDEX IF NOT EXISTS ix_file_receipt_z ON file_receipt (till, z)",
    (
        "CREATE TABLE IF NOT EXISTS file_z (till INTEGER NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL,"
        " digest TEXT NOT NULL, body BLOB NOT NULL, released INTEGER NOT NULL, PRIMARY KEY (till, number))"
        " WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_cash (till INTEGER NOT NULL, at TEXT NOT NULL, amount INTEGER NOT NULL,"
        " nth INTEGER NOT NULL, z INTEGER NOT NULL, PRIMARY KEY (till, at, amount, nth)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_answer (make TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL,"
        " answer TEXT NOT NULL, PRIMARY KEY (make, what, subject)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_control (make TEXT NOT NULL, control TEXT NOT NULL, level TEXT NOT NULL,"
        " PRIMARY KEY (make, control)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_alarm (key TEXT NOT NULL PRIMARY KEY, problem BLOB NOT NULL,"
        " seen INTEGER NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS file_read (name TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL,"
        " changed INTEGER NOT NULL) WITHOUT ROWID"
    ),
)


class Numbered(msgspec.Struct, frozen=True):
    """A till of the files: its number in these tables, and what it is in the contract's."""

    id: int
    company: str
    till: str
    name: str
    serial: str
    place: str
    make: str


def folded(place: str) -> str:
    """A place of sale without what spelling makes different."""
    return " ".join(place.casefold().replace(",", " ").split())


class Store:
    """The tables of what was read, in the embedded database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        schema.create(database)
        database.script(_TABLES)

    # --- tills ------------------------------------------------------------------------------------------------

    def tills(self) -> list[Numbered]:
        """All tills that were read, in the order they came."""
        rows = self.database.query("SELECT id, company, till, name, serial, place, make FROM file_till ORDER BY id")
        return [Numbered(*row) for row in rows]

    def till(self, company: str, name: str, serial: str, place: str, make: str, *, control: str = "") -> Numbered:
        """The till that is this one; it is laid down when it is new. A file need not list its registers: then the
        number of the control unit stands for the serial number, until a file says whose it is."""
        known = [one for one in self.tills() if one.company == company and one.name == name]
        here = [one for one in known if folded(one.place) == folded(place)]
        for one in here:
            if one.serial == serial:
                return one
        for one in here:
            if control and control in {serial, one.serial} and self.control(one.id) == control:
                return one if serial == control else self.learn(one, serial, make)
        taken = {one.till for one in known}
        till = next(one for one in _ids(name, place, serial) if one not in taken)
        sql = "INSERT INTO file_till (company, till, name, serial, place, make) VALUES (:c, :t, :n, :s, :p, :m)"
        self.database.execute(sql, {"c": company, "t": till, "n": name, "s": serial, "p": place, "m": make})
        row = (company, till, name, place)
        self.database.upsert("till", schema.TILL.key, ("company", "id", "name", "store"), [row])
        sql = "SELECT id FROM file_till WHERE company=:c AND till=:t"
        [[number]] = self.database.query(sql, {"c": company, "t": till})
        return Numbered(number, company, till, name, serial, place, make)

    def control(self, till: int) -> str | None:
        """The number of the control unit that a till's last receipt has; None when it has no receipts."""
        sql = "SELECT body FROM file_receipt WHERE till=:till ORDER BY number DESC LIMIT 1"
        rows = self.database.query(sql, {"till": till})
        return msgspec.json.decode(rows[0][0], type=FileReceipt).control if rows else None

    def learn(self, till: Numbered, serial: str, make: str) -> Numbered:
        """Whose serial number a till has that was known by its control unit only."""
        found = msgspec.structs.replace(till, serial=serial, make=make or till.make)
        sql = "UPDATE file_till SET serial=:serial, make=:make WHERE id=:id"
        self.database.execute(sql, {"serial": found.serial, "make": found.make, "id": till.id})
        return found

    def adopt(self, till: Numbered, lonely: Numbered) -> None:
        """The Z reports that wait of a till that nothing else was read of are another's: they are one and the same."""
        self.learn(till, lonely.serial, lonely.make)
        ids = {"till": till.id, "lonely": lonely.id}
        free = "number NOT IN (SELECT number FROM file_z WHERE till=:till)"
        sql = f"UPDATE file_z SET till=:till WHERE till=:lonely AND released=0 AND {free}"
        self.database.execute(sql, ids)
        if not self.database.query("SELECT 1 FROM file_z WHERE till=:id LIMIT 1", {"id": lonely.id}):
            self.database.execute("DELETE FROM file_till WHERE id=:id", {"id": lonely.id})
            named = {"company": lonely.company, "id": lonely.till}
            self.database.execute("DELETE FROM till WHERE company=:company AND id=:id", named)

    def company(self, org: str, name: str, place: str) -> None:
        """Lay down a company when it is new."""
        written = f"{org[:-4]}-{org[-4:]}"
        sql = self.database.dialect.insert_missing("company", ("company",), schema.COMPANY.names)
        self.database.execute(
            sql, {"company": org, "name": name, "org_number": written, "store": place, "fiscal_year_start": 1}
        )

    # --- receipts ---------------------------------------------------------------------------------------------

    def add(self, till: Numbered, receipts: list[FileReceipt], file: str) -> int:
        """Keep receipts of a till; how many were new. The same with other content, or too late, is an alarm."""
        stored = self._stored(till.id, [one.number for one in receipts])
        released = self._released(till.id, {one.z for one in receipts})
        new: dict[int, FileReceipt] = {}
        for one in receipts:
            seen = one.digest
            before = stored.get(one.number)
            if before is None and self._elsewhere(till, one.number, seen):
                continue
            if before is not None and (seen != before[1] or (one.z and before[0] and one.z != before[0])):
                self._changed(till, one, seen, file)
            elif before is None or (one.z and not before[0]):
                if one.z in released:
                    self._late(till, one)
                    continue
                new[one.number] = one
                stored[one.number] = (one.z, seen)
        columns = ("till", "number", "z", "digest", "body")
        rows = [(till.id, n, one.z, one.digest, msgspec.json.encode(one)) for n, one in new.items()]
        return self.database.upsert("file_receipt", ("till", "number"), columns, rows)

    def _changed(self, till: Numbered, one: FileReceipt, seen: str, file: str) -> None:
        key = f"{till.company} {till.till}-{one.number}"
        item = f"Kvitto {till.till}-{one.number}"
        problem = catalogue.TILL_RECEIPT_CHANGED.problem(item=item, file=file, receipt=key)
        self.alarm(f"changed {key} {seen} {one.z}", problem)

    def _late(self, till: Numbered, one: FileReceipt) -> None:
        key = f"{till.company} {till.till}-{one.number}"
        problem = catalogue.TILL_RECEIPT_LATE.problem(item=f"Kvitto {till.till}-{one.number}", z=one.z, receipt=key)
        self.alarm(f"late {key}", problem)

    def _stored(self, till: int, numbers: list[int]) -> dict[int, tuple[int, str]]:
        found = {}
        for condition, _ in spans("number", numbers):
            sql = f"SELECT number, z, digest FROM file_receipt WHERE till=:till AND {condition}"
            found.update({row[0]: (row[1], row[2]) for row in self.database.query(sql, {"till": till})})
        return found

    def _released(self, till: int, numbers: set[int]) -> set[int]:
        found = set()
        for condition, _ in spans("number", sorted(numbers)):
            sql = f"SELECT number FROM file_z WHERE till=:till AND released=1 AND {condition}"
            found |= {row[0] for row in self.database.query(sql, {"till": till})}
        return found

    def _elsewhere(self, till: Numbered, number: int, seen: str) -> bool:
        """Whether the very same receipt of the same hardware was read as another till's: its place is spelled anew."""
        sql = (
            "SELECT 1 FROM file_till t JOIN file_receipt r ON r.till=t.id WHERE t.company=:company AND t.name=:name"
            " AND t.serial=:serial AND t.id<>:id AND r.number=:number AND r.digest=:digest"
        )
        found = {
            "company": till.company,
            "name": till.name,
            "serial": till.serial,
            "id": till.id,
            "number": number,
            "digest": seen,
        }
        return bool(self.database.query(sql, found))

    def receipts(self, till: int, z: int) -> list[FileReceipt]:
        """The receipts that a Z report closed, in number order."""
        sql = "SELECT body FROM file_receipt WHERE till=:till AND z=:z ORDER BY number"
        rows = self.database.query(sql, {"till": till, "z": z})
        return [msgspec.json.decode(row[0], type=FileReceipt) for row in rows]

    def holds(self, till: int, z: int) -> int:
        """The sum of what the receipts of a Z report say, signs as written; 0 when there are none."""
        return sum(one.total for one in self.receipts(till, z))

    # --- Z reports and cash -----------------------------------------------------------------------------------

    def add_z(self, till: Numbered, z: FileZ, file: str) -> bool:
        """Keep a Z report; whether it was new. The same with other figures is an alarm."""
        bare = msgspec.structs.replace(z, till="", serial="", make="", place="")
        seen = digest(bare)
        found = self.database.query(
            "SELECT digest, body FROM file_z WHERE till=:till AND number=:n", {"till": till.id, "n": z.number}
        )
        if not found:
            columns = ("till", "number", "at", "digest", "body", "released")
            row = (till.id, z.number, z.at, seen, msgspec.json.encode(z), 0)
            self.database.upsert("file_z", ("till", "number"), columns, [row])
            return True
        if found[0][0] != seen:
            first = msgspec.json.decode(found[0][1], type=FileZ)
            key = f"{till.company} {till.till}-Z{z.number}"
            problem = catalogue.TILL_Z_CHANGED.problem(
                item=f"Z {till.till}-{z.number}", file=file, z=key, first=kronor(first.total), now=kronor(z.total)
            )
            self.alarm(f"z {key} {seen}", problem)
        return False

    def waiting(self, till: int) -> list[FileZ]:
        """The Z reports of a till that have not been released, in the order they were made."""
        sql = "SELECT body FROM file_z WHERE till=:till AND released=0 ORDER BY at, number"
        return [msgspec.json.decode(row[0], type=FileZ) for row in self.database.query(sql, {"till": till})]

    def add_cash(self, till: int, changes: list[FileCash]) -> None:
        """Keep changes of the float; the same twice in one file are two."""
        seen: dict[tuple[str, int], int] = {}
        rows = []
        for one in changes:
            nth = seen[one.at, one.amount] = seen.get((one.at, one.amount), 0) + 1
            rows.append({"till": till, "at": one.at, "amount": one.amount, "nth": nth, "z": 0})
        columns = ("till", "at", "amount", "nth", "z")
        sql = self.database.dialect.insert_missing("file_cash", columns[:4], columns)
        for row in rows:
            self.database.execute(sql, row)

    def take_cash(self, till: Numbered, z: FileZ) -> tuple[int, list[tuple[str, int]]]:
        """The number of the next movement, and the changes of the float (time, öre) that a Z report closes: now its."""
        span = {"till": till.id, "at": z.at}
        where = "till=:till AND z=0 AND at<=:at"
        rows = self.database.query(f"SELECT at, amount FROM file_cash WHERE {where} ORDER BY at, amount, nth", span)
        self.database.execute(f"UPDATE file_cash SET z=:z WHERE {where}", {**span, "z": z.number})
        sql = "SELECT COALESCE(MAX(number), 0) FROM cash_movement WHERE company=:company AND till=:till"
        [row] = self.database.query(sql, {"company": till.company, "till": till.till})
        return row[0] + 1, [(at, amount) for at, amount in rows]

    def let_go(self, till: int, z: int) -> None:
        """A Z report is in the till's tables: nothing of it may change from now on."""
        sql = "UPDATE file_z SET released=1 WHERE till=:till AND number=:number"
        self.database.execute(sql, {"till": till, "number": z})

    def skips(self, till: Numbered) -> list[str]:
        """Whose numbers do not run on among what has been let go, although the other's do: `numbers` (receipts) or
        `z_numbers`, by the controls' names. When both have gaps a file may be missing."""
        own = {"company": till.company, "till": till.till}
        found = []
        for control, table in (("numbers", "receipt"), ("z_numbers", "z_report")):
            select = f"SELECT COALESCE(MAX(number)-MIN(number)+1, 0), COUNT(*) FROM {table}"
            [[span, count]] = self.database.query(f"{select} WHERE company=:company AND till=:till", own)
            if span != count:
                found.append(control)
        return found if len(found) == 1 else []

    # --- answers, controls, alarms, files ---------------------------------------------------------------------

    def alarm(self, key: str, problem: Problem) -> None:
        """Keep an alarm until a person has seen it; the same is kept once."""
        sql = self.database.dialect.insert_missing("file_alarm", ("key",), ("key", "problem", "seen"))
        self.database.execute(sql, {"key": key, "problem": msgspec.json.encode(problem), "seen": 0})

    def alarms(self) -> list[Problem]:
        """What no person has said to have seen."""
        rows = self.database.query("SELECT problem FROM file_alarm WHERE seen=0 ORDER BY key")
        return [msgspec.json.decode(row[0], type=Problem) for row in rows]

    def see_alarms(self) -> int:
        """A person has seen all of them; how many."""
        return self.database.execute("UPDATE file_alarm SET seen=1 WHERE seen=0")

    def was_read(self, name: str, size: int, changed: int) -> bool:
        """Whether a file has been read to its end as it is now."""
        sql = "SELECT 1 FROM file_read WHERE name=:name AND size=:size AND changed=:changed"
        return bool(self.database.query(sql, {"name": name, "size": size, "changed": changed}))

    def remember_read(self, name: str, size: int, changed: int) -> None:
        """A file has been read to its end."""
        self.database.upsert("file_read", ("name",), ("name", "size", "changed"), [(name, size, changed)])


def _ids(name: str, place: str, serial: str) -> list[str]:
    """What a till may be called, the plainest first."""
    return [name, *(f"{name} {more}".strip() for more in (place, serial, f"{place} {serial}", f"#{serial}"))]
