"""An address is made what a browser would open, or refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.urls import UrlInvalid, check_url, has_scheme


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com", "https://example.com/"),
        ("HTTP://Example.COM:80/A?b=C#D", "http://example.com/A?b=C#D"),
        ("https://example.com:8443", "https://example.com:8443/"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/x", "https://example.com/x"),
        ("  <“https://example.com/a%20b”> ", "https://example.com/a%20b"),
        ("\u200bexample.com\ufeff", "https://example.com/"),
        ("example.com.", "https://example.com/"),
        ("https://example.com//a//b?x=//", "https://example.com//a//b?x=//"),
        ("linkedin.com/in/ada?next=http://x", "https://linkedin.com/in/ada?next=http://x"),
        (
            "https://münchen.de/straße?q=ä#ü",
            "https://xn--mnchen-3ya.de/stra%C3%9Fe?q=%C3%A4#%C3%BC",
        ),
        ("straße.de", "https://xn--strae-oqa.de/"),
        ("ｅｘａｍｐｌｅ。com", "https://example.com/"),
        ("i❤.ws", "https://xn--i-7iq.ws/"),
        ("http://127.0.0.1:8099/northwind/", "http://127.0.0.1:8099/northwind/"),
        ("http://localhost:3000", "http://localhost:3000/"),
        ("http://[::1]:80", "http://[::1]/"),
    ],
)
def test_an_address_is_written_as_a_browser_writes_it(text: str, url: str) -> None:
    assert check_url(text) == url
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no web address here."),
        (" “” ", "There is no web address here."),
        ("javascript:alert(1)", "“javascript:alert(1)” is not a web page: only addresses with "
         "http:// or https:// can be opened."),
        ("mailto:a@b.com", "“mailto:a@b.com” is not a web page"),
        ("ftp://example.com", "“ftp://example.com” is not a web page"),
        ("file:///etc/passwd", "“file:///etc/passwd” is not a web page"),
        ("data:text/html,x", "“data:text/html,x” is not a web page"),
        ("ada@example.com", "“ada@example.com” is an e-mail address or holds a user name. Give the "
         "address of a page."),
        ("https://ada:pw@example.com/", "“https://ada:pw@example.com/” is an e-mail address or"),
        ("a.com b.com", "“a.com b.com” has a space in it. Give one web address without spaces."),
        ("a.com\nb.com", "“a.com\nb.com” has a space in it."),
        ("http://good.com\\@evil.com", "“http://good.com\\@evil.com” has characters in it that no"),
        ("goo\u00add.com", "“goo\u00add.com” has characters in it that no web address may have."),
        ("a.com\x00", "“a.com\x00” has characters in it"),
        ("acme", "“acme” is not a web address: it has no ending such as .com."),
        ("http:/example.com", "“http:/example.com” is not a web address"),
        ("http:example.com", "“http:example.com” is not a complete web address."),
        ("https://example.com:99999", "“https://example.com:99999” is not a complete web address."),
        ("http://[::1", "“http://[::1” is not a complete web address."),
        ("http://", "“http://” does not name a website."),
        ("a..com", "“a..com” does not name a website."),
        ("-a.com", "“-a.com” does not name a website."),
        ("a.com,b.com", "“a.com,b.com” does not name a website."),
        ("3.5", "“3.5” does not name a website."),
        ("http://0x7f.1", "“http://0x7f.1” does not name a website."),
        ("http://[fe80::1%25eth0]", "“http://[fe80::1%25eth0]” does not name a website."),
        ("x" * 64 + ".com", "“" + "x" * 64 + ".com” does not name a website."),
        ("x." * 127 + "com",
         "“" + "x." * 39 + "x…” does not name a website: the name is too long."),
        ("a.com/" + "x" * 5000, "“a.com/" + "x" * 73 + "…” is too long for a web address: at most "
         "4096 characters."),
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(UrlInvalid) as refused:
        check_url(text)
    assert str(refused.value).startswith(sentence)


def test_whether_a_scheme_was_there_can_be_told() -> None:
    assert has_scheme(" “HTTPS://example.com")
    assert not has_scheme("example.com/?next=http://x")


@given(st.text() | st.from_regex(r"(https?://)?[a-zé.:@/\\%?#\[\]0-9]{1,20}", fullmatch=True))
def test_a_checked_address_is_ascii_and_stays_as_it_is(text: str) -> None:
    try:
        url = check_url(text)
    except UrlInvalid:
        return
    assert url.isascii()
    assert url.startswith(("http://", "https://"))
    assert check_url(url) == url
