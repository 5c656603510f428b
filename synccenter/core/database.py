"""Connections: an SQLite file by default; PostgreSQL or SQL Server through SQLAlchemy Core when the address says so.

Statements are written once, with `:name` parameters, and run on all three. What differs between the three
(upsert, page, row lock, the server's clock) is asked of the connection. SQLAlchemy costs 235 ms and 14 MB to
import (measured in house.md), so it is imported only when a server is used.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from synccenter.contract import catalogue

if TYPE_CHECKING:
    from sqlalchemy import Connection

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]

SQLITE_ROWS = 500
"""Rows per VALUES list; measured best in the harness (house.md: 500-row VALUES beats executemany)."""

CHECKPOINT_PAGES = 300
"""Pages after which the log goes into the file: well before the 1,000 at which the till's own commit would do it."""

SERVER_ROWS = 1000
"""Rows per VALUES list or keys per IN list on a server."""

SERVER_PARAMETERS = 2000
"""SQL Server takes at most 2,100 parameters a statement."""


SUSPENDED_MS, LOCKED_MS = 5_000, 15_000
"""How long PostgreSQL lets a transaction of ours do nothing, and wait for another's lock."""


class Dialect:
    """The forms that differ between databases. The base is what SQLite and PostgreSQL share."""

    name = "sqlite"
    limit_clause = "LIMIT {n}"
    lock_hint = ""
    lock_clause = ""
    now_expression = "(julianday('now') - 2440587.5) * 86400.0"
    differs = "({old}) IS NOT ({new})"

    def values(self, columns: Sequence[str], rows: int, mark: str) -> str:
        """A source of `rows` rows, with a mark for each value."""
        return "VALUES " + ",".join([f"({','.join([mark] * len(columns))})"] * rows)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], source: str) -> str:
        """Insert the rows of `source`, or update those whose key exists and whose values differ."""
        rest = [column for column in columns if column not in key]
        head = f"INSERT INTO {table} ({','.join(columns)}) {source} ON CONFLICT ({','.join(key)})"
        if not rest:
            return f"{head} DO NOTHING"
        sets = ",".join(f"{column}=excluded.{column}" for column in rest)
        old = ",".join(f"{table}.{column}" for column in rest)
        new = ",".join(f"excluded.{column}" for column in rest)
        return f"{head} DO UPDATE SET {sets} WHERE {self.differs.format(old=old, new=new)}"

    def insert_missing(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        """Insert a row unless its key exists, with `:name` parameters."""
        marks = ",".join(f":{column}" for column in columns)
        return f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks}) ON CONFLICT ({','.join(key)}) DO NOTHING"

    def first(self, select: str, n: int) -> str:
        """The first n rows of a SELECT that ends in ORDER BY."""
        return f"{select} {self.limit_clause.format(n=n)}"

    def locked(self, table: str, where: str, columns: str) -> str:
        """Read a row and keep others from changing it until the transaction ends."""
        return f"SELECT {columns} FROM {table}{self.lock_hint} WHERE {where}{self.lock_clause}"


class PostgreSQL(Dialect):
    """PostgreSQL 12 and on."""

    name = "postgresql"
    lock_clause = " FOR UPDATE"
    now_expression = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"
    differs = "({old}) IS DISTINCT FROM ({new})"


class SQLServer(Dialect):
    """SQL Server 2016 and on (Express is what a master till runs)."""

    name = "mssql"
    limit_clause = "OFFSET 0 ROWS FETCH NEXT {n} ROWS ONLY"
    lock_hint = " WITH (UPDLOCK, HOLDLOCK, ROWLOCK)"
    now_expression = "DATEDIFF_BIG(MILLISECOND, '1970-01-01', SYSUTCDATETIME()) / 1000.0"

    def insert_missing(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        """See `Dialect.insert_missing`; the hints keep two tills from both finding nothing."""
        marks = ",".join(f":{column}" for column in columns)
        same = " AND ".join(f"{column}=:{column}" for column in key)
        return (
            f"INSERT INTO {table} ({','.join(columns)}) SELECT {marks}"
            f" WHERE NOT EXISTS (SELECT 1 FROM {table} WITH (UPDLOCK, HOLDLOCK) WHERE {same})"
        )

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], source: str) -> str:
        """MERGE with HOLDLOCK: without it two tills can insert the same key at once (Microsoft Learn, MERGE)."""
        rest = [column for column in columns if column not in key]
        names = ",".join(columns)
        on = " AND ".join(f"t.{column}=s.{column}" for column in key)
        inserted = ",".join(f"s.{column}" for column in columns)
        update = ""
        if rest:
            new = ",".join(f"s.{column}" for column in rest)
            old = ",".join(f"t.{column}" for column in rest)
            sets = ",".join(f"t.{column}=s.{column}" for column in rest)
            update = f" WHEN MATCHED AND EXISTS (SELECT {new} EXCEPT SELECT {old}) THEN UPDATE SET {sets}"
        return (
            f"MERGE INTO {table} WITH (HOLDLOCK) AS t USING ({source}) AS s ({names}) ON {on}{update}"
            f" WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({inserted});"
        )


