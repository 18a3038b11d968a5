"""Caption tracks as they were last sent, on the videos' own time; it looks up no link.

All leads of a campaign have the same track, so it is kept once for all of them.
"""

from collections import OrderedDict
from typing import NamedTuple
from uuid import UUID

from app.facecams.caption_text import shifted
from app.storage.disk import in_thread

BYTES_AT_MOST = 8 * 1024 * 1024  # some hundreds of tracks of a few minutes


class TrackKey(NamedTuple):
    """Decides every sign of a track: whose words, and what was cut off the clip before and after
    them. `version` is of the words, see app/viewer/link_reads.py."""

    facecam_id: UUID
    language: str
    version: str
    start_s: float
    end_s: float | None


class CaptionTracks:
    """Those that were asked for last, as many as fit into `bytes_at_most`."""

    def __init__(self, *, bytes_at_most: int = BYTES_AT_MOST) -> None:
        self.bytes_at_most, self.size_bytes = bytes_at_most, 0
        self._kept: OrderedDict[TrackKey, bytes] = OrderedDict()

    def find(self, key: TrackKey) -> bytes | None:
        if (track := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return track

    async def make(self, key: TrackKey, vtt: str) -> bytes:
        """The track of a clip's captions, UTF-8; kept from now on. `vtt` is of the key's version.

        Thousands of cues take a tenth of a second, so they are read in a thread.
        """
        track = await in_thread(_cut, vtt, key.start_s, key.end_s)
        self._keep(key, track)
        return track

    def _keep(self, key: TrackKey, track: bytes) -> None:
        self.size_bytes += len(track) - len(self._kept.pop(key, b""))
        self._kept[key] = track
        while self.size_bytes > self.bytes_at_most:
            _, oldest = self._kept.popitem(last=False)
            self.size_bytes -= len(oldest)


def _cut(vtt: str, start_s: float, end_s: float | None) -> bytes:
    return shifted(vtt, start_s, end_s).encode()
