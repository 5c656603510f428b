"""PostgreSQL or SQL Server through SQLAlchemy Core.

SQLAlchemy costs 235 ms and 14 MB to import (measured in house.md), so it is imported only when a server is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from synccenter.contract import catalogue
from synccenter.contract.database_address import joined_odbc
from synccenter.contract.errors import SyncError
from synccenter.core.dialects import Dialect, Parameters, PostgreSQL, Row, SQLServer
from synccenter.core.faults import masked, of_server, persist

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

SERVER_ROWS = 1000
"""Rows per VALUES list or keys per IN list on a server."""

SERVER_PARAMETERS = 2000
"""SQL Server takes at most 2,100 parameters a statement."""

SUSPENDED_MS, LOCKED_MS = 5_000, 15_000
"""How long PostgreSQL lets a transaction of ours do nothing, and wait for another's lock."""


_COUNTED = """
SELECT current_setting('track_counts')='on' AND current_setting('server_version_num')::int>=150000,
  COUNT(*) FILTER (WHERE c.relkind IN ('v', 'm', 'f')), COUNT(s.relid),
  SUM(s.n_tup_ins), SUM(s.n_tup_upd), SUM(s.n_tup_del), SUM(c.relfilenode::bigint)
FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid=c.oid
WHERE n.nspname=ANY(current_schemas(false)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
"""(whether it counts, tables that it does not count, and what it has counted) in the schemas that are looked in.

Before version 15 a session that falls idle may keep its last counts for hours."""


class Server:
    """PostgreSQL or SQL Server through SQLAlchemy Core."""

    def __init__(self, url: str, password: str | None = None, schema: str | None = None) -> None:
        from sqlalchemy import create_engine, make_url  # noqa: PLC0415 - 235 ms: only when a server is used
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError  # noqa: PLC0415

        self._errors = SQLAlchemyError
        try:
            address = make_url(_with_driver(url))
        except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
            raise catalogue.DATABASE_ADDRESS.error(item=masked(url)) from error
        self.item = masked(address.render_as_string(hide_password=True))
        if password:
            address = _with_password(address, password)
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
        self._inside = False
        with self._told(connecting=True):
            self._engine = create_engine(address, connect_args=options, isolation_level="AUTOCOMMIT")
        self._db: Connection = persist(self._connected, again=True)
        if backend == "postgresql":
            self._keep_what_is_no_date()
            if schema:
                with self._told():
                    self._create_schema(schema)

    def _connected(self) -> Connection:
        with self._told(connecting=True):
            return self._engine.connect()

    def _keep_what_is_no_date(self) -> None:
        """PostgreSQL's `infinity` and years that Python has not are read as text: one row must not cost the others."""
        from psycopg import DataError  # noqa: PLC0415
        from psycopg.types import datetime as kinds  # noqa: PLC0415

        def lenient(base: Any) -> Any:
            def load(self: Any, data: Any) -> Any:
                try:
                    return base.load(self, data)
                except DataError:
                    return bytes(data).decode()

            return type(base.__name__, (base,), {"load": load})

        adapters = self._db.connection.driver_connection.adapters  # type: ignore[union-attr]
        for name, loader in (
            ("date", kinds.DateLoader),
            ("timestamp", kinds.TimestampLoader),
            ("timestamptz", kinds.TimestamptzLoader),
        ):
            adapters.register_loader(name, lenient(loader))

    def _create_schema(self, schema: str) -> None:
        """Only when it is missing (CREATE is a right that a till need not have), and not twice at once."""
        known = "SELECT 1 FROM pg_namespace WHERE nspname=%s"
        if not self._db.exec_driver_sql(known, (schema,)).fetchone():
            with self.transaction():
                self._db.exec_driver_sql("SELECT pg_advisory_xact_lock(7409)")
                self._db.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """See `Database.query`."""

        def ask() -> list[Row]:
            with self._told():
                return [tuple(row) for row in self._db.execute(_text(sql), dict(parameters or {}))]

        return persist(ask, again=not self._inside)

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

        def run() -> int:
            with self._told():
                return int(self._db.execute(_text(sql), dict(parameters or {})).rowcount)

        return persist(run, again=not self._inside)

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
        self._inside = True
        try:
            yield
            with self._told():
                self._db.exec_driver_sql("COMMIT")
        except BaseException:
            with suppress(self._errors):  # a connection that broke has rolled back already
                self._db.exec_driver_sql("ROLLBACK")
            raise
        finally:
            self._inside = False

    def columns(self, table: str) -> dict[str, str] | None:
        """See `Database.columns`."""
        sql = "SELECT column_name, data_type FROM information_schema.columns WHERE lower(table_name)=:table"
        if self._schema and self.dialect.name == "postgresql":
            sql += " AND table_schema=current_schema()"
        return {str(name): str(kind) for name, kind in self.query(sql, {"table": table.lower()})} or None

    def stamp(self) -> str:
        """See `Database.stamp`: PostgreSQL counts what is written in each table. SQL Server tells only who may see the
        server's state, so there it is always "".

        It is at most one run late: a session hands its counts over within ten seconds. Where a view or another server's
        table stands among the tables nobody knows what lies behind it: "".
        """
        if self.dialect.name != "postgresql":
            return ""
        try:
            found = self.query(_COUNTED)
        except SyncError:
            return ""
        return repr(found[0][2:]) if found and found[0][0] and not found[0][1] else ""

    def close(self) -> None:
        """See `Database.close`."""
        self._db.close()
        self._engine.dispose()

    @contextmanager
    def _told(self, *, connecting: bool = False) -> Iterator[None]:
        """The border: the errors of SQLAlchemy and of the drivers become ours, by their code and without passwords."""
        try:
            yield
        except (self._errors, ImportError, UnicodeError) as error:
            original = str(getattr(error, "orig", None) or error).strip()
            raise of_server(error, connecting=connecting).error(
                item=self.item, detail=masked(original)[:500]
            ) from error


@lru_cache(256)
def _text(sql: str) -> Any:
    """A statement of SQLAlchemy; kept, since taking one apart costs more than running it."""
    from sqlalchemy import text  # noqa: PLC0415 - see Server.__init__

    return text(sql)


def _with_password(address: URL, password: str) -> URL:
    """An address that is an ODBC connection string as a whole takes its password inside that (SQLAlchemy's pyodbc)."""
    connection = address.query.get("odbc_connect")
    if isinstance(connection, str):
        return address.update_query_dict({"odbc_connect": joined_odbc(connection, password)})
    return address.set(password=password)


def _with_driver(url: str) -> str:
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    return re.sub(r"^mssql://", "mssql+pyodbc://", url)
