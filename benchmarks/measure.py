"""Runs cases side by side: whole processes in rounds A B C, A B C ..., medians, and ratios within a round."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from msgspec import Struct, field

ROOT = Path(__file__).resolve().parents[1]


class Case(Struct, frozen=True):
    """One thing to run. `prepare` is not timed; `command` prints its figures as a line of JSON, the last one counts."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None


class Figures(Struct):
    """What the rounds of a case gave. Seconds and megabytes."""

    name: str
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def median(self, what: str) -> float:
        """The median of a figure."""
        return statistics.median(float(one[what]) for one in self.rounds)

    def ratio(self, base: Figures, what: str = "whole") -> float:
        """The median of the ratios, taken round by round."""
        pairs = zip(self.rounds, base.rounds, strict=True)
        return statistics.median(float(mine[what]) / float(its[what]) for mine, its in pairs)


def module(name: str, *words: object) -> list[str]:
    """The command that runs a module of this folder."""
    return [sys.executable, "-m", f"benchmarks.{name}", *map(str, words)]


def run(command: Sequence[str]) -> dict[str, Any]:
    """Run a process: what it printed, and its whole time and processor time."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - started
    after = os.times()
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if found.get("result", "ok") != "ok":
        raise RuntimeError(f"{' '.join(command)}\n{found}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return found | {"whole": whole, "whole_cpu": used}


def compare(cases: Sequence[Case], rounds: int) -> list[Figures]:
    """Every case once a round."""
    figures = [Figures(case.name) for case in cases]
    for _ in range(rounds):
        for case, figure in zip(cases, figures, strict=True):
            case.prepare()
            figure.rounds.append(run(case.command))
    return figures


class Server:
    """The local business system in a process of its own."""

    def __init__(self, count: int) -> None:
        self._process = subprocess.Popen(
            module("server", count), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._ports = self._process.stdout.readline().split()

    def address(self, *, slow: bool = False, limited: bool = False) -> str:
        """Where it answers: at once or after 100 ms, with 25 requests in 5 s or without a limit."""
        return f"http://127.0.0.1:{self._ports[slow + 2 * limited]}"

    def control(self, *, changed: bool = False) -> dict[str, int]:
        """Choose which prices it has; what was asked since the last time."""
        request = Request(f"{self.address()}/control?changed={int(changed)}", method="POST")
        with urlopen(request, timeout=60) as answer:
            counts: dict[str, int] = json.loads(answer.read())
            return counts

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
