"""What is taken along from a page: a file that comes line by line, whatever its length, and is kept by no cache."""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from starlette.responses import Response, StreamingResponse

CSV, LINES = "text/csv; charset=utf-8", "application/x-ndjson"
BEGINNING = "\ufeff"
"""The mark by which a spreadsheet knows UTF-8."""


def download(body: AsyncIterator[str], name: str, kind: str) -> Response:
    """`name`: of the file, made of our own letters."""
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(body, media_type=kind, headers=headers)


def csv_line(values: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(values)
    return stream.getvalue()
