"""Which containers a clip may be: those that hold their own data; decides nothing about codecs.

FFmpeg also reads playlists (HLS, DASH, concat, SDP, image sequences) whose text names other files
and addresses. Such a text, uploaded as a clip, would show another team's file or reach into our
network.
"""

_VIDEO = ("mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "flv", "asf", "ogg")
_SOUND = ("wav", "mp3", "flac", "aac")  # read only to be told apart from what is no media at all

# For av.open: taken by libavformat before it reads the first byte.
ONLY_OWN_DATA = {
    "format_whitelist": ",".join(_VIDEO + _SOUND),
    "protocol_whitelist": "file",
}
