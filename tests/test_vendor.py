"""Renewing vendored packages: what is written, and that nothing is when the package is another."""

import dataclasses
import io
import tarfile
from pathlib import Path

import pytest

from scripts import vendor

FILES = {
    "package/LICENSE.md": b"Do as you like.",
    "package/dist/thing.min.js": b"export const thing = 1;\n",
    "package/dist/other.js": b"// not asked for\n",
    "package/icons/dot.svg": b'<svg\n  width="24"\n>\n  <circle r="1" />\n</svg>\n',
}
THING = vendor.Package(
    name="thing", version="1.2.3", licence="0BSD", digest="", files=("dist/thing.min.js",)
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "thing-1.2.3.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


def _meant(archive: Path, folder: Path, package: vendor.Package = THING) -> vendor.Package:
    digest = vendor.digest_of(archive.read_bytes(), "sha512")
    return dataclasses.replace(package, digest=digest, folder=str(folder))


def test_a_package_is_kept_with_its_version_licence_and_digests(
    archive: Path, tmp_path: Path
) -> None:
    package = _meant(archive, tmp_path / "kept")
    package.target.mkdir(parents=True)
    (package.target / "stale.js").touch()
    vendor.renew(package, lambda *_: archive)
    assert sorted(path.name for path in package.target.iterdir()) == [
        "INTEGRITY",
        "LICENSE",
        "VERSION",
        "thing.min.js",
    ]
    assert (package.target / "VERSION").read_text().startswith("thing 1.2.3 ")
    digest = vendor.digest_of(FILES["package/dist/thing.min.js"], "sha384")
    assert (package.target / "INTEGRITY").read_text() == f"{digest} thing.min.js\n"


def test_a_package_with_another_digest_leaves_everything_as_it_was(
    archive: Path, tmp_path: Path
) -> None:
    package = dataclasses.replace(THING, digest="sha512-other", folder=str(tmp_path / "kept"))
    with pytest.raises(vendor.WrongDigest, match=r"thing 1\.2\.3"):
        vendor.renew(package, lambda *_: archive)
    assert not package.target.exists()


def test_icons_become_one_drawing_with_a_symbol_each(archive: Path, tmp_path: Path) -> None:
    icons = dataclasses.replace(THING, files=(), icons=("dot",))
    package = _meant(archive, tmp_path / "kept", icons)
    vendor.renew(package, lambda *_: archive)
    assert '<symbol id="dot" viewBox="0 0 24 24"><circle r="1" /></symbol>' in (
        package.target / "sprite.svg"
    ).read_text("utf-8")


@pytest.mark.parametrize("package", vendor.read_list(), ids=lambda package: str(package.name))
def test_what_is_vendored_is_what_the_list_names(package: vendor.Package) -> None:
    words = (package.target / "VERSION").read_text("utf-8").split()
    assert words[:2] == [package.name, package.version]
    for line in (package.target / "INTEGRITY").read_text("utf-8").splitlines():
        digest, name = line.split()
        assert vendor.digest_of((package.target / name).read_bytes(), "sha384") == digest
