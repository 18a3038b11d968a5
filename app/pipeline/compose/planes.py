"""Pictures as the encoder wants them, 4:2:0 BT.709 limited; knows no page, clip or file."""

import dataclasses

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

U8 = npt.NDArray[np.uint8]

BLACK = (16, 128, 128)  # Y, U, V of BT.709 limited range


@dataclasses.dataclass(frozen=True)
class Planes:
    """y: uint8 [height, width]; u and v: uint8 [height/2, width/2]; both sizes even.

    Chroma row k covers luma rows 2k and 2k+1, chroma column k the columns 2k and 2k+1. `packed` is
    the one buffer behind all three where there is one: such planes become a video frame uncopied.
    """

    y: U8
    u: U8
    v: U8
    packed: U8 | None = None

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    def window(self, x_px: int, y_px: int, width: int, height: int) -> "Planes":
        """A view of a part; every number is even."""
        half = (
            slice(y_px // 2, (y_px + height) // 2),
            slice(x_px // 2, (x_px + width) // 2),
        )
        whole = (slice(y_px, y_px + height), slice(x_px, x_px + width))
        return Planes(self.y[whole], self.u[half], self.v[half])

    def paste(self, other: "Planes") -> None:
        """Copies `other`, of the same size, into these planes."""
        np.copyto(self.y, other.y)
        np.copyto(self.u, other.u)
        np.copyto(self.v, other.v)

    def copy(self) -> "Planes":
        fresh = new_planes(self.width, self.height)
        fresh.paste(self)
        return fresh


def new_planes(width: int, height: int) -> Planes:
    """Planes of undefined content in one buffer."""
    if width % 2 or height % 2:
        raise ValueError(f"4:2:0 needs even sizes, not {width}×{height}")
    packed = np.empty((height * 3 // 2, width), np.uint8)
    chroma = packed[height:].reshape(2, height // 2, width // 2)
    return Planes(packed[:height], chroma[0], chroma[1], packed)


def to_frame(planes: Planes) -> av.VideoFrame:
    """A frame tagged BT.709 limited. It shares memory with packed planes, so draw again later."""
    if planes.packed is None or planes.height % 4:
        # PyAV 18 takes packed planes for 4·n rows only, and silently drops the rest.
        frame = av.VideoFrame(planes.width, planes.height, "yuv420p")
        from_frame(frame).paste(planes)
    else:
        frame = av.VideoFrame.from_numpy_buffer(planes.packed, format="yuv420p")
    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    return frame


def from_frame(frame: av.VideoFrame) -> Planes:
    """Views of a yuv420p frame; they keep its memory alive."""
    y, u, v = (
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]  # type: ignore[call-overload]
        for plane in frame.planes
    )
    return Planes(y, u, v)


class Converter:
    """Turns sRGB pictures and decoded frames into planes; keeps swscale's tables between calls.

    AREA makes chroma the plain mean of its 2×2 pixels (measured: within 0.7 of the formula; the
    default, BILINEAR, takes one row of the two and is off by up to 34).
    """

    def __init__(self, threads: int = 0) -> None:
        self._swscale = VideoReformatter()
        self._threads = threads  # 0: one for each processor

    def from_rgb(self, rgb: U8) -> Planes:
        """rgb: uint8 [height, width, 3], sRGB, even sizes."""
        return from_frame(self._from_rgb(rgb, "yuv420p"))

    def full_chroma_from_rgb(self, rgb: U8) -> tuple[U8, U8, U8]:
        """y, u, v: uint8 [height, width] each, for what has no fixed place on the chroma grid."""
        planes = from_frame(self._from_rgb(rgb, "yuv444p"))
        return planes.y, planes.u, planes.v

    def from_video(
        self, frame: av.VideoFrame, width: int | None = None, height: int | None = None
    ) -> Planes:
        """A decoded picture of any format, scaled; untagged colours are read as players do."""
        return from_frame(
            self._swscale.reformat(
                frame,
                width=width,
                height=height,
                format="yuv420p",
                src_colorspace=_colorspace(frame),
                dst_colorspace=Colorspace.ITU709,
                src_color_range=_color_range(frame),
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.AREA,
                threads=self._threads,
            )
        )

    def _from_rgb(self, rgb: U8, pixel_format: str) -> av.VideoFrame:
        frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), format="rgb24")
        return self._swscale.reformat(
            frame,
            format=pixel_format,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
            threads=self._threads,
        )


def to_rgb(planes: Planes) -> U8:
    """uint8 [height, width, 3], sRGB."""
    frame = VideoReformatter().reformat(
        to_frame(planes),
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.BICUBIC,
    )
    rgb: U8 = frame.to_ndarray()  # type: ignore[assignment]
    return rgb


def _colorspace(frame: av.VideoFrame) -> int:
    """The frame's matrix (ITU-T H.273 numbers), or the one its size suggests: HD is BT.709."""
    by_h273 = {
        1: Colorspace.ITU709,
        5: Colorspace.ITU601,
        6: Colorspace.ITU601,
        7: Colorspace.SMPTE240M,
        9: Colorspace.BT2020,
    }
    guess = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    return int(by_h273.get(frame.colorspace, guess))


def _color_range(frame: av.VideoFrame) -> int:
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith(
        ("yuvj", "rgb", "bgr", "gbr", "pal", "gray", "argb", "abgr", "0rgb")
    )
    return int(ColorRange.JPEG if full else ColorRange.MPEG)
