"""Files that films are written to frame by frame."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["GifReel", "Mp4Reel"]

_MS = 1000
_GIF_COLORS = 255
_GIF_TICK_MS = 10
_RATE_DENOMINATOR = 1000
_EXACT_COLORS = 128
_MOST_WEIGHT = 50
_CRF = "20"


class GifReel:
    """A GIF of one palette, in which a frame holds only the box that differs from the one before.

    Parameters
    ----------
    path
        The file.
    size
        Width and height in pixels.
    fps
        Frames a second; a GIF counts in hundredths of a second.
    samples
        Frames from which the palette is chosen.
    """

    def __init__(
        self, path: Path, size: tuple[int, int], fps: float, samples: Sequence[Image]
    ) -> None:
        self._frame_ms = _MS / fps
        self._palette = _Palette(samples)
        self._size = size
        self._before: Image | None = None
        self._waiting: tuple[Image, tuple[int, int]] | None = None
        self._shown_ms = 0.0
        self._written_ms = 0
        self._stream = path.open("wb")

    def add(self, frame: Image) -> None:
        """Add a frame; one that looks as the one before only makes that one last longer."""
        from PIL import ImageChops

        indexed = self._palette.applied(frame)
        if self._before is None:
            self._write_head(indexed)
            self._waiting = (indexed, (0, 0))
        else:
            box = ImageChops.difference(
                indexed.convert("RGB"), self._before.convert("RGB")
            ).getbbox()
            if box:
                self._write_waiting()
                self._waiting = (indexed.crop(box), (box[0], box[1]))
        self._before = indexed
        self._shown_ms += self._frame_ms

    def hold(self, seconds: float) -> None:
        """Let the last frame stand for some seconds more."""
        self._shown_ms += seconds * _MS

    def close(self) -> None:
        """Write the last frame and close the file."""
        if self._waiting:
            self._write_waiting()
            self._stream.write(b";")
        self._stream.close()

    def _write_head(self, first: Image) -> None:
        from PIL import GifImagePlugin

        head, _ = GifImagePlugin.getheader(first.copy(), info={"loop": 0, "optimize": False})
        for part in head:
            self._stream.write(part)

    def _write_waiting(self) -> None:
        from PIL import GifImagePlugin

        assert self._waiting is not None
        frame, offset = self._waiting
        # Rounded from the beginning of the film, so that errors do not add up.
        until = round(self._shown_ms / _GIF_TICK_MS) * _GIF_TICK_MS
        duration = max(_GIF_TICK_MS, until - self._written_ms)
        self._written_ms += duration
        for part in GifImagePlugin.getdata(frame, offset, duration=duration):
            self._stream.write(part)


class _Palette:
    """At most 255 colours that fit some frames: the commonest exactly, and means of the rest."""

    def __init__(self, samples: Sequence[Image]) -> None:
        from PIL import Image

        packed = np.concatenate([_packed(sample).ravel() for sample in samples])
        colors, counts = np.unique(packed, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        exact, rest = order[:_EXACT_COLORS], order[_EXACT_COLORS:]
        chosen = [_unpacked(colors[exact])]
        if len(rest):
            others = np.repeat(colors[rest], np.minimum(counts[rest], _MOST_WEIGHT))
            strip = Image.fromarray(_unpacked(others)[None, :, :])
            means = strip.quantize(_GIF_COLORS - len(exact), Image.Quantize.MEDIANCUT)
            chosen.append(np.array(means.getpalette(), dtype=np.uint8).reshape(-1, 3))
        self._colors = np.concatenate(chosen)[:_GIF_COLORS]
        # Pillow's own way to a given palette rounds colours, so that the paper would be tinted.
        self._nearest = np.zeros(1 << 24, dtype=np.uint8)
        self._known = np.zeros(1 << 24, dtype=np.bool_)

    def applied(self, frame: Image) -> Image:
        """Return a frame in the nearest colours of the palette."""
        from PIL import Image
        from scipy.spatial import KDTree

        packed = _packed(frame)
        new = np.unique(packed[~self._known[packed]])
        if len(new):
            _, index = KDTree(self._colors.astype(float)).query(_unpacked(new).astype(float))
            self._nearest[new] = index
            self._known[new] = True
        indexed = Image.fromarray(self._nearest[packed])
        indexed.putpalette(self._colors.ravel().tolist())
        return indexed


def _packed(frame: Image) -> NDArray[np.int64]:
    """Return the colours of a frame as numbers, shape (height, width)."""
    red, green, blue = (np.asarray(frame)[..., i].astype(np.int64) for i in range(3))
    return (red << 16) | (green << 8) | blue


def _unpacked(packed: NDArray[np.int64]) -> NDArray[np.uint8]:
    channels = [(packed >> shift) & 255 for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1).astype(np.uint8)


class Mp4Reel:
    """An MP4 with H.264 in 4:2:0, which every browser plays; its index stands at the front.

    Parameters
    ----------
    path
        The file.
    size
        Width and height in pixels, both even.
    fps
        Frames a second.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        import av

        self._rate = Fraction(fps).limit_denominator(_RATE_DENOMINATOR)
        self._container = av.open(str(path), "w", options={"movflags": "+faststart"})
        stream: Any = self._container.add_stream(
            "libx264",
            rate=self._rate,
            options={"crf": _CRF, "preset": "faster", "tune": "animation"},
        )
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 2
        self._stream = stream
        self._last: Any = None

    def add(self, frame: Image) -> None:
        """Add a frame."""
        import av

        self._last = av.VideoFrame.from_ndarray(np.asarray(frame), format="rgb24").reformat(
            format="yuv420p"
        )
        self._encode()

    def hold(self, seconds: float) -> None:
        """Let the last frame stand for some seconds more."""
        for _ in range(round(seconds * self._rate)):
            self._encode()

    def close(self) -> None:
        """Write what the encoder still keeps, and close the file."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def _encode(self) -> None:
        self._last.pts = None  # one after the other, at the rate of the stream
        for packet in self._stream.encode(self._last):
            self._container.mux(packet)
