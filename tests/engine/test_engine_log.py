"""What is kept of an engine's log: its end, in whole lines, in a file that stays small."""

from pathlib import Path

from app.engine.log import FILE_BYTES, KEPT_BYTES, EngineLog, log_tail


def test_a_short_log_is_kept_whole(tmp_path: Path) -> None:
    with EngineLog(tmp_path / "log") as log:
        log.write(b"one\ntw")
        log.write(b"o\n\n")
        assert log.last_line() == "two"
    assert log_tail(tmp_path / "log") == "one\ntwo\n\n"


def test_a_long_log_stays_small_and_keeps_its_end(tmp_path: Path) -> None:
    file, largest = tmp_path / "log", 0
    with EngineLog(file) as log:
        for number in range(60_000):
            log.write(b"line %d of what goes on and on and on\n" % number)
            largest = max(largest, file.stat().st_size) if number % 100 == 0 else largest
        assert log.last_line() == "line 59999 of what goes on and on and on"
    assert largest <= FILE_BYTES
    lines = log_tail(file).splitlines()
    numbers = [int(line.split()[1]) for line in lines]
    assert numbers == list(range(numbers[0], 60_000))
    assert KEPT_BYTES - 100 < len(log_tail(file)) <= KEPT_BYTES


def test_a_log_begins_anew_and_need_not_be_a_file(tmp_path: Path) -> None:
    for said in (b"the first run\n", b"the second\n"):
        with EngineLog(tmp_path / "log") as log:
            log.write(said)
    assert log_tail(tmp_path / "log") == "the second\n"
    with EngineLog(None) as log:
        log.write(b"heard")
        assert log.last_line() == "heard"


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "log") == ""


def test_bytes_that_are_no_text_are_shown_as_such(tmp_path: Path) -> None:
    with EngineLog(tmp_path / "log") as log:
        log.write(b"caf\xe9\n")
    assert log_tail(tmp_path / "log") == "caf�\n"
