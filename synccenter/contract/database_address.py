"""The address of a database server, and the password that somebody wrote into it.

A password is written in many ways: `postgresql://user:password@host/name`, `?password=…` after it, `;PWD=…` at its end,
inside `odbc_connect=…`, or in a connection string that is no address at all. All are found here, so that the setting,
its copy, the log and every error hold the rest only. An @ or / that should have been `%40` or `%2F` counts to the
password: better too much than half of it left behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote_plus, unquote, unquote_plus

_SCHEME = re.compile(r"\s*[\w+.-]+://")
_PORT = re.compile(r"\d*(?=[/?#,]|$)")
_NAMES = r"(?:pwd|password)"
_IN_QUERY = re.compile(rf"(?i)(?:(?<=\?)|[&;]){_NAMES}\s*=([^&;]*)")
_IN_ODBC = re.compile(rf"(?i)(?:^|;)\s*{_NAMES}\s*=\s*(\{{(?:[^}}]|\}}\}})*\}}|[^;]*)")
_IN_WORDS = re.compile(rf"(?i)(?:^|\s){_NAMES}\s*=\s*('(?:[^'\\]|\\.)*'|\S*)")
_ODBC = re.compile(r"(?i)(?<=[?&])(odbc_connect=)([^&]*)")


def parted(address: str) -> tuple[str, str]:
    """The address without its password, and the password as it is meant (not quoted); "" when there is none."""
    if not _SCHEME.match(address):
        return _out_of_string(address)
    address, password = _out_of_user(address)
    path, mark, query = address.partition("?")
    path, more = _found(_IN_ODBC, path, _unbraced)
    password = more or password
    if mark:
        query, inside = _out_of_odbc(mark + query)
        query, more = _found(_IN_QUERY, query, unquote_plus)
        query = "" if query == "?" else query.replace("?&", "?", 1)
        password = more or inside or password
    return path + query, password


def joined_odbc(connection: str, password: str) -> str:
    """An ODBC connection string with a password in it: in braces, where nothing means anything (learn.microsoft.com:
    SQLDriverConnect)."""
    return f"{connection.rstrip(';')};PWD={{{password.replace('}', '}}')}}}"


def _out_of_user(address: str) -> tuple[str, str]:
    """`scheme://user:password@…`. The last @ before what the address asks for ends the password."""
    scheme, mark, rest = address.partition("://")
    first = rest.find("@")
    user, colon, secret = rest[:first].partition(":") if first >= 0 else ("", "", "")
    if not colon or "/" in user or "?" in user or _is_port(secret):
        return address, ""
    asks = rest.find("?", first)
    end = rest.rfind("@", 0, asks if asks >= 0 else len(rest))
    return f"{scheme}{mark}{user}{rest[end:]}", unquote(rest[len(user) + 1 : end])


def _is_port(text: str) -> bool:
    """`host:5432/name?options=a@b` has an @ and no password."""
    number = _PORT.match(text)
    return number is not None and number.end() < len(text) and "?" in text


def _out_of_odbc(query: str) -> tuple[str, str]:
    """The password inside `odbc_connect=`, which is a connection string in quoted form."""
    found = _ODBC.search(query)
    if found is None:
        return query, ""
    rest, password = _found(_IN_ODBC, unquote_plus(found[2]), _unbraced)
    if not password:
        return query, ""
    return query[: found.start()] + found[1] + quote_plus(rest) + query[found.end() :], password


def _out_of_string(text: str) -> tuple[str, str]:
    """A connection string: ODBC's with semicolons, libpq's with blanks. A file's path has no password in it."""
    if ";" in text:
        return _found(_IN_ODBC, text, _unbraced)
    return _found(_IN_WORDS, text, _unquoted)


def _found(pattern: re.Pattern[str], text: str, read: Callable[[str], str]) -> tuple[str, str]:
    """The text without all that fits, and the last of it as `read` reads it."""
    found = [read(one) for one in pattern.findall(text)]
    return (pattern.sub("", text), found[-1]) if found else (text, "")


def _unbraced(value: str) -> str:
    value = value.strip()
    return value[1:-1].replace("}}", "}") if value[:1] == "{" and value[-1:] == "}" else value


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == "'" else value
