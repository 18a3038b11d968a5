"""A domain becomes the name of the company behind it, as well as letters can tell; asks nobody."""

from app.leads.free_mail import is_free_mail

# Sites on which anybody may have a page, so that their domain names nobody's company.
_PLATFORMS = frozenset(
    ["linkedin.com", "lnkd.in", "xing.com", "facebook.com", "fb.com", "instagram.com", "x.com",
     "twitter.com", "t.co", "threads.net", "tiktok.com", "youtube.com", "youtu.be", "vimeo.com",
     "pinterest.com", "reddit.com", "medium.com", "substack.com", "github.com", "github.io",
     "gitlab.com", "gitlab.io", "google.com", "goo.gl", "notion.so", "notion.site", "linktr.ee",
     "about.me", "bit.ly", "calendly.com", "behance.net", "dribbble.com", "crunchbase.com",
     "glassdoor.com", "indeed.com", "g2.com", "trustpilot.com", "yelp.com", "amazon.com",
     "etsy.com", "ebay.com", "wordpress.com", "blogspot.com", "tumblr.com", "wixsite.com",
     "weebly.com", "webnode.com", "jimdosite.com", "jimdofree.com", "squarespace.com",
     "webflow.io", "framer.website", "carrd.co", "myshopify.com", "netlify.app", "vercel.app",
     "pages.dev", "web.app", "herokuapp.com", "azurewebsites.net", "onmicrosoft.com"]
)  # fmt: skip
# What stands before a country's ending without being a name: acme.co.uk, acme.com.br.
_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "ac", "edu", "gov", "gob", "or", "ne", "gv"])
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûøåæœ")


def company_of(domain: str) -> str:
    """`"www.acme-labs.co.uk"` → `"Acme Labs"`, `"bmw.de"` → `"BMW"`.

    Empty for a provider of free mail, a platform and what is no domain.
    """
    labels = domain.lower().rstrip(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit() or ":" in domain:
        return ""
    has_second_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    own = labels[-3:] if has_second_level else labels[-2:]
    if is_free_mail(".".join(own)) or any(
        ".".join(labels[i:]) in _PLATFORMS for i in range(len(labels) - 1)
    ):
        return ""
    words = _readable(own[0]).replace("_", "-").split("-")
    return " ".join(_capitalised(word) for word in words if word)


def _readable(label: str) -> str:
    """The label as its owner writes it; the DNS knows `müller` as `xn--mller-kva`."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _capitalised(word: str) -> str:
    return word.capitalize() if _VOWELS & set(word) else word.upper()
