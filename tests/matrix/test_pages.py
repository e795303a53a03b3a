"""Every page each kind of reader can reach is a sound page: valid HTML, one heading, safe forms, the usual headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from html5lib.html5parser import ParseError
from werkzeug.test import TestResponse

from mediation.core.web.security import HEADERS
from tests import personas
from tests.factories import casefiles
from tests.matrix import sample
from tests.matrix.endpoints import ROWS
from tests.matrix.test_endpoints import Walk
from tests.product import Content, Product

_LABELLED = {"input", "select", "textarea"}
_NO_LABEL = {"hidden", "submit", "button"}
# The libraries' style sheets and our own may be kept by the browser; nothing else may.
CACHED = {"static", "bootstrap.static"}


@pytest.fixture
def content() -> Content:
    return sample.CONTENT


@pytest.fixture
def app(product_on: Callable[[str], Product], content: Content) -> Iterator[Flask]:
    """On one engine: pages do not depend on it."""
    app = product_on("sqlite").reset(content)
    sample.put_files_back(app)
    with casefiles.at(sample.DAY):
        yield app


def faults_of(page: str) -> list[str]:
    """What is wrong with the HTML of a page."""
    try:
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    except ParseError as error:
        return [f"not valid HTML: {error!r}"]
    faults = []
    title = root.findtext(".//title")
    if not (title or "").strip():
        faults.append("no title")
    if len(root.findall(".//h1")) != 1:
        faults.append(f"{len(root.findall('.//h1'))} h1")
    if not root.get("lang"):
        faults.append("no language")
    doubled = [
        name for name, count in Counter(one.get("id") for one in root.iter() if one.get("id")).items() if count > 1
    ]
    faults += [f"id twice: {name}" for name in doubled]
    return faults + _form_faults(root) + _label_faults(root)


def _form_faults(root: Element) -> list[str]:
    forms = [form for form in root.iter("form") if (form.get("method") or "get").lower() == "post"]
    unsafe = [form for form in forms if not any(one.get("name") == "csrf_token" for one in form.iter("input"))]
    return [f"a form without token: {form.get('action')}" for form in unsafe]


def _label_faults(root: Element) -> list[str]:
    """Each field has a label, or a name of its own for those who hear the page; each label has a field."""
    ids = {one.get("id") for one in root.iter()}
    labels = {label.get("for") for label in root.iter("label")}
    within = {one for label in root.iter("label") for one in label.iter() if one.tag in _LABELLED}
    faults = [f"a label for nothing: {name}" for name in labels if name and name not in ids]
    for one in root.iter():
        if one.tag not in _LABELLED or one.get("type") in _NO_LABEL or one in within:
            continue
        if one.get("id") not in labels and not (one.get("aria-label") or one.get("aria-labelledby")):
            faults.append(f"a field without label: {one.get('name')}")
    return faults


def header_faults(endpoint: str, answer: TestResponse) -> list[str]:
    """Which of the usual headers an answer lacks. Papers may have a stricter policy of their own."""
    missing = [name for name in HEADERS if name not in answer.headers]
    if "unsafe-eval" in answer.headers.get("Content-Security-Policy", "unsafe-eval"):
        missing.append("a policy")
    if endpoint not in CACHED and answer.headers.get("Cache-Control") not in ("no-store", "private, no-store"):
        missing.append(f"no-store ({answer.headers.get('Cache-Control')})")
    return [f"header: {name}" for name in missing]


@pytest.mark.parametrize("persona", ["duty_lawyer", "police_here", "hr_same_company", "committee", "admin", "stranger"])
def test_every_page_is_sound(app: Flask, persona: str) -> None:
    walk = Walk(app, persona)
    seen = 0
    for endpoint, row in ROWS.items():
        answers = []
        if "GET" in row.methods:
            answers.append(("GET", walk.get(endpoint)))
        elif row.expected(persona) == 0 and 422 in row.post:
            answers.append(("POST", walk.post(endpoint)))
        for method, answer in answers:
            faults = header_faults(endpoint, answer)
            if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
                faults += faults_of(answer.get_data(as_text=True))
                seen += 1
            for fault in faults:
                walk.expect(endpoint, method, "sound", fault)
            answer.close()
    walk.verdict()
    assert seen > 5 or persona == personas.STRANGER


def test_faults_are_found() -> None:
    """The look itself can fail."""
    sound = "<!doctype html><html lang=zh><head><title>甲</title></head><body><h1>乙</h1>{}</body></html>"
    assert faults_of(sound.format("")) == []
    for broken in (
        "<h1>二</h1>",
        "<p><div></p>",
        "<form method=post></form>",
        "<input name=a>",
        "<label for=x>a</label>",
        "<p id=a></p><p id=a></p>",
    ):
        assert faults_of(sound.format(broken)), broken
