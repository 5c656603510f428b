"""Stands between the rows that come down and the till: what looks absurd is held until a person has answered.

What is held stops nothing else. Causes that are absurd only in numbers wait until their register is through, and
are written then when there were few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import REGISTER_NAMES, Article, Barcode, Price, Register, RegisterRow, kronor
from synccenter.core.database import Row
from synccenter.journal.held import ACCEPTED, KEPT, WAITING, Held, Proposal, as_list
from synccenter.run.barcodes import Claims
from synccenter.till.gate import CAUSE_TEXT, MANY, Cause, Today, is_many, judge
from synccenter.till.registers import Batch, Registers, Seen, Written

SHOWN = 3
"""Changes of a cause that are shown with their before and after; the rest are counted."""

GONE_LEAST, GONE_PART = 10, 0.1
"""So many rows, and this part of those in use, may not go at once without a person's word."""

_ALL = "*"
"""The key of what concerns a register as a whole."""


class _Waits(Struct, frozen=True):
    """A change that is absurd only if many others are like it."""

    old: RegisterRow | None
    new: RegisterRow


class Gate(Struct):
    """The gate for one register that is being fetched. `whole`: its last page said that all of it has come.

    `renamed` is shared by the gates of a run: articles whose numbers differ from the till's in zeros only.
    """

    register: Register
    registers: Registers
    held: Held
    today: Today
    renamed: dict[str, str]
    whole: bool = False
    numbers: Seen = field(default_factory=Seen)
    _claims: Claims = field(default_factory=Claims)
    _known: dict[str, list[Proposal]] = field(default_factory=dict)
    _made: dict[str, Proposal] = field(default_factory=dict)
    _waits: dict[Cause, list[_Waits]] = field(default_factory=dict)
    _came: set[str] = field(default_factory=set)
    _zeroed: dict[str, str] | None = None
    _compared: int = 0
    _priced: int = 0

    def __post_init__(self) -> None:
        """What was proposed before."""
        for one in self.held.all(self.register):
            self._known.setdefault(one.key, []).append(one)
        if self.register is Register.ARTICLES and self.registers.holds(Register.ARTICLES):
            self._zeroed = self.registers.zeroed()

    def page(self, rows: Sequence[RegisterRow]) -> Sequence[RegisterRow]:
        """A page has come; what was proposed for its rows before counts no longer, unless it comes again."""
        if self.renamed and self.register in {Register.BARCODES, Register.PRICES, Register.STOCK}:
            rows = [self._by_known_number(row) for row in rows]
        if self.register is Register.BARCODES:
            rows = self._claims.page(rows)
        elif self._zeroed is not None:
            self.numbers.add(row.number for row in rows if isinstance(row, Article))
        self._compared += len(rows)
        if self._known:
            self._came.update(self._known.keys() & {self.registers.key_of(self.register, row) for row in rows})
        return rows

    def _by_known_number(self, row: RegisterRow) -> RegisterRow:
        number = self.renamed.get(getattr(row, "article", ""))
        return row if number is None else replace(row, article=number)

    def judge(self, _register: Register, old: RegisterRow | None, new: RegisterRow) -> bool:
        """Whether a row may be written now. See `till.registers.Judge`."""
        if isinstance(new, Barcode):
            if isinstance(old, Barcode):
                self._claims.contest(old, new)
                return False
            self._claims.fresh(new)
        elif isinstance(new, Article | Price) and isinstance(old, Article | Price):
            self._priced += old.price != new.price
        cause = Cause.SAME_NUMBER if old is None and self._alias(new) else judge(old, new, self.today)
        if cause is None:
            return True
        if cause in MANY:
            self._waits.setdefault(cause, []).append(_Waits(old, new))
            return False
        return self.propose(cause, old, new)

    def _alias(self, row: RegisterRow) -> str:
        """The article in use that a new one differs from in zeros only; "" when there is none."""
        if self._zeroed is None or not isinstance(row, Article):
            return ""
        if row.number.startswith("0") and (short := row.number.lstrip("0")):
            return short if self.registers.in_use({short}) else ""
        return self._zeroed.get(row.number, "")

    def propose(self, cause: Cause, old: RegisterRow | None, new: RegisterRow) -> bool:
        """Hold a change, unless a person has said yes to this very one."""
        return self._hold(cause, self.registers.key_of(self.register, new), self._raw(old), self._raw(new) or ())

    def _hold(self, cause: Cause, key: str, old: Row | None, new: Row) -> bool:
        proposal = Proposal(self.register, key, cause.value, as_list(old), list(new))
        before = next((one for one in self._known.get(key, ()) if one.id == proposal.id), None)
        if before is not None and before.state == ACCEPTED:
            self._made[proposal.id] = before
            return True
        self._made[proposal.id] = replace(proposal, state=KEPT if before and before.state == KEPT else WAITING)
        return False

    def _raw(self, row: RegisterRow | None) -> Row | None:
        return None if row is None else self.registers.raw(self.register, row)

    def release(self, batch: Batch, seen: Seen | None) -> list[Written]:
        """The register is through: hold what many do, write what few do."""
        released = self._match(self._waits.pop(Cause.SAME_NUMBER, []), batch, seen)
        waiting, self._waits = self._waits, {}
        for cause, waits in waiting.items():
            compared = self._priced if cause is Cause.NET_PRICES else self._compared
            many = is_many(cause, len(waits), compared) and (self.whole or cause is not Cause.NO_PRICES)
            rows = [one.new for one in waits if not many or self.propose(cause, one.old, one.new)]
            released.append(batch.take(self.register, rows, seen, judged=True))
        return released

    def _match(self, waits: Sequence[_Waits], batch: Batch, seen: Seen | None) -> list[Written]:
        """New numbers that differ from known ones in zeros: the known article, unless that has come as well."""
        aliases = [(self._alias(one.new), one.new) for one in waits]
        known = Seen()
        known.add(alias for alias, _ in aliases)
        lacking = self.numbers.lacks(known)
        own: list[RegisterRow] = []
        matched: list[RegisterRow] = []
        for alias, new in aliases:
            assert isinstance(new, Article)
            if hash(alias) not in lacking:
                own.append(new)
            elif self.whole:
                self.renamed[new.number] = alias
                matched.append(replace(new, number=alias))
            elif self.propose(Cause.SAME_NUMBER, None, new):
                own.append(new)
        return [batch.take(self.register, own, seen, judged=True), batch.take(self.register, matched, seen)]

    def settle(self, gone: Callable[[str], bool]) -> None:
        """The barcodes are written: give those that several articles claim to the one in use, or hold them."""
        self._let_go()
        codes = self._claims.codes
        if not codes:
            return
        now = self.registers.now(self.register, [Barcode(code, "") for code in codes])
        owners = {row.code: row.article for row in now if isinstance(row, Barcode)}
        given, contests = self._claims.settle(owners, self.registers.in_use, gone)
        moved: list[Row] = [(code, article) for code, article in given.items() if owners.get(code) != article]
        for one in contests:
            old = Barcode(one.code, one.owner) if one.owner else None
            if old is not None and self._agreed(old):
                continue
            chosen = [a for a in one.claimants if a != one.owner and self._two(old, Barcode(one.code, a))]
            if chosen:
                moved.append((one.code, chosen[0]))
            elif old is None and one.code in owners:
                self.registers.remove(self.register, [(one.code,)])  # it came first on a page: nobody has chosen it
        self.registers.put(self.register, moved)

    def _let_go(self) -> None:
        """A code that waits because several articles claim it goes to the only one that is still in use.

        A delta tells of the article that was taken out of use, and nothing of the other one's code.
        """
        waits: dict[str, set[str]] = {}
        for one in (one for some in self._known.values() for one in some if one.id not in self._made):
            if one.state == WAITING and one.cause == Cause.TWO_ARTICLES.value:
                waits.setdefault(one.key, set()).update(row[1] for row in (one.old, one.new) if row)
        used = self.registers.in_use(set().union(*waits.values())) if waits else set()
        freed = {code: (claimants & used).pop() for code, claimants in waits.items() if len(claimants & used) == 1}
        self.registers.put(self.register, list(freed.items()))
        self._came.update(freed)

    def _two(self, old: Barcode | None, new: Barcode) -> bool:
        return self.propose(Cause.TWO_ARTICLES, old, new)

    def _agreed(self, row: Barcode) -> bool:
        """Whether a person has chosen the article that a code points at."""
        some = self._known.get(row.code, ())
        agreed = [one for one in some if one.state == ACCEPTED and one.new == [row.code, row.article]]
        self._made.update({one.id: one for one in agreed})
        return bool(agreed)

    def may_go(self, gone: Sequence[Row], before: int, *, accepted: bool) -> bool:
        """Whether so many rows may be taken out of use."""
        many = len(gone) >= GONE_LEAST and len(gone) > before * GONE_PART
        if not (many or (len(gone) == before >= 3)) or accepted:
            return True
        digest = hashlib.blake2b(repr(sorted(gone)).encode(), digest_size=8).hexdigest()
        return self._hold(Cause.MANY_GONE, _ALL, (before,), (before - len(gone), digest))

    @property
    def waiting(self) -> int:
        """How many changes of this fetch wait for a person."""
        return sum(one.state == WAITING for one in self._made.values())

    @property
    def held_keys(self) -> set[str]:
        """The keys of what was not written in this fetch."""
        return {one.key for one in self._made.values() if one.state != ACCEPTED}

    def close(self) -> None:
        """Remember what is held now, and forget what is no longer proposed."""
        old = {one.id: one for some in self._known.values() for one in some}
        keys = set(self._known) if self.whole else self._came
        gone = [one for key in keys for one in self._known.get(key, ()) if one.id not in self._made]
        self.held.drop([one for one in gone if one.key != _ALL or self.whole])
        self.held.put(one for one in self._made.values() if old.get(one.id) != one)


