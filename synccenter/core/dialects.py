"""The forms of SQL that differ between SQLite, PostgreSQL and SQL Server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]


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
