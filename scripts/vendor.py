"""Renews the front end's vendored packages from npm; knows no version itself: packages.toml does.

Run it as `make vendor`. Nothing is written before a package's digest is the recorded one.
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).parent.parent
LIST = ROOT / "app/static/vendor/packages.toml"
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class WrongDigest(Exception):
    """The package is not the one that the list means."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package at one version, and what of it is kept."""

    name: str
    version: str
    licence: str
    digest: str  # sha512, as npm writes it
    files: tuple[str, ...] = ()
    icons: tuple[str, ...] = ()
    folder: str = "app/static/vendor"

    @property
    def target(self) -> Path:
        return ROOT / self.folder / self.name


def read_list(path: Path = LIST) -> list[Package]:
    """The packages that the list names, in its order."""
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["package"]
    for table in tables:
        table.update({key: tuple(value) for key, value in table.items() if type(value) is list})
    return [Package(**table) for table in tables]


def fetch_with_npm(package: Package, folder: Path) -> Path:
    """The package's archive, from whatever registry npm is set up for."""
    asked = f"{package.name}@{package.version}"
    subprocess.run(
        ["npm", "pack", asked, "--silent", "--pack-destination", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("*.tgz"))


def renew(package: Package, fetch: Callable[[Package, Path], Path] = fetch_with_npm) -> None:
    """Write a package's files, VERSION, LICENSE and INTEGRITY. Raises WrongDigest."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch(package, Path(folder))
        found = digest_of(archive.read_bytes(), "sha512")
        if found != package.digest:
            raise WrongDigest(f"{package.name} {package.version}: {found} is not the recorded one.")
        contents = _unpack(archive)
    kept = {PurePosixPath(path).name: contents[path] for path in package.files}
    if package.icons:
        kept["sprite.svg"] = sprite(package.icons, contents)
    _write(package, kept, _licence(contents))


def digest_of(content: bytes, algorithm: str) -> str:
    """A digest as `integrity=` and npm write it: the algorithm, a dash, base64."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def sprite(icons: tuple[str, ...], contents: dict[str, bytes]) -> bytes:
    """One SVG with a symbol per icon; stroke and size are the page's (app/static/app.css)."""
    symbols = []
    for name in sorted(icons):
        drawing = DRAWING.search(contents[f"icons/{name}.svg"].decode())
        if drawing is None:
            raise ValueError(f"{name} is no drawing.")
        lines = re.sub(r"\s*\n\s*", "", drawing[1])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>\n')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'.encode()


def _unpack(archive: Path) -> dict[str, bytes]:
    """Regular files only, by their path below the archive's one folder."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile()]
        return {
            str(PurePosixPath(*PurePosixPath(member.name).parts[1:])): stream.read()
            for member in members
            if (stream := tar.extractfile(member)) is not None
        }


def _licence(contents: dict[str, bytes]) -> bytes:
    return next(contents[path] for path in sorted(contents) if re.match(r"LICEN[SC]E", path))


def _write(package: Package, kept: dict[str, bytes], licence: bytes) -> None:
    package.target.mkdir(parents=True, exist_ok=True)
    for old in package.target.iterdir():
        old.unlink()
    for name, content in kept.items():
        (package.target / name).write_bytes(content)
    (package.target / "LICENSE").write_bytes(licence)
    sources = ", ".join(package.files) or f"sprite.svg made of {len(package.icons)} of its icons"
    state = "unchanged" if package.files else "put together"
    version = f"{package.name} {package.version} (npm), {sources}, {package.licence}, {state}.\n"
    (package.target / "VERSION").write_text(version, "utf-8")
    digests = "".join(f"{digest_of(kept[name], 'sha384')} {name}\n" for name in sorted(kept))
    (package.target / "INTEGRITY").write_text(digests, "utf-8")


def main() -> int:
    """Renew all packages, or those named on the command line."""
    parser = argparse.ArgumentParser(description="Renew the vendored front end from npm.")
    parser.add_argument("names", nargs="*", help="only these packages")
    names = parser.parse_args().names
    for package in read_list():
        if names and package.name not in names:
            continue
        try:
            renew(package)
        except WrongDigest as wrong:
            sys.stderr.write(f"{wrong} Nothing of it was written.\n")
            return 1
        sys.stdout.write(f"{package.name} {package.version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
