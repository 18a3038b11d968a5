"""What of our environment the engine may see: enough to run, and no secret; it starts nothing."""

from collections.abc import Mapping
from pathlib import Path

# Named one by one: a list of what is secret would miss the next secret. Variables of a proxy are
# left out, for they hold passwords and the engine reaches pages by itself.
_PASSED = frozenset({
    "PATH", "HOME", "TZ", "LANG", "LANGUAGE",
    "LD_LIBRARY_PATH",
    "LOOMLITE_CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME",  # see browser/find.py
    "FONTCONFIG_FILE", "FONTCONFIG_PATH",
})  # fmt: skip
_PASSED_PREFIXES = ("LC_", "PYTHON")


def engine_environment(environ: Mapping[str, str], tmp: Path) -> dict[str, str]:
    """The variables for an engine whose temporary files are to be in `tmp`."""
    passed = {
        name: value
        for name, value in environ.items()
        if name in _PASSED or name.startswith(_PASSED_PREFIXES)
    }
    return {**passed, "TMPDIR": str(tmp)}
