"""The square that a telephone reads: error correction M or better (a quarter of it may be dirty), quiet zone of 4."""

import io

import segno

QUIET_ZONE = 4


def code_png(address: str) -> bytes:
    """Black on white, about 600 pixels wide: sharp on a poster too."""
    stream = io.BytesIO()
    made = _made(address)
    made.save(stream, kind="png", border=QUIET_ZONE, scale=max(8, 600 // made.symbol_size(border=QUIET_ZONE)[0]))
    return stream.getvalue()


def code_svg(address: str) -> bytes:
    stream = io.BytesIO()
    _made(address).save(
        stream, kind="svg", border=QUIET_ZONE, scale=8, dark="#000", light="#fff", xmldecl=False, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return stream.getvalue()


def _made(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m", boost_error=True)