class Database(Protocol):
    """A connection for one thread. Outside `transaction()` every statement commits by itself."""

    dialect: Dialect

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a SELECT."""
        ...

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """The rows of a SELECT, fetched as they are used."""
        ...

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """The rows of `select` (without WHERE) whose `company` equals `equal` and whose `column` is one of `values`.

        For hundreds of values: bound by place, since a name for each makes SQLite look them up one after another.
        Rows that lie between the values may come as well.
        """
        ...

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    def script(self, statements: Sequence[str]) -> None:
        """Run statements without parameters, all or none."""
        ...

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Insert or update rows; unchanged rows are not written. The number of rows that were."""
        ...

    def transaction(self) -> Any:
        """A context manager: commits at the end, rolls back on an exception. Takes the write lock at once."""
        ...

    def columns(self, table: str) -> dict[str, str] | None:
        """Column names and declared types of a table or view; None when there is none."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def _decoded(raw: bytes) -> str | bytes:
    """Text as SQLite has it. Bytes that are no UTF-8 stay bytes: one bad text must not break the whole question."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


class SQLite:
    """An SQLite file in WAL mode with synchronous FULL: what is committed survives a power cut."""

    def __init__(self, path: Path, *, read_only: bool = False, timeout: float = 30.0) -> None:
        self.dialect = Dialect()
        self.path = path
        if read_only and not path.exists():
            raise catalogue.DATABASE_MISSING.error(item=str(path))
        try:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
                uri=True,
                isolation_level=None,
                timeout=timeout,
                cached_statements=256,
            )
            self._db.text_factory = _decoded
            if not read_only:
                self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            self._db.execute("PRAGMA foreign_keys=ON")
        except sqlite3.DatabaseError as error:
            raise catalogue.DATABASE_BROKEN.error(item=str(path), detail=str(error)) from error

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """See `Database.query`."""
        with self._told():
            return self._db.execute(sql, parameters or {}).fetchall()

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """See `Database.stream`."""
        with self._told():
            yield from self._db.execute(sql, parameters or {})

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """See `Database.among`."""
        found: list[Row] = []
        with self._told():
            for start in range(0, len(values), SQLITE_ROWS):
                part = values[start : start + SQLITE_ROWS]
                # A page mostly holds neighbours: one walk along the key costs half of as many searches.
                most = 2 * len(part)
                sql = f"{select} WHERE company=? AND {column} BETWEEN ? AND ? LIMIT {most}"
                rows = self._db.execute(sql, (equal, min(part), max(part))).fetchall()
                if len(rows) == most:
                    sql = f"{select} WHERE company=? AND {column} IN ({','.join('?' * len(part))})"
                    rows = self._db.execute(sql, (equal, *part)).fetchall()
                found += rows
        return found

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """See `Database.execute`."""
        with self._told():
            return self._db.execute(sql, parameters or {}).rowcount

    def script(self, statements: Sequence[str]) -> None:
        """See `Database.script`."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """See `Database.upsert`."""
        touched = 0
        with self._told():
            for start in range(0, len(rows), SQLITE_ROWS):
                part = rows[start : start + SQLITE_ROWS]
                sql = self.dialect.upsert(table, key, columns, self.dialect.values(columns, len(part), "?"))
                touched += self._db.execute(sql, list(chain.from_iterable(part))).rowcount
        return touched

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database.transaction`. IMMEDIATE: a deferred lock could fail in the middle."""
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has rolled back already
                    self._db.execute("ROLLBACK")
                raise

    def columns(self, table: str) -> dict[str, str] | None:
        """See `Database.columns`."""
        rows = self.query("SELECT name, type FROM pragma_table_info(:table)", {"table": table})
        return dict(rows) or None

    def backup(self, target: Path) -> None:
        """Copy the whole database, also while it is used."""
        other = sqlite3.connect(target)
        try:
            self._db.backup(other)
        finally:
            other.close()

    def intact(self) -> str:
        """'ok', or what SQLite says is wrong with the file."""
        try:
            return str(self._db.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)

    def close(self) -> None:
        """See `Database.close`."""
        self._db.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The border: SQLite's errors become ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            entry = catalogue.DATABASE_BUSY if "locked" in str(error) else catalogue.DATABASE_FAILED
            if "disk is full" in str(error):
                entry = catalogue.DISK_FULL
            raise entry.error(item=str(self.path), detail=str(error)) from error
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError) as error:
            raise catalogue.DATABASE_FAILED.error(item=str(self.path), detail=str(error)) from error
        except sqlite3.DatabaseError as error:
            raise catalogue.DATABASE_BROKEN.error(item=str(self.path), detail=str(error)) from error


