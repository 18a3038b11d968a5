"""Every expected way in which a render fails: what to tell the user, and whether to try again.

PipelineError
├── PageError                     one scene's page; the engine tries again or takes the fallback
│   ├── NoSuchHost · ConnectionRefused · TlsFailure · PageTimeout · ConnectionLost
│   ├── PageNotFound · ServerError · RedirectLoop · DownloadInsteadOfPage
│   ├── BlankPage · PageNeverSettles · PageWentAway · EndlessPage · DialogStorm
│   ├── LoginWall · BotChallenge · PrivateAddress
│   └── PlaceNotFound             the asked scroll depth is not on the page
├── BrowserError
│   ├── NoBrowser · BrowserDied · BrowserHangs
├── FacecamError
│   ├── NotAVideo · FacecamWithoutPicture · FacecamCodecUnknown · FacecamTruncated · FacecamEmpty
│   ├── FacecamTooLong · FacecamTooShort · FacecamFileTooLarge · FacecamPictureTooLarge
│   └── FacecamTooCostly          reading it takes more time or memory than a clip may
├── PromiseBroken                 the finished file is not what we promise
├── TooMuchMemory · DiskFull · Cancelled · SpecInvalid
"""

from typing import ClassVar


class PipelineError(Exception):
    """An expected failure. `str()` is fit for the user; a `permanent` one is not tried again."""

    permanent: ClassVar[bool] = True

    @property
    def code(self) -> str:
        """The type's name in snake_case, as it stands in JSON."""
        return "".join("_" + c.lower() if c.isupper() else c for c in type(self).__name__)[1:]

    def to_json(self) -> dict[str, object]:
        return {"error": self.code, "message": str(self), "permanent": self.permanent}


class PageError(PipelineError):
    """A page that could not be recorded. `url` is what was asked for."""

    sentence: ClassVar[str] = "{url} could not be recorded."

    def __init__(self, url: str, **facts: object) -> None:
        self.url = url
        self.facts = facts
        super().__init__(self.sentence.format(url=url, **facts))


class NoSuchHost(PageError):
    sentence = (
        "{host} does not exist, so {url} could not be opened. "
        "Check the address for a typing mistake."
    )


class ConnectionRefused(PageError):
    permanent = False
    sentence = (
        "{host} did not accept a connection, so {url} could not be opened. The site may be down."
    )


class ConnectionLost(PageError):
    permanent = False
    sentence = "The connection to {url} broke off ({cause}). The site may be overloaded."


class TlsFailure(PageError):
    sentence = (
        "{url} cannot be opened securely: {cause}. So it was not opened. "
        "Use the address that works in your own browser without a warning."
    )


class PageTimeout(PageError):
    permanent = False
    sentence = "{url} did not answer within {limit_s:g} s. The site may be slow or down."


class PageNotFound(PageError):
    sentence = "{url} answered with error {status}, so there is no page to show. Check the address."


class ServerError(PageError):
    permanent = False
    sentence = "{url} answered with error {status}: the site has a fault at the moment."


class RedirectLoop(PageError):
    sentence = "{url} keeps redirecting and never shows a page. Use the address it should end at."


class DownloadInsteadOfPage(PageError):
    sentence = "{url} is a file to download ({mime}), not a page. Use the address of a page."


class BlankPage(PageError):
    permanent = False
    sentence = "{url} opened but stayed blank, so there is nothing to show."


class PageNeverSettles(PageError):
    permanent = False
    sentence = "{url} was still loading after {limit_s:g} s and never became a readable page."


class PageWentAway(PageError):
    permanent = False
    sentence = "{url} went to another page while it was recorded. Use the address it ends at."


class EndlessPage(PageError):
    sentence = (
        "{url} keeps growing without an end and could not be measured, so it was not recorded."
    )


class DialogStorm(PageError):
    sentence = "{url} keeps opening message boxes over the page, so it could not be recorded."


class LoginWall(PageError):
    sentence = (
        "{host} asked for a sign-in, so {url} could not be recorded. "
        "Use a page that is public, or set a fallback page for this scene."
    )


