"""WebVTT and SubRip become one plain WebVTT, or a list of what is wrong by line; it stores nothing.

A parser of our own: those there are (webvtt-py, pysubs2, srt) leave out what they cannot read, and
a sentence that is missing under a video is noticed by the prospect only. Of the formats this is:
https://www.w3.org/TR/webvtt1/#file-structure and its looser elder, SubRip.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import LoomliteError
from app.phrases import duration, file_size

CAPTION_BYTES = 512 * 1024
CUES_AT_MOST = 2000
CUE_CHARS = 500  # ten seconds of fast speech are 200
TOLD_AT_ONCE = 5
# How far after the clip's end something may still be said: programs round.
PAST_THE_END_S = 0.5

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
# What follows the times is where on the picture the words are; a player knows better.
_TIMES = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?")
_LIKE = "00:01.000 --> 00:04.500"
_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
# Blocks of WebVTT that say nothing.
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
# Of both formats; anything else in angle brackets was meant to be read, and is kept as text.
_TAGS = re.compile(
    r"</?(?:b|i|u|s|c|v|lang|ruby|rt|font|span)(?:[ .\t][^<>]*)?>|<(?:\d+:)?\d\d:\d\d[.,]\d{3}>"
    r"|\{\\[^{}]*\}",
    re.IGNORECASE,
)
# What a line holds once `&#10;` is read: an empty line there would be the end of the caption.
_BREAKS = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
# Signs that nobody sees, but for the marks of writing direction, joiners and soft hyphens.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class CaptionMistake:
    """`line` counts from 1; 0 is the file as a whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


class CaptionsRefused(LoomliteError):
    """Captions were not taken; `mistakes` are all that was found, by line."""

    def __init__(self, *mistakes: CaptionMistake) -> None:
        self.mistakes = mistakes
        told = [str(each) for each in mistakes[:TOLD_AT_ONCE]]
        more = len(mistakes) - len(told)
        if more:
            told.append(f"And {more:,} more like {'it' if more == 1 else 'these'}.")
        super().__init__(" ".join(told))


@dataclass(frozen=True)
class Cue:
    """What is read from `start_s` to `end_s`: lines of plain text, not escaped."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class _Block:
    """Lines without an empty one between them; `first` is the number of the first."""

    first: int
    lines: list[str]


def read_captions(data: bytes, *, length_s: float | None = None) -> str:
    """The file as plain WebVTT in the order of time. Raises CaptionsRefused.

    With `length_s`, seconds of the clip, nothing may begin after its end.
    """
    if len(data) > CAPTION_BYTES:
        raise CaptionsRefused(
            CaptionMistake(0, f"The file is over {file_size(CAPTION_BYTES)}. Captions are small.")
        )
    mistakes: list[CaptionMistake] = []
    cues = list(_cues(_decoded(data), length_s, mistakes))
    if mistakes:
        raise CaptionsRefused(*mistakes)
    if not cues:
        raise CaptionsRefused(CaptionMistake(0, "There are no captions in this file."))
    if len(cues) > CUES_AT_MOST:
        raise CaptionsRefused(
            CaptionMistake(0, f"There are {len(cues):,} captions; {CUES_AT_MOST:,} are the most.")
        )
    return written(cues)


def written(cues: list[Cue]) -> str:
    """WebVTT with these cues and nothing else; all text escaped."""
    blocks = ["WEBVTT"]
    for cue in sorted(cues, key=lambda each: each.start_s):
        text = html.escape(cue.text, quote=False)
        blocks.append(f"{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def parse_written(vtt: str) -> list[Cue]:
    """The cues of a text that `written` made."""
    return list(_cues(vtt, None, []))


def shifted(vtt: str, start_s: float, end_s: float | None) -> str:
    """What `written` made, for the part of the clip from `start_s` to `end_s`: time begins there,
    and what is not said in it is left out.
    """
    kept = [
        Cue(max(0.0, cue.start_s - start_s), min(cue.end_s, end_s or cue.end_s) - start_s, cue.text)
        for cue in parse_written(vtt)
        if cue.end_s > start_s and (end_s is None or cue.start_s < end_s)
    ]
    return written(kept)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = "this is not written as UTF-8. Save the file as UTF-8 and upload it again."
        raise CaptionsRefused(CaptionMistake(line, sentence)) from None


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    number = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield _Block(number - len(lines), lines)
            lines = []
    if lines:
        yield _Block(number - len(lines) + 1, lines)


def _cues(text: str, length_s: float | None, mistakes: list[CaptionMistake]) -> Iterator[Cue]:
    for block in _blocks(text):
        if _ASIDE.fullmatch(block.lines[0]) and "-->" not in block.lines[0]:
            continue
        is_header = block.first == 1 and _HEADER.fullmatch(block.lines[0])
        if is_header and not any("-->" in line for line in block.lines):
            continue
        try:
            cue = _cue(block, length_s) if not is_header else _told_of(block)
        except CaptionsRefused as refusal:
            mistakes += refusal.mistakes
            continue
        if cue.text:
            yield cue


def _cue(block: _Block, length_s: float | None) -> Cue:
    at = next((n for n, line in enumerate(block.lines[:2]) if "-->" in line), None)
    if at is None:
        raise _wrong(block, 0, f"a time such as {_LIKE} is missing before this.")
    times = _TIMES.fullmatch(block.lines[at])
    if times is None:
        raise _wrong(block, at, f"“{_short(block.lines[at])}” should be like {_LIKE}.")
    start_s, end_s = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:8])
    if end_s <= start_s:
        raise _wrong(block, at, "the end is not after the beginning.")
    if length_s is not None and start_s > length_s + PAST_THE_END_S:
        raise _wrong(
            block, at, f"this begins at {duration(start_s)}, the clip ends at {duration(length_s)}."
        )
    for number, line in enumerate(block.lines[at + 1 :], at + 1):
        if "-->" in line:
            raise _wrong(block, number, "an empty line is missing before this time.")
    text = "\n".join(filter(None, (_plain(line) for line in block.lines[at + 1 :])))
    if len(text) > CUE_CHARS:
        raise _wrong(block, at + 1, f"this caption has more than {CUE_CHARS} characters.")
    return Cue(start_s, end_s, text)


def _told_of(block: _Block) -> Cue:
    raise _wrong(block, 1, "an empty line is missing before this, after “WEBVTT”.")


def _wrong(block: _Block, at: int, sentence: str) -> CaptionsRefused:
    return CaptionsRefused(CaptionMistake(block.first + at, sentence))


def _plain(line: str) -> str:
    text = _BREAKS.sub(" ", html.unescape(_TAGS.sub("", line)))
    return _UNSEEN.sub("", text).replace("-->", "→").strip()


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(thousandths.ljust(3, "0")) / 1000


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{rest // 1000:02}.{rest % 1000:03}"
