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
        self._palette = _palette_of(samples)
        self._size = size
        self._before: Image | None = None
        self._waiting: tuple[Image, tuple[int, int]] | None = None
        self._shown_ms = 0.0
        self._written_ms = 0
        self._stream = path.open("wb")

    def add(self, frame: Image) -> None:
        """Add a frame; one that looks as the one before only makes that one last longer."""
        from PIL import ImageChops

        indexed = frame.quantize(palette=self._palette, dither=0)
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


def _palette_of(samples: Sequence[Image]) -> Image:
    """Return a picture whose palette holds the commonest colours as they are, and fits the rest."""
    from PIL import Image

    pixels = np.concatenate([np.asarray(sample).reshape(-1, 3) for sample in samples])
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    colors, counts = np.unique(packed, return_counts=True)
    order = np.argsort(-counts.astype(np.int64), kind="stable")
    exact, rest = order[:_EXACT_COLORS], order[_EXACT_COLORS:]
    chosen = [colors[exact]]
    if len(rest):
        others = np.repeat(colors[rest], np.minimum(counts[rest], _MOST_WEIGHT))
        strip = Image.fromarray(_unpacked(others)[None, :, :])
        fitted = strip.quantize(colors=_GIF_COLORS - len(exact), method=Image.Quantize.MEDIANCUT)
        flat = np.array(fitted.getpalette(), dtype=np.uint8).reshape(-1, 3)
        chosen.append(flat.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32))
    palette = Image.new("P", (1, 1))
    palette.putpalette(_unpacked(np.concatenate(chosen)[:_GIF_COLORS]).ravel().tolist())
    return palette


def _unpacked(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
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
        # The frames are few and simple: slow settings pay, and players seek by key frames.
        stream: Any = self._container.add_stream(
            "libx264",
            rate=self._rate,
            options={"crf": _CRF, "preset": "medium", "tune": "animation"},
        )
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 2
        self._stream = stream
        self._last: Any = None

    def add(self, frame: Image) -> None:
        """Add a frame."""
        import av

        self._last = av.VideoFrame.from_image(frame).reformat(format="yuv420p")
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