class Server:
    """PostgreSQL or SQL Server through SQLAlchemy Core."""

    def __init__(self, url: str, password: str | None = None, schema: str | None = None) -> None:
        from sqlalchemy import create_engine, make_url  # noqa: PLC0415 - 235 ms: only when a server is used
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError  # noqa: PLC0415

        self._errors = SQLAlchemyError
        try:
            address = make_url(_with_driver(url))
        except ArgumentError as error:
            raise catalogue.DATABASE_ADDRESS.error(item=masked(url)) from error
        if password:
            address = address.set(password=password)
        self.item = address.render_as_string(hide_password=True)
        backend = address.get_backend_name()
        if backend not in {"postgresql", "mssql"}:
            raise catalogue.DATABASE_ADDRESS.error(item=self.item)
        self.dialect: Dialect = PostgreSQL() if backend == "postgresql" else SQLServer()
        self._types: dict[str, dict[str, str]] = {}
        options: dict[str, Any] = {}
        if backend == "postgresql":
            options["connect_timeout"] = 10
            # A plan kept from when a table was empty reads the whole table for each page once it has grown.
            options["prepare_threshold"] = None
            # A till that is suspended in the middle of a transaction must not make the others wait for it.
            options["options"] = f"-cidle_in_transaction_session_timeout={SUSPENDED_MS} -clock_timeout={LOCKED_MS}"
            if schema:
                options["options"] += f" -csearch_path={schema}"
        self._schema = schema
        self._engine = create_engine(address, connect_args=options, isolation_level="AUTOCOMMIT")
        with self._told():
            self._db: Connection = self._engine.connect()
            if schema and backend == "postgresql":
                self._create_schema(schema)

    def _create_schema(self, schema: str) -> None:
        """Only when it is missing (CREATE is a right that a till need not have), and not twice at once."""
        known = "SELECT 1 FROM pg_namespace WHERE nspname=%s"
        if not self._db.exec_driver_sql(known, (schema,)).fetchone():
            with self.transaction():
                self._db.exec_driver_sql("SELECT pg_advisory_xact_lock(7409)")
                self._db.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """See `Database.query`."""
        with self._told():
            return [tuple(row) for row in self._db.execute(_text(sql), dict(parameters or {}))]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """See `Database.stream`."""
        with self._told():
            for row in self._db.execute(_text(sql), dict(parameters or {})):
                yield tuple(row)

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """See `Database.among`."""
        found: list[Row] = []
        with self._told():
            for start in range(0, len(values), SERVER_ROWS):
                part = values[start : start + SERVER_ROWS]
                if self.dialect.name == "postgresql":
                    # OFFSET 0 keeps the two apart: a search for each value. Left to itself, and without statistics,
                    # PostgreSQL reads the whole company for each page.
                    each = f"{select} WHERE company=%s AND {column}=wanted.value OFFSET 0"
                    kind = "bigint" if isinstance(part[0], int) else "text"
                    sql = f"SELECT r.* FROM unnest(%s::{kind}[]) AS wanted(value) CROSS JOIN LATERAL ({each}) AS r"
                    parameters: tuple[Any, ...] = (list(part), equal)
                else:
                    sql = f"{select} WHERE company=? AND {column} IN ({','.join('?' * len(part))})"
                    parameters = (equal, *part)
                found += map(tuple, self._db.exec_driver_sql(sql, parameters))
        return found

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """See `Database.execute`."""
        with self._told():
            return int(self._db.execute(_text(sql), dict(parameters or {})).rowcount)

    def script(self, statements: Sequence[str]) -> None:
        """See `Database.script`."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """See `Database.upsert`."""
        touched = 0
        arrays = self.dialect.name == "postgresql"
        size = SERVER_ROWS if arrays else max(1, min(SERVER_ROWS, SERVER_PARAMETERS // len(columns)))
        with self._told():
            for start in range(0, len(rows), size):
                part = rows[start : start + size]
                source = self._arrays(table, columns) if arrays else self.dialect.values(columns, len(part), "?")
                values = tuple(map(list, zip(*part, strict=True))) if arrays else tuple(chain.from_iterable(part))
                sql = self.dialect.upsert(table, key, columns, source)
                touched += int(self._db.exec_driver_sql(sql, values).rowcount)
        return touched

    def _arrays(self, table: str, columns: Sequence[str]) -> str:
        """A source of rows with one array for each column, for PostgreSQL.

        A parameter for each value cost half of a full sync's processor time. An unknown column is left to the server.
        """
        if not self._types.get(table):
            sql = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid=to_regclass(%s)"
            self._types[table] = {str(row[0]): str(row[1]) for row in self._db.exec_driver_sql(sql, (table,))}
        casts = ",".join(f"%s::{self._types[table].get(column, 'text')}[]" for column in columns)
        return f"SELECT * FROM unnest({casts})"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database.transaction`."""
        with self._told():
            self._db.exec_driver_sql("BEGIN" if self.dialect.name == "postgresql" else "BEGIN TRANSACTION")
            try:
                yield
            except BaseException:
                self._db.exec_driver_sql("ROLLBACK")
                raise
            self._db.exec_driver_sql("COMMIT")

    def columns(self, table: str) -> dict[str, str] | None:
        """See `Database.columns`."""
        sql = "SELECT column_name, data_type FROM information_schema.columns WHERE lower(table_name)=:table"
        if self._schema and self.dialect.name == "postgresql":
            sql += " AND table_schema=current_schema()"
        return {str(name): str(kind) for name, kind in self.query(sql, {"table": table.lower()})} or None

    def close(self) -> None:
        """See `Database.close`."""
        self._db.close()
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The border: SQLAlchemy's errors become ours, without passwords."""
        try:
            yield
        except self._errors as error:
            original = str(getattr(error, "orig", None) or error).strip()
            lost = bool(getattr(error, "connection_invalidated", False)) or "connect" in original.lower()
            entry = catalogue.DATABASE_UNREACHABLE if lost else catalogue.DATABASE_FAILED
            raise entry.error(item=self.item, detail=masked(original)[:500]) from error


@lru_cache(256)
def _text(sql: str) -> Any:
    """A statement of SQLAlchemy; kept, since taking one apart costs more than running it."""
    from sqlalchemy import text  # noqa: PLC0415 - see Server.__init__

    return text(sql)


def is_server(address: str) -> bool:
    """Whether an address names a database server and not a file."""
    return "://" in address and not address.startswith("sqlite:")


def connect(
    address: str, *, password: str | None = None, read_only: bool = False, schema: str | None = None
) -> Database:
    """Open a database: a file's path, or `postgresql://user@host/name`, or `mssql://user@host/name`."""
    if is_server(address):
        return Server(address, password, schema)
    path = Path(address.removeprefix("sqlite:///"))
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    return SQLite(path, read_only=read_only)


def _with_driver(url: str) -> str:
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    return re.sub(r"^mssql://", "mssql+pyodbc://", url)


def masked(text: str) -> str:
    """Without the password of a database address."""
    return re.sub(r"(://[^:/@\s]+):[^@\s]+@", r"\1:***@", text)