class BotChallenge(PageError):
    sentence = (
        "{host} asked for proof of being human, so {url} could not be recorded. "
        "Use another page of theirs, or set a fallback page for this scene."
    )


class PrivateAddress(PageError):
    sentence = (
        "{url} leads to an address that is not open to the public ({address}: {reason}), "
        "so it was not opened. "
        "Use a page that anybody on the internet can open."
    )


class PlaceNotFound(PageError):
    sentence = (
        "{url} has no heading or element “{depth}” to scroll to. "
        'Choose a heading that is on the page, or depth = "end".'
    )


class BrowserError(PipelineError):
    permanent = False


class NoBrowser(BrowserError):
    permanent = True


class BrowserDied(BrowserError):
    def __init__(self, doing: str) -> None:
        super().__init__(f"The browser ended unexpectedly while {doing}.")


class BrowserHangs(BrowserError):
    def __init__(self, doing: str, limit_s: float) -> None:
        super().__init__(f"The browser did not answer for {limit_s:g} s while {doing}.")


class FacecamError(PipelineError):
    pass


class NotAVideo(FacecamError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not a video we can read. Export the clip as MP4, MOV or WebM and use that."
        )


class FacecamTruncated(FacecamError):
    def __init__(self, name: str, cause: str) -> None:
        super().__init__(
            f"{name} is damaged or was cut off ({cause}). Upload the clip again, or export it anew."
        )


class FacecamEmpty(FacecamError):
    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"{name} {cause}, so there is no facecam to show. Record the clip again.")


class FacecamTooLong(FacecamError):
    def __init__(self, name: str, duration_s: float, limit_s: float) -> None:
        super().__init__(
            f"{name} is {duration_s:.0f} s long; "
            f"a video may be at most {limit_s:.0f} s. Trim the clip."
        )


class FacecamTooShort(FacecamError):
    def __init__(self, name: str, duration_s: float, least_s: float) -> None:
        super().__init__(
            f"{name} is only {duration_s:.1f} s long; "
            f"a facecam needs at least {least_s:g} s. Record a longer clip."
        )


class FacecamFileTooLarge(FacecamError):
    def __init__(self, name: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"{name} has {size_bytes / 1e6:.1f} MB; a clip may have at most "
            f"{limit_bytes / 1e6:.0f} MB. Trim it, or export it at 1080p."
        )


class FacecamPictureTooLarge(FacecamError):
    def __init__(self, name: str, width: int, height: int, limit_px: int) -> None:
        super().__init__(
            f"The picture of {name} is {width}×{height} pixels; it may be at most {limit_px} wide "
            "and as tall. Export the clip at 1080p."
        )


class FacecamWithoutPicture(FacecamError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has no moving picture in it, so there is no facecam to show. "
            "Record or export the clip with its video."
        )


class FacecamCodecUnknown(FacecamError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"The picture of {name} is encoded in a way we cannot read. "
            "Export the clip as MP4 with H.264."
        )


class FacecamTooCostly(FacecamError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} takes more time or memory to read than a clip may. "
            "Export it as MP4 with H.264 at 1080p."
        )


class PromiseBroken(PipelineError):
    """The finished file failed its own measurements. `promises` names each that broke."""

    permanent = False

    def __init__(self, promises: tuple[str, ...]) -> None:
        self.promises = promises
        super().__init__("The video did not pass its own checks: " + "; ".join(promises) + ".")


class TooMuchMemory(PipelineError):
    """Engine and browsers together outgrew the limit. The next page may be lighter by then."""

    permanent = False

    def __init__(self, limit_mb: int) -> None:
        super().__init__(
            f"Making the video took more than {limit_mb:,} MB of memory, so it was ended. "
            "One of its pages is unusually heavy: use another page, or another place of it."
        )


class DiskFull(PipelineError):
    permanent = False

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The disk is full ({path}). Free some space and start again; nothing is lost."
        )


class Cancelled(PipelineError):
    def __init__(self) -> None:
        super().__init__("The render was cancelled.")


class SpecInvalid(PipelineError):
    pass
