"""One program a data folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from synccenter.service.instance import (
    BUSY,
    CARD,
    MOST_VISITORS,
    OK,
    Answer,
    FirstHangs,
    Instance,
    Question,
    ask,
    first,
)


def listening(knocks: list[Question]) -> Answer:
    """A program that remembers what it was asked."""

    def answer(question: Question) -> bytes:
        knocks.append(question)
        return OK

    return answer


def nothing(_question: Question) -> bytes:
    return OK


def test_the_second_knocks_at_the_first_and_leaves(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    assert first(tmp_path, nothing) is None
    assert knocks == [Question.SHOW]
    one.close()


def test_another_folder_is_another_shop(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = Instance(tmp_path / "a", nothing), first(tmp_path / "b", nothing)
    assert other is not None
    one.close()
    other.close()


def test_when_the_first_has_left_the_next_is_first(tmp_path: Path) -> None:
    Instance(tmp_path, nothing).close()
    again = first(tmp_path, nothing)
    assert again is not None
    again.close()
    assert not (tmp_path / CARD).exists()


def test_whoever_does_not_know_the_word_is_not_heard(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    port = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))["port"]
    for word in (b"", b"GET / HTTP/1.1\r\n\r\n", b"0" * 32):
        with socket.create_connection(("127.0.0.1", port), timeout=3) as door:
            door.sendall(word)
            door.shutdown(socket.SHUT_WR)
            assert door.recv(8) == b""
    assert knocks == []
    assert ask(tmp_path, Question.SHOW) == OK
    assert knocks == [Question.SHOW]
    one.close()


@pytest.mark.slow
def test_a_silent_visitor_does_not_lock_the_door_for_long(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    port = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))["port"]
    with socket.create_connection(("127.0.0.1", port)):
        time.sleep(3.2)
        assert ask(tmp_path, Question.SHOW) == OK
    one.close()


def test_five_who_say_nothing_do_not_hide_the_window(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    port = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))["port"]
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    assert first(tmp_path, nothing, patience=2) is None
    assert knocks == [Question.SHOW]
    for visitor in idle:  # they are still there: nobody was thrown out to let the window be seen
        visitor.settimeout(0.01)
        with pytest.raises(TimeoutError):
            visitor.recv(1)
        visitor.close()
    one.close()


def test_a_crowd_loses_its_oldest_and_the_window_is_seen(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    port = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))["port"]
    crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_VISITORS + 20)]
    assert ask(tmp_path, Question.SHOW) == OK
    for visitor in crowd:
        visitor.close()
    one.close()


def test_the_word_is_for_the_owner_only(tmp_path: Path) -> None:
    one = Instance(tmp_path, nothing)
    assert stat.S_IMODE((tmp_path / CARD).stat().st_mode) == 0o600
    one.close()


def test_a_first_that_was_killed_leaves_a_card_that_nobody_answers_to(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text('{"port": 1, "word": "x"}', encoding="utf-8")
    assert ask(tmp_path, Question.SHOW) is None
    again = first(tmp_path, nothing)
    assert again is not None
    again.close()


HANGS = """
import sys, time
from pathlib import Path
from synccenter.service.instance import Instance
Instance(Path(sys.argv[1]), lambda question: b"ok")
print("uppe", flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_first_that_hangs_is_found_out(tmp_path: Path) -> None:
    hung = subprocess.Popen([sys.executable, "-c", HANGS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert hung.stdout
        assert hung.stdout.readline() == "uppe\n"
        hung.send_signal(signal.SIGSTOP)
        os.waitpid(hung.pid, os.WUNTRACED)  # it has really stopped
        with pytest.raises(FirstHangs) as found:
            first(tmp_path, nothing, patience=0.5)
        assert found.value.process == hung.pid
        hung.send_signal(signal.SIGCONT)
        assert first(tmp_path, nothing) is None
    finally:
        hung.kill()
        hung.communicate()
    again = first(tmp_path, nothing)
    assert again is not None
    again.close()


def test_a_first_whose_main_thread_does_not_come_to_it_hangs_too(tmp_path: Path) -> None:
    one = Instance(tmp_path, lambda _question: BUSY)
    with pytest.raises(FirstHangs):
        first(tmp_path, nothing)
    one.close()


def test_a_first_that_is_just_leaving_is_waited_for(tmp_path: Path) -> None:
    one = Instance(tmp_path, nothing)
    (tmp_path / CARD).unlink()  # the door is shut, the lock is not let go yet
    threading.Timer(0.5, one.close).start()
    again = first(tmp_path, nothing)
    assert again is not None
    again.close()


def test_a_card_that_cannot_be_written_keeps_nobody_from_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("synccenter.service.instance.write_atomically", full)
    one = first(tmp_path, nothing)
    assert one is not None
    assert one.trouble is not None
    one.close()


def test_what_an_earlier_version_asks_is_understood(tmp_path: Path) -> None:
    knocks: list[Question] = []
    one = Instance(tmp_path, listening(knocks))
    card = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))
    with socket.create_connection(("127.0.0.1", card["port"]), timeout=3) as door:
        door.sendall(card["word"].encode())
        assert door.recv(8) == OK
    assert knocks == [Question.SHOW]
    one.close()
