"""WebVTT and SubRip as people have them, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.facecams.caption_text import (
    CAPTION_BYTES,
    CaptionsRefused,
    Cue,
    parse_written,
    read_captions,
    shifted,
    written,
)

SRT = (
    "1\r\n00:00:01,000 --> 00:00:03,500\r\nHello there\r\n\r\n"
    "2\r\n00:00:04,0 --> 00:00:06,0\r\nBye\r\n"
)


def refused(text: str | bytes, **options: float) -> str:
    with pytest.raises(CaptionsRefused) as refusal:
        read_captions(text.encode() if isinstance(text, str) else text, **options)
    return str(refusal.value)


def cue(words: str) -> str:
    """What becomes of a caption with this text."""
    vtt = read_captions(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n".encode())
    return vtt.split("\n", 3)[3].strip()


def test_subrip_becomes_webvtt() -> None:
    assert read_captions(SRT.encode()) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nHello there\n\n"
        "00:00:04.000 --> 00:00:06.000\nBye\n"
    )


def test_webvtt_keeps_its_words_and_loses_all_else() -> None:
    vtt = read_captions(
        b"\xef\xbb\xbfWEBVTT - made by hand\nKind: captions\n\n"
        b"STYLE\n::cue { background: url(https://evil.example/) }\n\n"
        b"REGION\nid:a\n\nNOTE nobody reads this\n\n"
        b"intro\n01:00:01.000 --> 01:00:04.000 align:start line:0 region:a\n"
        b"<v Ann>Hi <b.loud>you</b>\nand <00:00:02.000><i>you</i>\n"
    )
    assert vtt == "WEBVTT\n\n01:00:01.000 --> 01:00:04.000\nHi you\nand you\n"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("5 < 6 & 7 > 6", "5 &lt; 6 &amp; 7 &gt; 6"),
        ("Fish &amp; chips&nbsp;now", "Fish &amp; chips\xa0now"),
        ('<font color="#fff">White</font>', "White"),
        (r"{\an8}Above", "Above"),
        ("a --&gt; b", "a → b"),
        ("one&#10;&#10;two &#13;&#x0a; three&#10;", "one two three"),
        ("no&#10;&#10;00:05.000 --&gt; 00:06.000&#10;cue", "no 00:05.000 → 00:06.000 cue"),
        ("nul\0l \x1b[31m red", "null [31m red"),
        ("שלום 👋 e\u0301", "שלום 👋 e\u0301"),
    ],
)
def test_text_is_plain_whatever_was_in_it(typed: str, kept: str) -> None:
    assert cue(typed) == kept


def test_every_mistake_is_told_with_its_line() -> None:
    text = (
        "1\n0:01 --> 2\nx\n\nno time at all\n\n"
        "2\n00:05.000 --> 00:04.000\nbackwards\n\n"
        "3\n00:06.000 --> 00:07.000\nfirst\n00:08.000 --> 00:09.000\nsecond\n"
    )
    said = refused(text)
    assert "Line 2: “0:01 --> 2” should be like 00:01.000 --> 00:04.500." in said
    assert "Line 5: a time such as" in said
    assert "Line 8: the end is not after the beginning." in said
    assert "Line 14: an empty line is missing before this time." in said


def test_many_mistakes_are_told_in_part() -> None:
    said = refused("no time\n\n" * 40)
    assert said.count("Line ") == 5
    assert said.endswith("And 35 more like these.")


def test_a_caption_right_under_the_head_is_not_lost_in_silence() -> None:
    assert refused("WEBVTT\n00:01.000 --> 00:02.000\nHi").startswith("Line 2: an empty line")


def test_what_cannot_be_captions_is_refused_in_words() -> None:
    assert refused(b"") == "There are no captions in this file."
    assert refused("WEBVTT\n") == "There are no captions in this file."
    assert "over 512 kB" in refused(b"x" * (CAPTION_BYTES + 1))
    assert refused(b"1\nGr\xfc\xdfe").startswith("Line 2: this is not written as UTF-8.")
    assert "more than 500 characters" in refused(f"00:01.0 --> 00:02.0\n{'a' * 501}\n")
    many = "".join(f"00:01.0 --> 00:02.0\n{n}\n\n" for n in range(2001))
    assert refused(many) == "There are 2,001 captions; 2,000 are the most."


def test_captions_of_another_clip_are_noticed() -> None:
    text = "00:01.0 --> 00:02.0\na\n\n01:20.0 --> 01:22.0\nb\n"
    assert refused(text, length_s=45.0) == "Line 4: this begins at 1:20, the clip ends at 0:45."
    assert read_captions(text.encode(), length_s=80.0)


def test_the_order_is_that_of_time() -> None:
    vtt = read_captions(b"00:03.0 --> 00:04.0\nb\n\n00:01.0 --> 00:02.0\na\n")
    assert vtt.index("\na\n") < vtt.index("\nb\n")


def test_utf_16_is_understood() -> None:
    assert read_captions(SRT.encode("utf-16")) == read_captions(SRT.encode())


def test_a_trimmed_clip_has_its_captions_earlier() -> None:
    vtt = written([Cue(0, 2, "before"), Cue(4, 6, "over"), Cue(7, 8, "in"), Cue(11, 12, "after")])
    assert parse_written(shifted(vtt, 5.0, 10.0)) == [Cue(0, 1, "over"), Cue(2, 3, "in")]
    assert parse_written(shifted(vtt, 0.0, None)) == parse_written(vtt)


@given(some.lists(some.text(alphabet="<>&-b/ \n{\\}0:.", min_size=1, max_size=30), max_size=5))
def test_what_is_written_reads_the_same_again(texts: list[str]) -> None:
    typed = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.500\n{text}" for n, text in enumerate(texts))
    try:
        vtt = read_captions(typed.encode())
    except CaptionsRefused:
        return
    assert "<" not in vtt
    assert [cue.text.count("\n\n") for cue in parse_written(vtt)] == [0] * len(parse_written(vtt))
    assert len(parse_written(vtt)) == vtt.count("-->")


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert read_captions(data).startswith("WEBVTT\n")
    except CaptionsRefused:
        return
