"""The requirements of PDF/A-2b (ISO 19005-2) on every form, one by one, for want of a validator that can be installed here."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from PIL import Image, ImageCms

from mediation.documents import registry
from mediation.documents.typeset.archival import srgb_profile
from tests.unit.documents.papers import PAPERS

ON = date(2026, 4, 20)
CODE = "MDP1.00000000." + "a" * 480 + "." + "b" * 86
NAMES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
# Operators of ISO 32000-1, Annex A; others may not stand in a page (6.2.2).
OPERATORS = frozenset(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg"
    " ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)


def made(code: str) -> bytes:
    paper = PAPERS[code]
    given = paper.ready
    return registry.render(
        code, replace(given, committee_name=f"{given.committee_name}<&>"), number=paper.number, issued_on=ON,
        instance_fonts=None, draft=True, proof=CODE,
    )  # fmt: skip


@pytest.fixture(params=sorted(PAPERS), scope="module")
def content(request) -> bytes:
    return made(request.param)


@pytest.fixture
def opened(content):
    with pikepdf.Pdf.open(BytesIO(content)) as pdf:
        yield pdf


def streams(pdf: pikepdf.Pdf):
    return [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]


def dictionaries(pdf: pikepdf.Pdf):
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]


def test_file_structure(content, opened):
    """6.1: header with a binary comment, an ID, no encryption, line ends around stream data, no forbidden filters."""
    assert re.match(rb"%PDF-1\.[1-7]\n%[\x80-\xff]{4}", content)
    assert not opened.is_encrypted
    assert "/Encrypt" not in opened.trailer
    assert len(opened.trailer.ID) == 2
    assert content.rstrip(b"\r\n").endswith(b"%%EOF")
    assert not re.search(rb"[^\r\n]endstream", content)
    assert not re.search(rb"stream[^\r\ns]", content.replace(b"endstream", b""))
    for one in streams(opened):
        assert not {"/F", "/FFilter", "/FDecodeParms"} & set(one.keys())
        assert "/LZWDecode" not in str(one.get("/Filter", ""))


def test_graphics(opened):
    """6.2: an sRGB output intent, device colours of its kind alone, nothing transparent, no pictures from elsewhere."""
    (intent,) = opened.Root.OutputIntents
    assert (intent.S, bytes(intent.OutputConditionIdentifier)) == ("/GTS_PDFA1", b"sRGB IEC61966-2.1")
    assert intent.DestOutputProfile.N == 3
    assert intent.DestOutputProfile.read_bytes() == srgb_profile()
    for one in dictionaries(opened) + streams(opened):
        assert one.get("/SMask", "/None") == "/None"
        assert float(one.get("/CA", 1)) == float(one.get("/ca", 1)) == 1
        assert one.get("/BM", "/Normal") == "/Normal"
        assert not {"/OPI", "/Ref", "/PS", "/TR", "/HTP"} & set(one.keys())
        assert one.get("/Subtype") != "/PS"
        assert one.get("/Group") is None or one.Group.get("/S") != "/Transparency"
        assert one.get("/Interpolate", False) is False
    for page in opened.pages:
        used = {str(one.operator) for one in pikepdf.parse_content_stream(page)}
        assert used <= OPERATORS
        assert not used & {"K", "k"}, "no colours of a printing press beside an RGB intent"


def test_fonts(opened):
    """6.2.11: every font embedded, every code mapped to a character, widths as in the file."""
    fonts = [one for one in dictionaries(opened) if one.get("/Type") == "/Font"]
    used = {name: font for page in opened.pages for name, font in page.resources.get("/Font", {}).items()}
    assert used
    assert all(font.Subtype == "/Type0" and "/ToUnicode" in font for font in used.values())
    for one in fonts:
        if one.Subtype == "/Type0":
            assert one.Encoding == "/Identity-H"
            (inner,) = one.DescendantFonts
            descriptor = inner.FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
            assert re.match(r"/[A-Z]{6}\+", str(descriptor.FontName))
            assert inner.CIDSystemInfo.Ordering is not None
            assert inner.Subtype == "/CIDFontType0" or "/CIDToGIDMap" in inner


def test_nothing_that_acts(opened):
    """6.3-6.6: no scripts, forms, actions, sounds, attached files; no annotation a printer would leave out."""
    assert not {"/OpenAction", "/AA", "/AcroForm", "/NeedsRendering", "/Requirements", "/OCProperties"} & set(
        opened.Root.keys()
    )
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(opened.Root.get("/Names", {}).keys())
    for one in dictionaries(opened):
        assert one.get("/S") not in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData")
        assert "/AA" not in one
    assert not any("/Annots" in page for page in opened.pages)


def test_metadata(opened):
    """6.6: the metadata says what the information dictionary says, uncompressed, with the part and level."""
    stream = opened.Root.Metadata
    assert (stream.Type, stream.Subtype, list(stream.get("/Filter", []))) == ("/Metadata", "/XML", [])
    root = ElementTree.fromstring(stream.read_bytes().decode("utf-8-sig"))

    def text(path: str) -> str:
        found = root.find(f".//{path}", NAMES)
        assert found is not None, path
        return "".join(found.itertext()).strip()

    info = {name: str(value) for name, value in opened.docinfo.items()}
    assert (text("pdfaid:part"), text("pdfaid:conformance")) == ("2", "B")
    assert text("dc:title") == info["/Title"]
    assert text("dc:creator") == info["/Author"]
    assert text("dc:creator").endswith("<&>")
    assert text("dc:description") == info["/Subject"]
    assert text("pdf:Keywords") == info["/Keywords"] == CODE
    assert text("pdf:Producer") == info["/Producer"]
    assert text("xmp:CreatorTool") == info["/Creator"]
    for name, key in (("xmp:CreateDate", "/CreationDate"), ("xmp:ModifyDate", "/ModDate")):
        assert re.sub(r"\D", "", text(name)) == re.sub(r"\D", "", info[key])
    assert opened.Root.Lang == "zh-CN"


def test_qpdf_finds_nothing(content, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_profile_is_that_of_the_colours_on_the_screen():
    profile = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    picture = Image.new("RGB", (4, 1))
    for place, colour in enumerate([(200, 30, 90), (10, 128, 240), (64, 64, 64), (255, 255, 255)]):
        picture.putpixel((place, 0), colour)
    turned = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"))
    assert all(
        abs(a - b) <= 1
        for place in range(4)
        for a, b in zip(picture.getpixel((place, 0)), turned.getpixel((place, 0)), strict=True)
    )
