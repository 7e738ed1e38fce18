"""A sweep as one string of text: each array once, in whole numbers, compressed.

A picture's bytes come back exactly. Three kinds of arrays, by their first letter:

    k   float32 values that are whole multiples of 2**grain: the differences of neighbours, zigzag, in planes of bytes
    c   pixels with at most 65,536 colours: the colours, then the number of each pixel's colour, in planes of bytes
    r   raw bytes
"""

import base64
import json
import math
import zlib

import numpy as np

GAP = -(2**30)  # stands for NaN


def planes(values):
    """Non-negative whole numbers as planes of bytes, the low bytes first."""
    count = max(1, math.ceil(int(values.max(initial=0)).bit_length() / 8))
    return count, b"".join((values >> 8 * i & 255).astype(np.uint8).tobytes() for i in range(count))


def zigzag(values):
    """The differences of neighbours as non-negative numbers."""
    steps = np.diff(values, prepend=0)
    return np.where(steps < 0, -2 * steps - 1, 2 * steps)


def pack_numbers(raw):
    """([kind, count, planes, grain], bytes) of float32 values, or None if they are not multiples of one power of two."""
    values = np.frombuffer(raw, np.float32).astype(float)
    there = values[~np.isnan(values) & (values != 0)]
    if (
        not len(there)
        or np.any(np.signbit(values) & (values == 0))
        or np.any(np.frombuffer(raw, np.uint32)[np.isnan(values)] != 0x7FC00000)
    ):
        grain = 0 if not len(there) and not np.any(np.isnan(values)) and not np.any(np.signbit(values)) else None
    else:
        mantissas = (np.frexp(there)[0] * 2**24).astype(np.int64)
        low = np.frexp(there)[1] - 24 + [(int(m) & -int(m)).bit_length() - 1 for m in mantissas]
        grain = int(low.min())
    if grain is None:
        return None
    whole = values / 2.0**grain
    if np.any(np.abs(whole[~np.isnan(whole)]) >= 2**29):
        return None
    count, data = planes(zigzag(np.where(np.isnan(whole), GAP, whole).astype(np.int64)))
    return ["k", len(values), count, grain], data


def pack_pixels(raw):
    """([kind, count, planes, colours], bytes) of pixels of four bytes."""
    colours, numbers = np.unique(np.frombuffer(raw, np.uint32), return_inverse=True)
    count, data = planes(numbers.ravel().astype(np.int64))
    return ["c", len(raw) // 4, count, len(colours)], colours.tobytes() + data


def segments(message):
    """[(offset, bytes long, whether pixels)] of a picture's arrays, in the order of its data."""
    found = []
    for panel in message["panels"]:
        for mark in [*panel["marks"], *panel.get("before", ())]:
            found += [(mark[axis][0], 4 * mark[axis][1], False) for axis in "xy"]
            if "rgba" in mark:
                found.append((mark["rgba"][0], mark["rgba"][1], True))
    return sorted(found)


def pack(book):
    """The book of ``sweep`` as text in base64: JSON, a zero byte, and the bytes of all arrays, deflated."""
    known, arrays, blob, at = {}, [], [], 0
    settings = {}
    for key, (message, line, code) in book["settings"].items():
        parts = []
        for offset, length, pixels in segments(message):
            raw = message["data"][offset : offset + length]
            if (raw, pixels) not in known:
                known[raw, pixels] = len(arrays)
                about, data = (pack_pixels(raw) if pixels else pack_numbers(raw)) or (["r", len(raw)], raw)
                arrays.append([*about, at])
                blob.append(data)
                at += len(data)
            parts.append(known[raw, pixels])
        settings[key] = [{name: value for name, value in message.items() if name != "data"} | {"parts": parts}, line, code]
    text = json.dumps(book | {"settings": settings, "arrays": arrays}, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode() + b"\0" + b"".join(blob), 9)).decode()
