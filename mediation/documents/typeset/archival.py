"""What makes a PDF fit for long-term keeping: the marks of PDF/A-2b (ISO 19005-2), beside embedded fonts.

An output intent with an sRGB profile, metadata (XMP) that says the same as the information dictionary, an end of line before
every ``endstream``. Deterministic, like all of the typesetting.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

_NAME = "sRGB IEC61966-2.1"
# White of D50, and red, green and blue of sRGB as seen under it (ICC.1:2010, IEC 61966-2-1), in X, Y, Z.
_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = (
    ("rXYZ", (0.43607, 0.22249, 0.01392)),
    ("gXYZ", (0.38515, 0.71687, 0.09708)),
    ("bXYZ", (0.14307, 0.06061, 0.7141)),
)
# The transfer curve of sRGB: ((x + .055) / 1.055) ** 2.4 above .04045, x / 12.92 below (a parametric curve of type 3).
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Keywords>{keywords}</pdf:Keywords><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool><xmp:CreateDate>{dated}</xmp:CreateDate><xmp:ModifyDate>{dated}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def mark(document: pdfdoc.PDFDocument) -> None:
    """Add output intent and metadata to a document whose information is set and that is about to be saved."""
    profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), srgb_profile(), filters=[pdfdoc.PDFZCompress])
    intent = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString(_NAME),
            "Info": pdfdoc.PDFString(_NAME),
            "DestOutputProfile": document.Reference(profile, "srgb"),
        }
    )
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = pdfdoc.PDFArray([intent])
    # Not compressed: who searches an archive reads it without opening the file.
    catalog.Metadata = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}),
        _metadata(document),
        filters=[],
    )


def _metadata(document: pdfdoc.PDFDocument) -> bytes:
    info, stamp = document.info, document._timeStamp
    year, month, day, hours, minutes, seconds = stamp.YMDhms
    dated = f"{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}{stamp.dhh:+03}:{stamp.dmm:02}"
    words = {
        name: escape(str(getattr(info, name) or ""))
        for name in ("title", "author", "subject", "keywords", "producer", "creator")
    }
    return _XMP.format(dated=dated, **words).encode()


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """An ICC profile (version 4, RGB to XYZ) of sRGB, as the standards define it."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + b"".join(map(_fixed, _CURVE))
    tags = [("desc", _text(_NAME)), ("cprt", _text("No copyright, use freely")), ("wtpt", _xyz(_WHITE))]
    tags += [(name, _xyz(values)) for name, values in _PRIMARIES]
    tags += [(name, curve) for name in ("rTRC", "gTRC", "bTRC")]
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name.encode() + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4xI", at + len(body), 0x04200000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + b"".join(map(_fixed, _WHITE))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(encoded), 28) + encoded


def _with_line_end(format_: Callable[[Any, Any], bytes]) -> Callable[[Any, Any], bytes]:
    """ReportLab writes ``endstream`` straight after the data; ISO 19005-2, 6.1.7.1 asks for an end of line before it."""

    def formatted(self: Any, document: Any) -> bytes:
        return format_(self, document).removesuffix(b"endstream\n") + b"\nendstream\n"

    return formatted


pdfdoc.PDFStream.format = _with_line_end(pdfdoc.PDFStream.format)
