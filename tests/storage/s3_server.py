"""S3 as its API reference describes it, as far as a bucket of media needs it."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import uuid4
from xml.sax.saxutils import escape, unescape

from tests.storage.http_server import Answer, Asked, HttpServer, ranged

BUCKET = "acme-media"
KEY_ID = "AKIDACME"
SECRET = "a-secret"
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass
class Kept:
    content: bytes
    headers: dict[str, str]
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'


@dataclass
class Parts:
    """An upload under way."""

    key: str
    headers: dict[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)


class S3Server(HttpServer):
    """One bucket. Signatures are believed, access keys and digests of bodies are compared."""

    def __init__(self) -> None:
        super().__init__(self._handled)
        self.files: dict[str, Kept] = {}
        self.uploads: dict[str, Parts] = {}
        self.page_files = 1000

    def _handled(self, asked: Asked) -> Answer:
        answer = self._refused(asked) or self._done(asked)
        answer.of_head = asked.method == "HEAD"
        return answer

    def _refused(self, asked: Asked) -> Answer | None:
        signed = asked.headers.get("authorization", "")
        credential = asked.query.get("X-Amz-Credential") or signed.partition("Credential=")[2]
        if not re.match(rf"{KEY_ID}/\d{{8}}/[a-z0-9-]+/s3/aws4_request", credential):
            return _error(403, "InvalidAccessKeyId")
        if not signed:
            return None if asked.query.get("X-Amz-Signature") else _error(403, "AccessDenied")
        if asked.headers["x-amz-content-sha256"] != hashlib.sha256(asked.body).hexdigest():
            return _error(400, "XAmzContentSHA256Mismatch")
        if asked.path.split("/")[1] != BUCKET:
            return _error(404, "NoSuchBucket")
        return None

    def _done(self, asked: Asked) -> Answer:
        key = asked.path.removeprefix(f"/{BUCKET}").removeprefix("/")
        upload_id = asked.query.get("uploadId")
        match asked.method:
            case "PUT" if upload_id:
                answer = self._put_part(upload_id, int(asked.query["partNumber"]), asked.body)
            case "PUT":
                answer = self._keep(key, asked.body, _told_of(asked))
            case "POST" if "uploads" in asked.query:
                answer = self._begin(key, asked)
            case "POST" if "delete" in asked.query:
                answer = self._delete_many(asked.body)
            case "POST":
                answer = self._complete(upload_id or "", asked.body)
            case "DELETE":
                self.uploads.pop(upload_id or "", None)
                self.files.pop(key if upload_id is None else "", None)
                answer = Answer(204)
            case _:
                answer = self._show(key, asked) if key else self._list(asked.query)
        return answer

    def _show(self, key: str, asked: Asked) -> Answer:
        if key not in self.files:
            return _error(404, "NoSuchKey")
        kept = self.files[key]
        modified = format_datetime(kept.changed, usegmt=True)
        return ranged(
            asked, kept.content, {**kept.headers, "etag": kept.etag, "last-modified": modified}
        )

    def _keep(self, key: str, content: bytes, headers: dict[str, str]) -> Answer:
        self.files[key] = Kept(content, headers)
        return Answer(200, b"", {"etag": self.files[key].etag})

    def _begin(self, key: str, asked: Asked) -> Answer:
        upload_id = uuid4().hex
        self.uploads[upload_id] = Parts(key, _told_of(asked))
        return _xml(
            f"<InitiateMultipartUploadResult><Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key>"
            f"<UploadId>{upload_id}</UploadId></InitiateMultipartUploadResult>"
        )

    def _put_part(self, upload_id: str, number: int, content: bytes) -> Answer:
        if upload_id not in self.uploads:
            return _error(404, "NoSuchUpload")
        self.uploads[upload_id].parts[number] = content
        return Answer(200, b"", {"etag": f'"part-{number}"'})

    def _complete(self, upload_id: str, body: bytes) -> Answer:
        upload = self.uploads.pop(upload_id, None)
        if upload is None:
            return _error(404, "NoSuchUpload")
        numbers = [int(each) for each in re.findall(r"<PartNumber>(\d+)<", body.decode())]
        self._keep(upload.key, b"".join(upload.parts[each] for each in numbers), upload.headers)
        return _xml(
            f"<CompleteMultipartUploadResult><Key>{escape(upload.key)}</Key>"
            f'<ETag>"whole-{len(numbers)}"</ETag></CompleteMultipartUploadResult>'
        )

    def _delete_many(self, body: bytes) -> Answer:
        keys = [unescape(each) for each in re.findall(r"<Key>(.*?)</Key>", body.decode())]
        for key in keys:
            self.files.pop(key, None)
        told = "".join(f"<Deleted><Key>{escape(each)}</Key></Deleted>" for each in keys)
        return _xml(f"<DeleteResult>{told}</DeleteResult>")

    def _list(self, query: dict[str, str]) -> Answer:
        keys = sorted(each for each in self.files if each.startswith(query.get("prefix", "")))
        keys = [each for each in keys if each > query.get("continuation-token", "")]
        page = keys[: self.page_files]
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(kept.content)}</Size>"
            f"<LastModified>{kept.changed:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(kept.etag)}</ETag></Contents>"
            for key, kept in ((each, self.files[each]) for each in page)
        )
        more = len(keys) > len(page)
        token = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if more else ""
        return _xml(
            f"<ListBucketResult><Name>{BUCKET}</Name><KeyCount>{len(page)}</KeyCount>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{entries}</ListBucketResult>"
        )


def _told_of(asked: Asked) -> dict[str, str]:
    """What is kept besides the bytes."""
    return {
        name: value
        for name, value in asked.headers.items()
        if name == "content-type" or name.startswith("x-amz-meta-")
    }


def _error(status: int, code: str) -> Answer:
    return _xml(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>", status)


def _xml(text: str, status: int = 200) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    return Answer(status, body, {"content-type": "application/xml"})
