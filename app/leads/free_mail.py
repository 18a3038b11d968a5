"""Which domains give an e-mail address to anybody, so that they name no company; looks none up."""

# The large providers of each region. A list made from e-mail addresses has their names as "company
# site". All but some later and national ones (proton.me, tuta.com, hey.com, sfr.fr, …) also stand
# in `data/free.txt` of github.com/willwhite/freemail; that goes on for 4,000 domains, but most of
# those are long gone, and companies have bought some of them since.
_PROVIDERS = frozenset(
    ["gmail.com", "googlemail.com", "outlook.com", "msn.com", "yahoo.com", "ymail.com", "aol.com",
     "rocketmail.com", "icloud.com", "me.com", "mac.com", "mail.com", "email.com", "proton.me",
     "protonmail.com", "pm.me", "tutanota.com", "tuta.com", "fastmail.com", "hey.com", "zoho.com",
     "gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "web.de", "freenet.de", "t-online.de",
     "mail.ru", "yandex.ru", "yandex.com", "bk.ru", "inbox.ru", "list.ru", "qq.com", "163.com",
     "126.com", "sina.com", "foxmail.com", "naver.com", "hanmail.net", "daum.net", "orange.fr",
     "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it",
     "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "uol.com.br", "bol.com.br",
     "terra.com.br", "rediffmail.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net",
     "bellsouth.net", "cox.net", "btinternet.com", "bluewin.ch", "ziggo.nl", "telenet.be"]
)  # fmt: skip
_EVERYWHERE = ("hotmail", "live", "yahoo")  # hotmail.fr, yahoo.co.uk, …


def is_free_mail(domain: str) -> bool:
    """Whether the domain, in small letters and without `www.`, is a large free-mail provider's."""
    if domain in _PROVIDERS:
        return True
    name, _, ending = domain.partition(".")
    is_national = "." not in ending or ending.startswith(("co.", "com."))
    return name in _EVERYWHERE and is_national