def told(held: Held) -> list[Problem]:
    """One problem for each cause that something waits for: how many, and some of them with before and after."""
    waiting: dict[tuple[str, Register], list[Proposal]] = {}
    for one in held.waiting():
        waiting.setdefault((one.cause, one.register), []).append(one)
    return [_problem(Cause(cause), register, some) for (cause, register), some in waiting.items()]


def _problem(cause: Cause, register: Register, some: Sequence[Proposal]) -> Problem:
    if cause is Cause.MANY_GONE:
        before, after = (some[0].old or [0])[0], some[0].new[0]
        return catalogue.REGISTER_SHRANK.problem(register=REGISTER_NAMES[register], before=before, after=after)
    shown = "; ".join(discreetly(one) for one in some[:SHOWN]) + ("; …" if len(some) > SHOWN else "")
    return catalogue.REGISTER_HELD.problem(
        register=REGISTER_NAMES[register], count=len(some), why=CAUSE_TEXT[cause], shown=shown
    )


def in_words(one: Proposal) -> str:
    """`1001 Mjölk: 17,90 → 179,00`: what it is, what the till has, what would come."""
    if one.cause == Cause.MANY_GONE.value:
        return f"{(one.old or [0])[0]} rader i bruk blir {one.new[0]}"
    before, after = _facts(one.register, one.old), _facts(one.register, one.new)
    name = one.new[1] if one.register in _NAMED else ""
    fresh = one.old is None
    parts = [
        f"{label} {after[label]}" if fresh else f"{label} {before.get(label, '–')} → {after[label]}"
        for label in after
        if before.get(label) != after[label] and not (fresh and _USUAL.get(label) == after[label])
    ]
    return f"{one.key} {name}".strip() + ": " + ("ny, " if fresh else "") + ", ".join(parts)


