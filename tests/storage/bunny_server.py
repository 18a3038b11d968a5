"""Bunny as its documents describe it: a storage zone, a pull zone that wants tokens, purging."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.storage.http_server import Answer, Asked, HttpServer, ranged

ZONE = "acme-media"
KEY = "zone-password"
API_KEY = "account-key"
TOKEN_KEY = "token-key"


@dataclass
class Kept:
    content: bytes
    content_type: str
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))


class BunnyServer(HttpServer):
    """Storage below /acme-media, the API at /purge, the pull zone everywhere else."""

    def __init__(self) -> None:
        super().__init__(self._handled)
        self.files: dict[str, Kept] = {}
        self.purged: list[str] = []
        self.takes_ranges = True
        self.tells_checksums = True

    def _handled(self, asked: Asked) -> Answer:
        if asked.path == "/purge":
            return self._purge(asked)
        if not asked.path.startswith(f"/{ZONE}/"):
            return self._shown(asked)
        if asked.headers.get("accesskey") != KEY:
            return _told(401, {"HttpCode": 401, "Message": "Unauthorized"})
        key = asked.path.removeprefix(f"/{ZONE}/")
        match asked.method:
            case "PUT":
                answer = self._put(key, asked)
            case "DESCRIBE":
                answer = self._describe(key)
            case "DELETE":
                answer = self._delete(key)
            case _ if key == "" or key.endswith("/"):
                answer = self._list(key)
            case _:
                answer = self._get(key, asked)
        return answer

    def _get(self, key: str, asked: Asked) -> Answer:
        if key not in self.files:
            return _gone()
        if not self.takes_ranges:
            asked.headers.pop("range", None)
        return ranged(asked, self.files[key].content, {})

    def _put(self, key: str, asked: Asked) -> Answer:
        wanted = asked.headers.get("checksum")
        if wanted is not None and wanted != hashlib.sha256(asked.body).hexdigest().upper():
            return _told(400, {"HttpCode": 400, "Message": "Checksum and file do not match"})
        self.files[key] = Kept(asked.body, asked.headers.get("override-content-type", ""))
        return _told(201, {"HttpCode": 201, "Message": "File uploaded."})

    def _describe(self, key: str) -> Answer:
        if key in self.files:
            return _told(200, self._entry(key))
        if any(each.startswith(f"{key}/") for each in self.files):
            return _told(200, {**_FOLDER, "ObjectName": key.rpartition("/")[2]})
        return _gone()

    def _delete(self, key: str) -> Answer:
        below = [each for each in self.files if each == key or (key[-1:] == "/" and _in(each, key))]
        for each in below:
            del self.files[each]
        return _told(200, {"HttpCode": 200}) if below else _gone()

    def _list(self, folder: str) -> Answer:
        below = [each.removeprefix(folder) for each in self.files if each.startswith(folder)]
        folders = sorted({each.split("/")[0] for each in below if "/" in each})
        entries = [{**_FOLDER, "ObjectName": each} for each in folders]
        entries += [self._entry(folder + each) for each in below if "/" not in each]
        return _told(200, entries) if entries else _gone()

    def _entry(self, key: str) -> dict[str, Any]:
        kept = self.files[key]
        checksum = hashlib.sha256(kept.content).hexdigest().upper()
        return {
            "Guid": "b4b2d1f0-0000-4000-8000-000000000000",
            "StorageZoneName": ZONE,
            "ObjectName": key.rpartition("/")[2],
            "Length": len(kept.content),
            "LastChanged": kept.changed.replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "IsDirectory": False,
            "Checksum": checksum if self.tells_checksums else None,
        }

    def _purge(self, asked: Asked) -> Answer:
        if asked.method != "POST" or asked.headers.get("accesskey") != API_KEY:
            return _told(401, {"Message": "Authorization has been denied"})
        self.purged.append(asked.query["url"])
        return Answer(200)

    def _shown(self, asked: Asked) -> Answer:
        """Token authentication, written anew: a mistake in ours would not be in both."""
        expires = asked.query.get("expires", "0")
        message = (asked.path + expires).encode()
        digest = hmac.new(TOKEN_KEY.encode(), message, hashlib.sha256).digest()
        right = "HS256-" + base64.b64encode(digest, b"-_").decode().replace("=", "")
        if asked.query.get("token") != right or int(expires) < time.time():
            return Answer(403)
        kept = self.files.get(asked.path.removeprefix("/"))
        if kept is None:
            return Answer(404)
        return ranged(asked, kept.content, {"content-type": kept.content_type})


_FOLDER = {"IsDirectory": True, "Length": 0, "LastChanged": "2026-01-01T00:00:00", "Checksum": None}


def _in(key: str, folder: str) -> bool:
    return key.startswith(folder)


def _told(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"content-type": "application/json"})


def _gone() -> Answer:
    return _told(404, {"HttpCode": 404, "Message": "Object Not Found"})
