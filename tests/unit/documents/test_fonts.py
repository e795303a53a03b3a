from io import BytesIO
from pathlib import Path
from shutil import copy

import pylopdf_fonts_zh_cn
import pytest
import reportlab
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from mediation.documents.typeset import fonts
from mediation.documents.typeset.fonts import Role, role_of
from mediation.documents.typeset.otfont import Face, MissingGlyph, register

RARE = "㛃䶮𬭎喆堃犇·〇﨑𬳵𬘭𫍣"


def drawn(stack, text):
    target = BytesIO()
    canvas = Canvas(target, initialFontName=stack.name, invariant=1)
    canvas.setFont(stack.name, 16)
    canvas.drawString(72, 700, text)
    canvas.save()
    return PdfReader(target)


@pytest.mark.parametrize("role", list(Role))
def test_rare_names_print_in_every_role_and_come_back_as_text(packaged_fonts, role):
    assert packaged_fonts.missing(RARE) == []
    assert drawn(packaged_fonts.stacks[role], RARE).pages[0].extract_text().strip() == RARE


def test_a_character_that_no_font_has_is_reported_and_never_printed_as_something_else(packaged_fonts):
    assert packaged_fonts.missing("张𠮷明\n") == ["𠮷"]
    with pytest.raises(MissingGlyph) as raised:
        drawn(packaged_fonts.stacks[Role.SONG], "张𠮷明")
    assert raised.value.character == "𠮷"


def test_fonts_are_embedded_subsets_that_carry_their_characters(packaged_fonts):
    reader = drawn(packaged_fonts.stacks[Role.SONG], "调解协议书2026")
    [font] = [entry.get_object() for entry in reader.pages[0]["/Resources"]["/Font"].values()]
    descendant = font["/DescendantFonts"][0].get_object()
    assert font["/BaseFont"][7] == "+"
    assert len(descendant["/FontDescriptor"]["/FontFile3"].get_data()) < 20_000
    assert "/ToUnicode" in font


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (("仿宋_GB2312", "FangSong_GB2312"), Role.FANG),
        (("方正小标宋简体", "FZXiaoBiaoSong-B05S"), Role.TITLE),
        (("SimSun", "宋体"), Role.SONG),
        (("LXGW WenKai GB",), Role.KAI),
        (("SimHei",), Role.HEI),
        (("HanaMinB",), None),
        (("Unknown",), None),
    ],
)
def test_a_font_takes_the_role_that_its_names_announce(names, role):
    assert role_of(names) == role


def with_licence_bits(path, bits):
    """The packaged Song face with other licence bits in OS/2."""
    data = bytearray(pylopdf_fonts_zh_cn.serif_path().read_bytes())
    for number in range(int.from_bytes(data[4:6], "big")):
        record = 12 + 16 * number
        if data[record : record + 4] == b"OS/2":
            offset = int.from_bytes(data[record + 8 : record + 12], "big")
            data[offset + 8 : offset + 10] = bits.to_bytes(2, "big")
    path.write_bytes(data)


def test_instance_fonts_come_first_and_unusable_ones_are_named(tmp_path):
    with_licence_bits(tmp_path / "allowed.otf", 0x0008)
    with_licence_bits(tmp_path / "forbidden.otf", 0x0002)
    (tmp_path / "broken.ttf").write_bytes(b"no font at all")
    (tmp_path / "readme.txt").write_text("no font")
    found = fonts.load(tmp_path, system=False)
    assert {refused.path.name for refused in found.refused} == {"forbidden.otf", "broken.ttf"}
    assert found.stacks[Role.SONG].faces[0].path == tmp_path / "allowed.otf"


def vera():
    return Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def test_truetype_outlines_are_embedded_and_extracted():
    reader = drawn(register("vera-test", (Face(vera()),)), "Plate 12345 é")
    assert reader.pages[0].extract_text().strip() == "Plate 12345 é"
    [font] = [entry.get_object() for entry in reader.pages[0]["/Resources"]["/Font"].values()]
    descendant = font["/DescendantFonts"][0].get_object()
    assert descendant["/Subtype"] == "/CIDFontType2"
    assert len(descendant["/FontDescriptor"]["/FontFile2"].get_data()) < 20_000
    assert "/CIDToGIDMap" in descendant


def test_a_latin_font_only_lends_what_the_others_lack(tmp_path):
    copy(vera(), tmp_path)
    found = fonts.load(tmp_path, system=False)
    faces = found.stacks[Role.HEI].faces
    assert faces[0].path == pylopdf_fonts_zh_cn.sans_path()
    assert tmp_path / "Vera.ttf" in [face.path for face in faces]


def test_a_folder_is_read_again_only_when_it_changes(tmp_path):
    first = fonts.load(tmp_path, system=False)
    assert fonts.load(tmp_path, system=False) is first
    (tmp_path / "broken.ttf").write_bytes(b"x")
    assert fonts.load(tmp_path, system=False) is not first


def test_every_glyph_code_of_the_cid_keyed_face_fits_two_bytes():
    face = Face(pylopdf_fonts_zh_cn.serif_path())
    assert face.is_cff
    assert all(0 < face.glyph(character).code < 0x10000 for character in RARE)