def discreetly(one: Proposal) -> str:
    """The same for log and mail: of a customer the number and what would change, never who it is or what it was."""
    if one.register is not Register.CUSTOMERS or one.cause == Cause.MANY_GONE.value:
        return in_words(one)
    before, after = _facts(one.register, one.old), _facts(one.register, one.new)
    changed = [label for label in after if before.get(label) != after[label]]
    return f"{one.key}: {', '.join(changed)} {'är nytt' if one.old is None else 'ändras'}"


_NAMED = frozenset({Register.ARTICLES, Register.CUSTOMERS, Register.GROUPS, Register.ACCOUNTS})
_LABELS: Mapping[Register, Mapping[str, int]] = {
    Register.ARTICLES: {"namn": 1, "varugrupp": 2, "moms": 3, "pris": 4, "pant": 5, "i bruk": 7},
    Register.GROUPS: {"namn": 1, "moms": 2},
    Register.BARCODES: {"artikel": 1},
    Register.PRICES: {"pris": 3},
    Register.STOCK: {"saldo": 2},
    Register.CUSTOMERS: {"namn": 1, "adress": 3, "ort": 5, "i bruk": 9},
    Register.ACCOUNTS: {"namn": 1},
}


_USUAL: Mapping[str, str] = {"pant": kronor(0), "i bruk": "ja"}
"""What is not told of a new row."""


def _facts(register: Register, row: Sequence[object] | None) -> dict[str, str]:
    """What of a row a person compares."""
    found = {}
    for label, at in _LABELS[register].items() if row is not None else ():
        value = row[at] if row is not None else ""
        if label in {"pris", "pant"} and isinstance(value, int):
            found[label] = kronor(value)
        elif label == "i bruk":
            found[label] = "ja" if value else "nej"
        elif label == "moms":
            found[label] = f"{value} %"
        elif label == "saldo" and isinstance(value, int):
            found[label] = f"{Decimal(value) / 1000:f}".replace(".", ",")
        else:
            found[label] = str(value)
    return found


def today(registers: Registers, day: date) -> Today:
    """What judgements depend on, as the till is now."""
    return Today(day, registers.group_names())
