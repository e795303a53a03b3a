"""Fonts that are alike on every machine: those of the locked package, whatever the system has."""

from functools import partial

import pytest

from mediation.documents.typeset import fonts


@pytest.fixture(scope="session")
def packaged_fonts():
    return fonts.load(None, system=False)


@pytest.fixture
def only_packaged_fonts(monkeypatch):
    monkeypatch.setattr(fonts, "load", partial(fonts.load, system=False))
