"""The words of digests, alarms and escalations, in the language that is set. They name cases and days, never a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from mediation.cases.digest import Book, Entry, Person, Section
from mediation.cases.labels import SESSION_MODES
from mediation.core import clock
from mediation.core.i18n import short_day
from mediation.core.money import yuan

HEADINGS = {
    Section.LATE: _l("已逾期"),
    Section.DUE_TODAY: _l("今天到期"),
    Section.SESSIONS: _l("调解会议"),
    Section.SOON: _l("将到期"),
    Section.WAYS: _l("即将关闭的途径和时效"),
    Section.OTHERS: _l("对方或机关已逾期"),
    Section.WAITING: _l("等待办理"),
    Section.OVER: _l("已届满"),
    Section.ESCALATED: _l("本会逾期"),
}
# What a robot's safety setting may look for, and a mail filter.
MARK = _l("【调解案件】")
MOST_SHORT = 1000
MOST_ESCALATED = 30


@dataclass(frozen=True)
class Words:
    """``title`` and ``short`` for the inbox, ``subject`` and ``body`` for what goes out."""

    title: str
    subject: str
    short: str
    body: str


def digest(person: Person, book: Book, today: date) -> Words:
    """The morning's digest."""
    sections = [section for section in Section if book.counts[section]]
    counted = _("，").join(f"{HEADINGS[section]} {book.counts[section]}" for section in sections)
    title = _("%(day)s晨报：%(counted)s", day=short_day(today), counted=counted)
    blocks = [_block(book, section, today) for section in sections]
    if book.waiting:
        blocks.append([_("等待您处理的案件：%(n)s 件", n=book.waiting)])
    opening = _("%(name)s，您好。今天是 %(day)s。", name=person.name, day=short_day(today))
    return _words(title, opening, blocks)


def alarm(person: Person, book: Book, today: date) -> Words:
    """What falls due today, said apart."""
    count = book.counts[Section.DUE_TODAY]
    title = ngettext("今天到期 %(num)s 项，请当日办结", "今天到期 %(num)s 项，请当日办结", count)
    opening = _("%(name)s，您好。以下事项今天（%(day)s）到期：", name=person.name, day=short_day(today))
    return _words(title, opening, [_block(book, Section.DUE_TODAY, today)[1:]])


def escalation(person: Person, book: Book, today: date) -> Words:
    """What of the committee's own duties has become late, for its secretaries, once."""
    entries = list(book.newly_late.values())
    title = ngettext("本会新增逾期 %(num)s 项", "本会新增逾期 %(num)s 项", len(entries))
    opening = _("%(name)s，您好。以下事项已过最后一日，仍未办结：", name=person.name)
    lines = [f"- {sentence(one, Section.LATE, today)}" for one in entries[:MOST_ESCALATED]]
    return _words(title, opening, [lines + _rest(len(entries) - len(lines))])


def sentence(entry: Entry, section: Section, today: date) -> str:
    """One line: the case, what it is, the day."""
    if entry.sentence is not None:
        return entry.sentence(today)
    if entry.starts_at is not None:
        hour = entry.starts_at.astimezone(clock.SHANGHAI).strftime("%H:%M")
        mode = SESSION_MODES.get(entry.mode, entry.mode)
        return _(
            "%(number)s 调解会议，%(day)s %(hour)s（%(mode)s）",
            number=entry.number,
            day=short_day(entry.on),
            hour=hour,
            mode=mode,
        )
    said = {"number": entry.number, "title": _title(entry), "day": short_day(entry.on)}
    if section is Section.OVER:
        if entry.is_right:
            text = _("%(number)s %(title)s，%(day)s 已届满，当事人可以行使相应权利", **said)
        else:
            text = _("%(number)s %(title)s，%(day)s 已届满，这一途径已关闭", **said)
    elif entry.on < today:
        late = (today - entry.on).days
        text = _("%(number)s %(title)s，最后一日 %(day)s，已过 %(n)s 天", n=late, **said)
    elif entry.on == today:
        text = _("%(number)s %(title)s，今天是最后一日", **said)
    else:
        text = _("%(number)s %(title)s，最后一日 %(day)s，还有 %(n)s 天", n=(entry.on - today).days, **said)
    if entry.raw_on is not None and entry.on > today:
        text = _("%(text)s（顺延前为 %(raw)s，请勿依赖顺延）", text=text, raw=short_day(entry.raw_on))
    return _("%(text)s（暂定）", text=text) if entry.is_provisional else text


def _title(entry: Entry) -> str:
    if entry.seq:
        return _("第%(seq)s期付款 %(sum)s元", seq=entry.seq, sum=yuan(entry.owed_fen))
    return str(entry.title) or _("时效")


def _block(book: Book, section: Section, today: date) -> list[str]:
    """A heading and its lines."""
    lines = []
    for entry, instead_of in book.lines[section]:
        line = f"- {sentence(entry, section, today)}"
        lines.append(_("%(line)s【代 %(name)s】", line=line, name=instead_of) if instead_of else line)
    count = book.counts[section]
    return [_("%(heading)s（%(n)s）", heading=HEADINGS[section], n=count), *lines, *_rest(count - len(lines))]


def _rest(count: int) -> list[str]:
    return [_("- 另有 %(n)s 项，见系统", n=count)] if count > 0 else []


def _words(title: str, opening: str, blocks: list[list[str]]) -> Words:
    text = "\n\n".join("\n".join(block) for block in blocks)
    base = current_app.config["BASE_URL"]
    closing = [_("打开：%(address)s", address=f"{base}/")] if base else []
    closing.append(_("已办结的请在系统中登记，登记后不再提醒。接收方式：我的账号 › 通知方式。"))
    return Words(
        title=title[:200],
        subject=f"{MARK}{title}"[:200],
        short=_cut("\n".join("\n".join(block) for block in blocks)),
        body="\n\n".join([opening, text, "\n".join(closing)]) + "\n",
    )


def _cut(text: str) -> str:
    """Whole lines up to what an inbox item holds."""
    if len(text) <= MOST_SHORT:
        return text
    kept: list[str] = []
    for line in text.splitlines():
        if sum(map(len, kept)) + len(kept) + len(line) > MOST_SHORT - 2:
            break
        kept.append(line)
    return "\n".join([*kept, "……"])
