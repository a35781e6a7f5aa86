"""A small reader of PNG files, and the independent reader of the squares in them (ZXing)."""

import struct
import zlib
from typing import Any

import numpy as np
import zxingcpp

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def pixels(png: bytes) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """Grey values, rows by columns. Bit depths 1 and 8, no interlacing: what segno and Typst write."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, packed, palette = 8, b"", b""
    width = height = depth = kind = 0
    while place < len(png):
        size, name = struct.unpack(">I4s", png[place : place + 8])
        chunk = png[place + 8 : place + 8 + size]
        if name == b"IHDR":
            width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
            assert depth in (1, 8)
            assert not interlaced
        elif name == b"PLTE":
            palette = chunk
        elif name == b"IDAT":
            packed += chunk
        place += size + 12
    channels = _CHANNELS[kind]
    rows = _unfiltered(
        zlib.decompress(packed), height, -(-width * depth * channels // 8), max(1, depth * channels // 8)
    )
    if depth == 1:
        rows = np.unpackbits(rows, axis=1)[:, :width]
        if kind == 0:
            return np.ascontiguousarray(rows * np.uint8(255))
    if kind == 3:
        colours = np.frombuffer(palette, np.uint8).reshape(-1, 3).mean(axis=1).astype(np.uint8)
        return np.ascontiguousarray(colours[rows])
    return np.ascontiguousarray(rows.reshape(height, width, channels)[:, :, : min(3, channels)].mean(axis=2), np.uint8)


def _unfiltered(raw: bytes, height: int, stride: int, step: int) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The five filters of the PNG specification (§ 9.2), undone row by row."""
    rows = np.zeros((height, stride), np.uint8)
    before = [0] * stride
    for row in range(height):
        start = row * (stride + 1)
        how, line = raw[start], list(raw[start + 1 : start + 1 + stride])
        if how == 2:
            line = [(one + up) & 255 for one, up in zip(line, before, strict=True)]
        elif how:
            for place in range(stride):
                left = line[place - step] if place >= step else 0
                corner = before[place - step] if place >= step else 0
                guess = {1: left, 3: (left + before[place]) // 2, 4: _nearest(left, before[place], corner)}[how]
                line[place] = (line[place] + guess) & 255
        rows[row] = line
        before = line
    return rows


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def squares(png: bytes) -> list[zxingcpp.Barcode]:
    """Every code in the picture."""
    return list(zxingcpp.read_barcodes(pixels(png)))
