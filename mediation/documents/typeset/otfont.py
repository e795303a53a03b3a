"""ReportLab fonts made with HarfBuzz.

A `Face` is one font file (TrueType or CFF outlines, a member of a collection), embedded once per document as a
Type0/Identity-H subset. A `Stack` is a named ReportLab font made of faces in order: every character is drawn with the
first face that has it, so paragraphs, tables and plain `drawString` all fall back alike.

ReportLab's own `TTFont` is not used because it refuses CFF outlines, prints a missing glyph silently as something that
looks like a ticked box, and writes a broken ToUnicode entry for characters outside the Basic Multilingual Plane.
"""

from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc as pdf
from reportlab.pdfbase import pdfmetrics

from mediation.documents.typeset.cff import glyph_cids

_UNNEEDED_TABLES = [
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "VORG",
    "vhea",
    "vmtx",
    "name",
    "OS/2",
    "post",
    "STAT",
    "DSIG",
    "cmap",
    "gasp",
    "meta",
]
_RESTRICTED_LICENCE = 0x0002
_SYMBOLIC = 4
_REGULAR = 400.0


class MissingGlyph(ValueError):
    """No face of a stack has the character. `character` is the offending one."""

    def __init__(self, stack_name: str, character: str):
        super().__init__(f"{stack_name}: no glyph for {character!r} U+{ord(character):04X}")
        self.character = character


class UnusableFont(ValueError):
    """The file is no font, or none that may or can be embedded."""


class Glyph(NamedTuple):
    """One character as one face draws it: glyph number, code in the PDF, advance width in thousandths of the em."""

    gid: int
    code: int
    width: float


class Drawn(NamedTuple):
    """One character as a stack draws it: index of the face (-1: none), its glyph, the two code bytes."""

    face_index: int
    glyph: Glyph
    code_bytes: bytes


_NO_GLYPH = Drawn(-1, Glyph(0, 0, 1000.0), b"\0\0")


class Face:
    """One font file, read lazily by memory mapping. Raises `UnusableFont` when it cannot be embedded.

    `index` is the member of a collection. Variable fonts are pinned to the regular weight, because their default
    instance is often the thinnest one.
    """

    def __init__(self, path: Path, index: int = 0):
        self.path = path
        self.hb_face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        tags = self.hb_face.table_tags
        if not self.hb_face.glyph_count or not ({"glyf", "CFF "} & set(tags)):
            raise UnusableFont("no outlines that a PDF can carry")
        self.hb_font = hb.Font(self.hb_face)
        self.weight = _regular_weight(self.hb_face)
        if self.weight is not None:
            self.hb_font.set_variations({"wght": self.weight})
        self._per_mille = 1000 / self.hb_face.upem
        extents = self.hb_font.get_font_extents("ltr")
        self.ascent = extents.ascender * self._per_mille
        self.descent = extents.descender * self._per_mille
        self.is_cff = "CFF " in tags
        self._cids = glyph_cids(self._table("CFF ")) if self.is_cff else None
        self._documents: WeakKeyDictionary = WeakKeyDictionary()

    def _table(self, tag: str) -> bytes:
        return self.hb_face.reference_table(tag).data

    @property
    def postscript_name(self) -> str:
        return self.hb_face.get_name(6) or "Font"

    @property
    def names(self) -> tuple[str, ...]:
        """Family, full and PostScript names in every language of the name table."""
        entries = self.hb_face.list_names()
        return tuple(
            sorted({self.hb_face.get_name(e.name_id, e.language) or "" for e in entries if e.name_id in (1, 4, 6, 16)})
        )

    @property
    def is_restricted(self) -> bool:
        """True when the licence bits (OS/2 fsType) forbid embedding."""
        if "OS/2" not in self.hb_face.table_tags:
            return False
        return bool(int.from_bytes(self._table("OS/2")[8:10], "big") & 0x000F == _RESTRICTED_LICENCE)

    def glyph(self, character: str) -> Glyph | None:
        gid = self.hb_font.get_nominal_glyph(ord(character))
        if not gid:
            return None
        code = self._cids[gid] if self._cids else gid
        return Glyph(gid, code, self.hb_font.get_glyph_h_advance(gid) * self._per_mille)

    def use_in(self, document) -> tuple[str, dict[str, Glyph]]:
        """(resource name of this face in the document, the characters drawn so far): the caller adds to the latter."""
        use = self._documents.get(document)
        if use is None:
            use = self._documents[document] = (f"T{len(document.delayedFonts)}", {})
            document.delayedFonts.append(self)
        return use

    def addObjects(self, document) -> None:  # noqa: N802 - ReportLab calls it by this name when it saves the document
        name, characters = self._documents.pop(document)
        _Embedding(self, document, name, characters).write()

    def subset(self, gids) -> tuple[hb.SubsetPlan, hb.Face]:
        flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.DESUBROUTINIZE
        if self.is_cff and not self._cids:
            flags |= hb.SubsetFlags.RETAIN_GIDS  # name-keyed CFF: the codes in the page are glyph numbers
        wanted = hb.SubsetInput()
        wanted.flags = flags
        wanted.glyph_set.update(gids)
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _UNNEEDED_TABLES)
        if self.hb_face.has_var_data:
            wanted.pin_all_axes_to_default(self.hb_face)
        if self.weight is not None:
            wanted.pin_axis_location(self.hb_face, "wght", self.weight)
        plan = hb.SubsetPlan(self.hb_face, wanted)
        return plan, plan.execute()

    def bounding_box(self) -> list[int]:
        head = self._table("head")
        return [
            round(int.from_bytes(head[at : at + 2], "big", signed=True) * self._per_mille) for at in (36, 38, 40, 42)
        ]


