"""Language and formats. The source language is Simplified Chinese; ``translations/en`` is complete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from mediation import paths
from mediation.core import clock
from mediation.core.actor import SYSTEM
from mediation.core.money import yuan

COOKIE = "lang"


class _Domain(Domain):
    """The extension's domain, which looks the catalogue up anew for each word; a page of fifty rows asks for hundreds."""

    def get_translations(self) -> Any:
        """The translations of this request, looked up once for each language it speaks."""
        locale = get_locale()
        held = g.get("catalogue") if locale is not None else None
        if held is None or held[0] is not locale:
            held = (locale, super().get_translations())
            if locale is not None:
                g.catalogue = held
        return held[1]


class _Babel(Babel):
    """The extension with the domain of its own."""

    @cached_property
    def domain_instance(self) -> Domain:
        """Our one domain of messages."""
        return _Domain(domain=self.domain)


babel = _Babel()


def choose_locale() -> str:
    """The language of this request: chosen by the user, else by the browser, else Chinese."""
    if not has_request_context():  # jobs and commands speak the source language
        return "zh_Hans_CN"
    chosen = session.get(COOKIE)
    if chosen not in ("zh", "en"):
        chosen = request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
    return "en" if chosen == "en" else "zh_Hans_CN"


def is_english() -> bool:
    """Whether this request is shown in English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def compile_catalogues(target: Path) -> None:
    """Compile ``translations/*/LC_MESSAGES/messages.po`` into ``target`` where missing or stale."""
    for source in paths.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        compiled = target / source.relative_to(paths.TRANSLATIONS).with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file:
            catalogue = read_po(file)
        draft = compiled.with_suffix(f".{id(catalogue)}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(compiled)


def _catalogue() -> Any:
    return babel.domain_instance.get_translations()


def _said(words: str, /, **variables: object) -> Markup:
    """``gettext`` of templates, as Jinja's own (a message is markup, what is put into it is escaped) in fewer steps."""
    text = Markup(_catalogue().ugettext(words))  # noqa: S704  (our own words)
    return text % variables if "%" in words else text


def day(value: date | None) -> str:
    """2026年3月9日, or 9 Mar 2026."""
    if value is None:
        return "—"
    return value.strftime("%-d %b %Y") if is_english() else f"{value.year}年{value.month}月{value.day}日"


def month_name(value: date) -> str:
    """2026年10月, or October 2026; papers and mails say the former whoever asks for them (``statistics.period``)."""
    return value.strftime("%B %Y") if is_english() else f"{value.year}年{value.month}月"


WEEKDAYS = "一二三四五六日"


def short_day(value: date | None) -> str:
    """11月22日 周日, or Sun 22 Nov."""
    if value is None:
        return "—"
    if is_english():
        return value.strftime("%a %-d %b")
    return f"{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"


def moment(value: datetime | None) -> str:
    """An instant on the Shanghai clock: 2026-11-22 14:03."""
    return "—" if value is None else value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def days_left(last_day: date | None) -> int | None:
    """Days from today to a last day; negative when it has passed."""
    return None if last_day is None else (last_day - clock.today()).days


def yuan_or_dash(fen: int | None) -> str:
    """12,345.60, or a dash when the sum is not known."""
    return "—" if fen is None else yuan(fen)


def listed(items: Iterable[object]) -> str:
    """Names one after another: 甲、乙、丙, or A, B, C. (Babel's own lists say 和 before the last, which reads as a pair.)"""
    return _("、").join(str(one) for one in items)


def phrases(items: Iterable[object]) -> str:
    """Whole phrases one after another: 甲；乙, or A; B."""
    return _("；").join(str(one) for one in items)


def who(name: str) -> str:
    """The name a row keeps of who acted; the system's own is a word of the page's language, not a name."""
    return _("系统") if name == SYSTEM else name


def install(app: Flask) -> None:
    """Register languages, filters and the date global."""
    target = Path(app.config["INSTANCE"]) / "translations"
    compile_catalogues(target)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(target)
    babel.init_app(app, locale_selector=choose_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: _catalogue().ugettext(words),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, words: _catalogue().pgettext(context, words),
        npgettext=lambda context, one, many, count: _catalogue().npgettext(context, one, many, count),
    )
    app.jinja_env.globals.update(gettext=_said, _=_said)
    app.jinja_env.filters.update(day=day, short_day=short_day, moment=moment, days_left=days_left, yuan=yuan_or_dash)
    app.jinja_env.filters.update(listed=listed, phrases=phrases, who=who)
    app.jinja_env.globals.update(today=clock.today, is_english=is_english)
