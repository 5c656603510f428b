"""XML from the other side: parsed without entities, so that no answer can grow or reach out while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.wire.answers import excerpt
from synccenter.contract import catalogue

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET


def parse(body: bytes, *, host: str, uncertain: bool = False) -> ET.Element:
    """An XML document. Raises N06 when it is none, is not UTF-8, or brings a DOCTYPE (entity bombs, files read)."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - only where XML is spoken

    what = ""
    try:
        text = body.decode("utf-8-sig")
        if "<!DOCTYPE" in text[:10_000] or "<!ENTITY" in text:
            what = "XML med en DOCTYPE"
        else:
            return ET.fromstring(text)  # noqa: S314 - see above
    except UnicodeDecodeError:
        what = "tecken som inte är UTF-8"
    except ET.ParseError:
        what = "en webbsida" if b"<html" in body[:500].lower() else f"något som inte är XML ({excerpt(body, 60)})"
    except (ValueError, RecursionError, MemoryError):
        what = "XML som inte går att läsa"
    raise catalogue.ANSWER_STRANGE.error(host=host, what=what, expected="XML", uncertain=uncertain)


def local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
