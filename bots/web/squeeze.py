"""Texts in fewer bytes for whoever takes them so: our own files and the public results, squeezed once and kept.

Conversations are never squeezed: the length of a page that holds both a secret and somebody's words tells of them.
"""

import gzip

from starlette.requests import Request

VARY = "accept-encoding"


def squeezed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def takes_squeezed(request: Request) -> bool:
    """Whether the browser says that it reads gzip. "gzip;q=0" says that it does not."""
    for each in request.headers.get("accept-encoding", "")[:200].lower().split(","):
        name, _, quality = each.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
