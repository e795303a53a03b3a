"""Drawn signatures: read with suspicion, drawn the same every time, their strokes kept inside the picture."""

import json
from io import BytesIO

import pytest
from PIL import Image

from mediation.documents.signing import strokes

DRAWN = [[[1000, 1000], [3000, 4000], [5000, 1000]], [[6000, 2500], [9000, 2500]]]


def test_strokes_come_back_out_of_their_picture():
    marks = strokes.parse(json.dumps(DRAWN))
    picture = strokes.as_png(marks)
    assert strokes.from_png(picture) == marks
    assert strokes.as_png(marks) == picture
    image = Image.open(BytesIO(picture))
    assert image.size == (1000, 500)
    assert image.getpixel((750, 250)) < 60  # on the second stroke
    assert image.getpixel((750, 400)) > 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[[]]",
        "[[[1,2,3]]]",
        "[[[0,0],[10001,0]]]",
        "[[[0,0],[0,-1]]]",
        "[[[0,0],[5001.0,0]]]",
        "[[[true,false],[9000,0]]]",
        '[[["1","2"],[9000,0]]]',
        "[[[5000,2500]]]",  # a dot
        "[[[5000,2500],[5100,2500]]]",  # a slip
        "[" * 50_000,
        json.dumps([[[0, 0], [9000, 0]]] * 201),
        json.dumps([[[0, 0], [9000, 0]] * 3_000]),
        json.dumps(DRAWN) + " " * strokes.MOST_TEXT,
    ],
)
def test_what_is_no_signature_is_refused(text):
    with pytest.raises(strokes.NotDrawn):
        strokes.parse(text)


def test_the_digest_hangs_on_paper_signer_and_strokes():
    marks = strokes.canonical(strokes.parse(json.dumps(DRAWN)))
    first = strokes.digest("a" * 64, "applicant:1 周明远", marks)
    others = {
        strokes.digest("b" * 64, "applicant:1 周明远", marks),
        strokes.digest("a" * 64, "applicant:2 周明远", marks),
        strokes.digest("a" * 64, "applicant:1 周明远", marks.replace("5000", "5001")),
    }
    assert first not in others
    assert len(others) == 3


def test_a_picture_without_strokes_is_refused():
    target = BytesIO()
    Image.new("L", (10, 10)).save(target, "PNG")
    with pytest.raises(strokes.NotDrawn):
        strokes.from_png(target.getvalue())
