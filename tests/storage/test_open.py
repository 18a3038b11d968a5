"""The storage that the settings name: opened as they say, refused in words at the start."""

import stat
from pathlib import Path

import pytest

from app.settings import SettingsInvalid, load_settings
from app.storage.interface import Storage
from app.storage.local import LocalStorage
from app.storage.open import check_settings, open_storage
from app.storage.remote import RemoteStorage
from app.storage.secret import load_secret
from tests.storage import bunny_server, s3_server
from tests.storage.bunny_server import BunnyServer
from tests.storage.http_server import HttpServer, serving
from tests.storage.s3_server import S3Server

KEY = "workspaces/w1/a.mp4"
BUNNY = {
    "STORAGE": "bunny",
    "BUNNY_STORAGE_ZONE": bunny_server.ZONE,
    "BUNNY_STORAGE_KEY": bunny_server.KEY,
}
S3 = {
    "STORAGE": "s3",
    "S3_BUCKET": s3_server.BUCKET,
    "S3_ENDPOINT": "http://127.0.0.1:1",
    "S3_ACCESS_KEY_ID": s3_server.KEY_ID,
    "S3_SECRET_ACCESS_KEY": s3_server.SECRET,
}


def opened(folder: Path, **environ: str) -> Storage:
    return open_storage(load_settings({"LOOMLITE_VAR": str(folder), **environ}))


async def works(storage: Storage, folder: Path) -> None:
    clip = folder / "clip.mp4"
    clip.write_bytes(b"a clip")
    try:
        await check_settings(storage)
        await storage.put_file(KEY, clip, "video/mp4", move=True)
        assert (await storage.local_path(KEY)).read_bytes() == b"a clip"
    finally:
        await storage.close()


async def test_without_settings_files_are_in_the_media_folder(tmp_path: Path) -> None:
    storage = opened(tmp_path)
    assert isinstance(storage, LocalStorage)
    await works(storage, tmp_path)
    assert (tmp_path / "media" / KEY).read_bytes() == b"a clip"
    assert storage.url(KEY) is None
    assert storage.signed_url(KEY, 60).startswith(f"http://localhost:8000/media/{KEY}?")


async def test_bunny_is_used_as_its_settings_say(tmp_path: Path) -> None:
    server = BunnyServer()
    async with serving(server):
        storage = opened(tmp_path, **BUNNY, BUNNY_STORAGE_HOST=server.url)
        await works(storage, tmp_path)
        assert list(server.files) == [KEY]
        assert server.files[KEY].content_type == "video/mp4"
        # Without a pull zone files go through this server.
        assert storage.url(KEY) is None
        assert storage.signed_url(KEY, 60).startswith(f"http://localhost:8000/media/{KEY}?")
    shown = opened(tmp_path, **BUNNY, BUNNY_PULL_ZONE="acme.b-cdn.net", BUNNY_TOKEN_KEY="x")
    assert (shown.url(KEY) or "").startswith(f"https://acme.b-cdn.net/{KEY}?token=HS256-")
    await shown.close()


async def test_s3_is_used_as_its_settings_say(tmp_path: Path) -> None:
    server = S3Server()
    async with serving(server):
        storage = opened(tmp_path, **{**S3, "S3_ENDPOINT": server.url})
        assert isinstance(storage, RemoteStorage)
        await works(storage, tmp_path)
        assert server.files[KEY].headers["content-type"] == "video/mp4"
        assert (storage.url(KEY) or "").startswith(f"{server.url}/{s3_server.BUCKET}/{KEY}?X-Amz-")
        public = opened(tmp_path, **S3, S3_PUBLIC_URL="https://cdn.example.com/media/")
        assert public.url(KEY) == f"https://cdn.example.com/media/{KEY}"


async def test_keys_that_are_not_taken_stop_the_start_in_the_operator_s_words(
    tmp_path: Path,
) -> None:
    servers: list[tuple[HttpServer, dict[str, str], str]] = [
        (BunnyServer(), {**BUNNY, "BUNNY_STORAGE_KEY": "hunter2"}, "BUNNY_STORAGE_KEY"),
        (S3Server(), {**S3, "S3_ACCESS_KEY_ID": "hunter2"}, "S3_ACCESS_KEY_ID"),
    ]
    for server, environ, named in servers:
        async with serving(server):
            address = {"BUNNY_STORAGE_HOST": server.url, "S3_ENDPOINT": server.url}
            storage = opened(tmp_path, **{**environ, **address})
            with pytest.raises(SettingsInvalid, match=named) as refused:
                await check_settings(storage)
            assert "hunter2" not in str(refused.value)
            await storage.close()


async def test_a_place_that_is_away_does_not_stop_the_start(tmp_path: Path) -> None:
    storage = opened(tmp_path, **BUNNY, BUNNY_STORAGE_HOST="http://127.0.0.1:1")
    await check_settings(storage)
    await storage.close()


async def test_a_media_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    storage = opened(tmp_path)
    assert isinstance(storage, LocalStorage)
    storage.drafts.rmdir()
    await check_settings(storage)  # said in the log; the disk may be mounted again
    with pytest.raises(Exception, match="does not answer right now"):
        await storage.check()


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret"
    made = load_secret(None, file)
    assert len(made) == 32
    assert load_secret(None, file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret"]
    assert load_secret("chosen", file) == b"chosen"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"STORAGE": "ftp"}, "STORAGE must be local, bunny or s3, not ftp"),
        ({"STORAGE": "bunny"}, "BUNNY_STORAGE_ZONE is missing. STORAGE=bunny needs it"),
        ({**BUNNY, "BUNNY_STORAGE_KEY": ""}, "BUNNY_STORAGE_KEY is missing"),
        ({**BUNNY, "BUNNY_STORAGE_ZONE": "a/b"}, "BUNNY_STORAGE_ZONE must be a bare name"),
        ({**BUNNY, "BUNNY_PULL_ZONE": "a b"}, "BUNNY_PULL_ZONE must be an address"),
        ({**BUNNY, "BUNNY_PULL_ZONE": "https://a.net/x"}, "BUNNY_PULL_ZONE must be an address"),
        ({**BUNNY, "BUNNY_TOKEN_KEY": "x"}, "BUNNY_TOKEN_KEY belongs to a pull zone"),
        ({**BUNNY, "BUNNY_API_KEY": "x"}, "BUNNY_API_KEY belongs to a pull zone"),
        ({**S3, "S3_BUCKET": ""}, "S3_BUCKET is missing. STORAGE=s3 needs it"),
        ({**S3, "S3_SECRET_ACCESS_KEY": ""}, "S3_SECRET_ACCESS_KEY is missing"),
        ({**S3, "S3_ENDPOINT": ""}, "S3_REGION is missing"),
        ({**S3, "S3_ENDPOINT": "ftp://x"}, "S3_ENDPOINT must be an address"),
        ({**S3, "S3_PUBLIC_URL": "https://a b"}, "S3_PUBLIC_URL must be an address"),
        ({"MEDIA_SECRET": "short"}, "MEDIA_SECRET must have at least 32 characters"),
        ({"STORAGE_CACHE_BYTES": "20 GB"}, "STORAGE_CACHE_BYTES must be a number"),
    ],
)
def test_settings_that_do_not_suffice_are_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        load_settings(environ)
