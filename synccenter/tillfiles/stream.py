"""Streams a journal export: its header and its events as they come, in constant memory and under limits.

The parser is defusedxml's: a DTD, an entity or an outside reference stops the file. Its expat is listened to directly,
since a file of a year is a gigabyte. What no receipt, Z report or float needs is passed by without being built.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from xml.parsers.expat import ExpatError, errors  # the error's class and codes only: defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from synccenter.tillfiles.names import INSTANS, KOMPONENT, ROOT

CHUNK = 1 << 16
MOST_UNFINISHED = 1 << 20
"""Bytes of one tag, attribute or other token before the file is refused."""

MOST_EVENT = 16 << 20
"""Bytes of one event, or of what stands before the events."""

MOST_TEXT, MOST_NAMES, MOST_DEPTH, MOST_ATTRIBUTES = 4096, 500, 16, 16
"""Characters of one value; different element names; depth; attributes of one element.
The schema has 169 names, 8 levels and no attributes."""

WANTED = frozenset({"Kassakvitto", "Returkvitto", "ZDagrapport", "ForandraVaxelkassa"})
"""Copies, training, pro forma, X reports and articles that were only registered or parked are no sales."""

_ABOUT = frozenset({"InloggadAnvandare", "Kassabeteckning", "Registreringstidpunkt"})

_ENDS, _STRANGE = "den slutar mitt i", "där står ett tecken som inte får stå där: skadad, eller en annan teckenkodning"
_BROKEN: dict[int, str] = {
    errors.codes[error]: why
    for error, why in (
        (errors.XML_ERROR_NO_ELEMENTS, _ENDS),
        (errors.XML_ERROR_UNCLOSED_TOKEN, _ENDS),
        (errors.XML_ERROR_PARTIAL_CHAR, _ENDS),
        (errors.XML_ERROR_INVALID_TOKEN, _STRANGE),
        (errors.XML_ERROR_BAD_CHAR_REF, _STRANGE),
        (errors.XML_ERROR_TAG_MISMATCH, "ett element slutar med ett annat namn än det började"),
        (errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "det står något efter dess slut"),
        (errors.XML_ERROR_UNDEFINED_ENTITY, "den hänvisar till en entitet, som en journalfil aldrig har"),
        (errors.XML_ERROR_DUPLICATE_ATTRIBUTE, "ett element har samma attribut två gånger"),
        (errors.XML_ERROR_UNBOUND_PREFIX, "ett element har ett prefix som inte är förklarat"),
        (errors.XML_ERROR_MISPLACED_XML_PI, "det står något före dess början"),
        (errors.XML_ERROR_UNKNOWN_ENCODING, "teckenkodningen är okänd"),
        (errors.XML_ERROR_INCORRECT_ENCODING, "teckenkodningen är inte den som filen säger"),
    )
}
"""What the parser says of the commonest faults, in Swedish."""

Node: TypeAlias = "dict[str, list[Node | str]]"


class Event(NamedTuple):
    """An event that counts: its number in the file (from 1), its line, its kind, and what stands in it."""

    number: int
    line: int
    kind: str
    about: Node
    content: Node


class Preface(NamedTuple):
    """What stands before the events."""

    content: Node


class Refused(Exception):
    """The file cannot be read on. `line` is where; `why` is Swedish; `foreign`: it is no journal export at all."""

    def __init__(self, why: str, line: int = 0, *, foreign: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.line = line
        self.foreign = foreign


def read(path: Path) -> Iterator[Preface | Event]:
    """The preface and then every event that counts. Raises Refused where the file cannot be read on; what came before
    that has been given already. Raises OSError."""
    listener = _Listener()
    size = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            size += len(chunk)
            try:
                listener.feed(chunk, size)
            except Refused as refused:
                yield from listener.take()
                refused.line = refused.line or listener.line
                raise
            yield from listener.take()
            if not chunk:
                return


class _Listener:
    """Builds events from what expat says. Three pairs of handlers: around the events, inside one, and past one."""

    def __init__(self) -> None:
        defused: Any = DefusedXMLParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self._guards = defused  # its handlers stay with expat
        self._expat = defused.parser
        self._expat.buffer_text = True
        self._expat.CommentHandler = self._expat.ProcessingInstructionHandler = None
        self._names: dict[str, str] = {}
        self._stack: list[Node] = []
        self._words: list[str] = []
        self._depth = 0
        self._preface: Node = {}
        self._in_events = False
        self._kind = ""
        self._line = self._began = self._count = 0
        self._ready: list[Preface | Event] = []
        self._inside = self._made_inside()
        self._around()

    @property
    def line(self) -> int:
        """Where the parser is."""
        return int(self._expat.CurrentLineNumber)

    def take(self) -> list[Preface | Event]:
        """What has become whole since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def feed(self, chunk: bytes, size: int) -> None:
        """The next bytes of the file; none at its end. `size`: all so far. Raises Refused."""
        try:
            self._expat.Parse(chunk, not chunk)
        except ExpatError as error:
            foreign = not self._names
            why = _BROKEN.get(error.code, f"den är inte hel XML ({error})")
            raise Refused(why, error.lineno, foreign=foreign) from error
        except DefusedXmlException as error:
            raise Refused("den innehåller en DTD, som en journalfil aldrig har", foreign=True) from error
        except (LookupError, ValueError) as error:
            raise Refused("teckenkodningen är okänd", foreign=True) from error
        place = self._expat.CurrentByteIndex
        if size - place > MOST_UNFINISHED + 2 * CHUNK or len(self._words) > MOST_TEXT:
            raise Refused("ett element, ett attribut eller ett värde är orimligt stort")
        if self._depth and place - self._began > MOST_EVENT:
            raise Refused("en händelse är orimligt stor")

    def _handle(self, start: Any, end: Any, words: Any) -> None:
        expat = self._expat
        expat.StartElementHandler, expat.EndElementHandler, expat.CharacterDataHandler = start, end, words

    # --- around the events --------------------------------------------------------------------------------

    def _around(self) -> None:
        self._handle(self._start_around, self._end_around, self._words.append)

    def _start_around(self, tag: str, attributes: list[str]) -> None:
        self._depth += 1
        name = self._checked(tag, attributes)
        self._words.clear()
        if self._depth == 2:
            self._began = int(self._expat.CurrentByteIndex)
            self._in_events = name == "RegistreringLISTA"
            if self._in_events:
                self._ready.append(Preface(self._preface))
            else:
                self._stack[:] = [self._preface, {}]
                self._handle(*self._inside)
        elif self._depth == 3:
            if name != "Handelse":
                raise Refused(f"{name} står där en Handelse ska stå")
            self._count += 1
            self._kind, self._line = "", self.line
            self._stack[:] = [{}]
            self._began = int(self._expat.CurrentByteIndex)
        elif self._depth == 4:
            self._begin(name)

    def _begin(self, name: str) -> None:
        if name in WANTED or name in _ABOUT:
            self._kind = name if name in WANTED else self._kind
            self._stack.append({})
            self._handle(*self._inside)
        else:
            self._handle(self._start_past, self._end_past, None)

    def _end_around(self, _tag: str) -> None:
        if self._depth == 3 and self._kind:
            about = self._stack[0]
            content = about.pop(self._kind)
            if len(content) > 1 or about.keys() & WANTED:
                content = []  # two things in one event: neither
            self._ready.append(Event(self._count, self._line, self._kind, about, as_node(*content)))
        self._began = int(self._expat.CurrentByteIndex)
        self._depth -= 1

    # --- inside an event, and in what stands before them --------------------------------------------------

    def _made_inside(self) -> tuple[Any, Any, Any]:
        """The handlers that nearly all of a file goes through: what they need at hand, since it is a third faster."""
        stack, words, names, checked, leave = self._stack, self._words, self._names, self._checked, self._leave
        push, pop, clear, join = stack.append, stack.pop, words.clear, "".join

        def start(tag: str, attributes: list[str]) -> None:
            if attributes or tag not in names or len(stack) > MOST_DEPTH:
                checked(tag, attributes)
            push({})
            clear()

        def end(tag: str) -> None:
            value: Node | str = pop()
            if not value:
                value = join(words)
                if len(value) > MOST_TEXT:
                    raise Refused("ett värde är orimligt långt")
            name, parent = names[tag], stack[-1]
            if name in parent:
                parent[name].append(value)
            else:
                parent[name] = [value]
            if len(stack) == 1:
                leave()

        return start, end, words.append

    def _leave(self) -> None:
        self._depth -= 1
        self._around()

    # --- past an event that is no sale --------------------------------------------------------------------

    def _start_past(self, _tag: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH or len(attributes) > 2 * MOST_ATTRIBUTES:
            raise Refused("en händelse är orimligt stor")

    def _end_past(self, _tag: str) -> None:
        self._depth -= 1
        if self._depth == 3:
            self._around()

    def _checked(self, tag: str, attributes: list[str]) -> str:
        """The element's name. Raises Refused for another namespace, and for what is absurd."""
        if len(self._stack) > MOST_DEPTH:
            raise Refused("elementen ligger orimligt djupt")
        if attributes and (len(attributes) > 2 * MOST_ATTRIBUTES or max(map(len, attributes)) > MOST_TEXT):
            raise Refused("ett element har orimligt många eller stora attribut")
        name = self._names.get(tag)
        if name is not None:
            return name
        space, _, name = tag.partition("}")
        root = self._depth == 1
        if space != (INSTANS if root else KOMPONENT) or (root and name != ROOT):
            what = "roten" if root else f"elementet {(name or space)[:60]}"
            raise Refused(f"{what} hör inte till SKVFS 2021:16", foreign=root)
        if len(self._names) >= MOST_NAMES:
            raise Refused("den har element som inte finns i SKVFS 2021:16")
        self._names[tag] = name
        return name


def as_node(value: Node | str = "") -> Node:
    """What has parts; a text has none."""
    return value if isinstance(value, dict) else {}
