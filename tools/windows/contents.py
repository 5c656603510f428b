"""What goes into the exe and what does not; read by build.spec. The saving of each row stands in docs/EXE.md."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

HIDDEN_MODULES = [
    "keyring.backends.Windows",
    "pystray._win32",
    "PIL.BmpImagePlugin",
    "PIL.IcoImagePlugin",
    "PIL.PngImagePlugin",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.mssql.pyodbc",
    "pyodbc",
    "psycopg_binary",
    "sspilib",
    "reportlab.rl_settings",
    "reportlab.pdfbase._fontdata_enc_winansi",
    "reportlab.pdfbase._fontdata_widths_helvetica",
    "reportlab.pdfbase._fontdata_widths_helveticabold",
]
"""Imported by name at run time, so that PyInstaller cannot see them."""

_PICTURES = [
    "Avif", "Blp", "Bufr", "Cur", "Dcx", "Dds", "Eps", "Fits", "Fli", "Fpx", "Ftex", "Gbr", "Gif", "Grib", "Hdf5",
    "Icns", "Im", "Imt", "Iptc", "Jpeg", "Jpeg2K", "Mcidas", "Mic", "Mpeg", "Mpo", "Msp", "Palm", "Pcd", "Pcx", "Pdf",
    "Pixar", "Ppm", "Psd", "Qoi", "Sgi", "Spider", "Sun", "Tga", "Tiff", "WebP", "Wmf", "Xbm", "Xpm", "XVThumb",
]  # fmt: skip

_EXTENSIONS = [
    "associationproxy", "asyncio", "automap", "baked", "declarative", "horizontal_shard", "hybrid", "indexable",
    "instrumentation", "mutable", "mypy", "orderinglist", "serializer",
]  # fmt: skip

_PAPER = [
    "PyFontify", "arciv", "attrmap", "codecharts", "corp", "enums", "fontfinder", "fonts", "formatters", "geomutils",
    "normalDate", "pdfencrypt", "pygments2xpre", "randomtext", "rparsexml", "sequencer", "styles", "testutils",
    "textsplit", "validators", "yaml",
]  # fmt: skip

EXCLUDED_MODULES = [
    *(f"PIL.{kind}ImagePlugin" for kind in _PICTURES),
    "PIL._avif", "PIL._webp", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingmath", "PIL._imagingmorph",
    "PIL.ImageCms", "PIL.ImageQt", "PIL.ImageShow", "PIL.PdfParser", "numpy", "olefile",
    "setuptools", "pkg_resources", "_distutils_hack", "pip", "wheel",
    "keyring.backends.SecretService", "keyring.backends.chainer", "keyring.backends.kwallet",
    "keyring.backends.libsecret", "keyring.backends.macOS", "keyring.cli", "keyring.testing", "shtab",
    "pystray._appindicator", "pystray._darwin", "pystray._gtk", "pystray._xorg", "Xlib", "gi",
    "sqlalchemy.orm", *(f"sqlalchemy.ext.{name}" for name in _EXTENSIONS), "sqlalchemy.testing",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.oracle", "sqlalchemy.dialects.sqlite", "greenlet", "MySQLdb", "oracledb", "asyncpg",
    "lxml.objectify", "lxml.html", "lxml.sax", "lxml.isoschematron", "lxml.cssselect", "lxml.doctestcompare",
    "lxml.ElementInclude", "lxml.pyclasslookup", "lxml.usedoctest", "spnego", "cryptography", "cffi", "xmlsec",
    "reportlab.graphics", "reportlab.platypus", *(f"reportlab.lib.{name}" for name in _PAPER),
    "reportlab.pdfbase._can_cmap_data", "reportlab.pdfbase._cidfontdata", "reportlab.pdfbase._glyphlist",
    "reportlab.pdfbase.acroform", "reportlab.pdfbase.cidfonts", "reportlab.pdfbase.pdfform",
    "reportlab.pdfbase.pdfpattern", "reportlab.pdfgen.pdfimages",
    "chardet", "urllib3.contrib.emscripten", "h2", "brotli", "brotlicffi", "socks", "OpenSSL",
    "unittest", "doctest", "pdb", "pydoc", "pydoc_data", "test", "lib2to3", "idlelib", "turtle", "tkinter.tix",
    "xmlrpc", "ftplib", "curses", "readline", "_pyrepl", "sqlite3.dump", "venv", "ensurepip", "zipapp",
    "_bz2", "bz2", "_lzma", "lzma", "_wmi", "_testcapi", "_pydecimal", "_pydatetime", "_py_abc", "_aix_support",
    "asyncio.unix_events", "statistics", "truststore._macos", "urllib3.contrib.pyopenssl",
    "multiprocessing", "concurrent.futures.process",
]  # fmt: skip
"""Never used by us, though some part can import it."""

_ZONES = ("europe/", "utc", "zone.tab", "tzdata.zi")
_TCL_LANGUAGES = ("sv.msg", "en.msg", "en_gb.msg")
_TCL_ENCODINGS = ("ascii.enc", "cp1252.enc", "cp850.enc", "cp437.enc", "iso8859-1.enc")


def modules(root: Path, package: str) -> list[str]:
    """Every module of a package of ours, found without importing it."""
    files = sorted((root / package).rglob("*.py"))
    names = [".".join(file.relative_to(root).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


def wanted(name: str, source: str) -> bool:
    """Whether a collected file is needed: `name` is its place in the exe, `source` where it was found."""
    name = name.replace("\\", "/").lower()
    return not (_windows_own(source) or _tcl_ballast(name) or _other(name))


def _windows_own(source: str) -> bool:
    """Files of Windows stay Windows' (and Wine's stay Wine's)."""
    root = PureWindowsPath(os.environ.get("SYSTEMROOT", r"C:\Windows"))
    return PureWindowsPath(source).is_relative_to(root)


def _tcl_ballast(name: str) -> bool:
    """Of Tcl and Tk: no time zones (Python has its own), demos, pictures of logos, foreign texts and code pages."""
    if name.startswith(("_tcl_data/tzdata/", "_tk_data/demos/", "_tk_data/images/", "_tcl_data/http", "tcl8/")):
        return True
    if "/msgs/" in name:
        return not name.endswith(_TCL_LANGUAGES)
    return name.startswith("_tcl_data/encoding/") and not name.endswith(_TCL_ENCODINGS)


def _other(name: str) -> bool:
    """A till stands in Europe; type stubs and C sources are for developers."""
    if name.startswith("tzdata/zoneinfo/"):
        return not name.removeprefix("tzdata/zoneinfo/").startswith(_ZONES)
    return (
        name.endswith((".pyi", ".pyx", ".pxd", "py.typed"))
        or ".dist-info/" in name
        or name.startswith("lxml/isoschematron")
    )