def _regular_weight(face: hb.Face) -> float | None:
    for axis in face.axis_infos:
        if axis.tag == "wght":
            return min(max(_REGULAR, axis.min_value), axis.max_value)
    return None


class _Embedding:
    """Writes the subset of one face into one document."""

    def __init__(self, face: Face, document, name: str, characters: dict[str, Glyph]):
        self.face, self.document, self.name = face, document, name
        # Several characters may share a glyph; the lowest keeps the ToUnicode entry, whatever the order of drawing.
        self.by_code: dict[int, tuple[Glyph, str]] = {}
        for character in sorted(characters, reverse=True):
            glyph = characters[character]
            self.by_code[glyph.code] = (glyph, character)
        self.codes = sorted(self.by_code)

    def write(self) -> None:
        plan, subset = self.face.subset(glyph.gid for glyph, _ in self.by_code.values())
        base_font = pdf.PDFName(f"{self._tag()}+{self.face.postscript_name}")
        descendant = self._descendant(base_font, self._descriptor(base_font, subset))
        if not self.face.is_cff:
            descendant["CIDToGIDMap"] = self._stream(self._cid_to_gid(plan), "c2g")
        font = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": base_font,
            "Encoding": "/Identity-H",
            "Name": f"/{self.name}",
            "DescendantFonts": pdf.PDFArray([self._reference(pdf.PDFDictionary(descendant), "cid")]),
            "ToUnicode": self._stream(self._to_unicode(), "tu"),
        }
        self.document.idToObject["BasicFonts"].dict[self.name] = self._reference(pdf.PDFDictionary(font), "font")

    def _tag(self) -> str:
        number = 0
        for code in self.codes:
            number = (number * 31 + code) % 26**6
        return "".join(chr(65 + number // 26**place % 26) for place in range(6))

    def _reference(self, pdf_object, kind: str):
        return self.document.Reference(pdf_object, f"{kind}:{self.name}")

    def _stream(self, content: bytes, kind: str, **entries):
        stream = pdf.PDFStream(pdf.PDFDictionary(entries), content)
        stream.filters = [pdf.PDFZCompress] if self.document.compression else []
        return self._reference(stream, kind)

    def _descriptor(self, base_font, subset: hb.Face):
        face = self.face
        if face.is_cff:
            content = subset.reference_table("CFF ").data
            file_entry = {"FontFile3": self._stream(content, "file", Subtype=pdf.PDFName("CIDFontType0C"))}
        else:
            content = subset.blob.data
            file_entry = {"FontFile2": self._stream(content, "file", Length1=len(content))}
        entries = {
            "Type": "/FontDescriptor",
            "FontName": base_font,
            "Flags": _SYMBOLIC,
            "FontBBox": pdf.PDFArray(face.bounding_box()),
            "ItalicAngle": 0,
            "Ascent": round(face.ascent),
            "Descent": round(face.descent),
            "CapHeight": round(face.ascent),
            "StemV": 80,
        }
        return self._reference(pdf.PDFDictionary(entries | file_entry), "descriptor")

    def _descendant(self, base_font, descriptor) -> dict:
        widths: list = []
        for code in self.codes:
            width = self.by_code[code][0].width
            if abs(width - 1000) > 0.01:
                widths += [code, pdf.PDFArray([round(width, 2)])]
        system_info = {"Registry": pdf.PDFString("Adobe"), "Ordering": pdf.PDFString("Identity"), "Supplement": 0}
        return {
            "Type": "/Font",
            "Subtype": "/CIDFontType0" if self.face.is_cff else "/CIDFontType2",
            "BaseFont": base_font,
            "FontDescriptor": descriptor,
            "DW": 1000,
            "W": pdf.PDFArray(widths),
            "CIDSystemInfo": pdf.PDFDictionary(system_info),
        }

    def _cid_to_gid(self, plan: hb.SubsetPlan) -> bytes:
        new_gid = plan.old_to_new_glyph_mapping
        table = bytearray(2 * max(self.codes, default=0) + 2)
        for code in self.codes:
            table[2 * code : 2 * code + 2] = new_gid[self.by_code[code][0].gid].to_bytes(2, "big")
        return bytes(table)

    def _to_unicode(self) -> bytes:
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        entries = [f"<{code:04X}> <{self.by_code[code][1].encode('utf-16-be').hex()}>" for code in self.codes]
        for start in range(0, len(entries), 100):
            block = entries[start : start + 100]
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode()


class _Characters(dict[str, Drawn]):
    """character → how a chain of faces draws it, filled on demand."""

    def __init__(self, faces: tuple[Face, ...]):
        super().__init__()
        self.faces = faces

    def __missing__(self, character: str) -> Drawn:
        drawn = _NO_GLYPH
        for index, face in enumerate(self.faces):
            glyph = face.glyph(" " if character == "\u00a0" else character)
            if glyph:
                drawn = Drawn(index, glyph, glyph.code.to_bytes(2, "big"))
                break
        self[character] = drawn
        return drawn


class Stack:
    """A named ReportLab font made of faces in order of preference."""

    # What ReportLab asks of a font object.
    _multiByte = _dynamicFont = 1  # noqa: N815
    shapable = False
    encoding = None

    def __init__(self, name: str, faces: tuple[Face, ...]):
        self.fontName = self.name = name
        self.faces = faces
        self.face = self
        self.ascent, self.descent = faces[0].ascent, faces[0].descent
        self._characters = _Characters(faces)

    def missing(self, text: str) -> list[str]:
        """The characters of the text that no face of the chain has, sorted, each once."""
        return sorted({c for c in text if c != "\n" and self._characters[c].face_index < 0})

    def width(self, text: str, size: float) -> float:
        """Advance width in points."""
        return sum(self._characters[c].glyph.width for c in text) * size * 0.001

    def stringWidth(self, text, size, encoding=None):  # noqa: N802 - ReportLab's name
        return self.width(text.decode() if isinstance(text, bytes) else text, size)

    def splitString(self, text, document, encoding=None):  # noqa: N802 - ReportLab's name
        """[(face index, code bytes)]: the runs of the text that one face draws. Raises `MissingGlyph`."""
        if isinstance(text, bytes):
            text = text.decode()
        runs: list[tuple[int, list[bytes]]] = []
        current = None
        for character in text:
            drawn = self._characters[character]
            if drawn.face_index != current:
                if drawn.face_index < 0:
                    raise MissingGlyph(self.name, character)
                current = drawn.face_index
                used = self.faces[current].use_in(document)[1]
                codes: list[bytes] = []
                runs.append((current, codes))
            used[character] = drawn.glyph
            codes.append(drawn.code_bytes)
        return [(index, b"".join(codes)) for index, codes in runs]

    def getSubsetInternalName(self, face_index, document):  # noqa: N802 - ReportLab's name
        return "/" + self.faces[face_index].use_in(document)[0]


def register(name: str, faces: tuple[Face, ...]) -> Stack:
    """Makes the faces known to ReportLab under the name."""
    stack = Stack(name, faces)
    pdfmetrics.registerFont(stack)
    return stack
