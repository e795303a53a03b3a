"""The counter, keyboard only: suggestions, saving while typing and without a network, a draft that outlives a log-out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mediation.demo.people import PASSWORD
from tests.browser import Complaints, follow, sign_in

pytestmark = pytest.mark.browser


def test_a_case_is_opened_without_a_mouse(page: Page, look_at: Callable[[str], None], complaints: Complaints) -> None:
    complaints.expected.append("ERR_INTERNET_DISCONNECTED")
    sign_in(page, "lawyer", PASSWORD)
    keys = page.keyboard
    keys.press("n")
    page.wait_for_url("**/cases/new")
    expect(page.locator("[name=applicant_name]")).to_be_focused()
    keys.type("尉迟·买买提")
    keys.press("Tab")
    keys.type("１３８０００１５５５５")
    keys.press("Tab")
    keys.type("云岫")
    page.locator(".typeahead-list li").first.wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("[name=company_id]")).not_to_have_value("")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.locator("[name=category]")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("1.2万")
    keys.press("Tab")
    keys.type("两个月工资没发")
    state = page.locator("[data-autosave-state]")
    expect(state).to_contain_text("已保存")
    look_at("intake")

    page.context.set_offline(True)
    keys.type("，老板失联")
    expect(state).to_contain_text("已存本机")
    page.context.set_offline(False)
    expect(state).to_contain_text("已保存")

    # The network is back, the person had to go: it is all there for the next log-in, once.
    sign_in(page, "lawyer", PASSWORD)
    page.goto("/cases/new")
    page.get_by_text("未提交的草稿（1）").click()
    follow(page.get_by_role("link", name="尉迟·买买提"))
    expect(page.locator("[name=facts]")).to_have_value("两个月工资没发，老板失联")
    page.locator("[name=facts]").focus()
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/cases/20*-*")
    expect(page.locator("main")).to_contain_text("尉迟·买买提")

    page.goto("/cases/new")
    expect(page.get_by_text("未提交的草稿")).to_have_count(0)
    keys.type("尉迟·买买提")
    keys.press("Tab")
    keys.type("13800015555")
    keys.press("Tab")
    expect(page.locator("[data-duplicates-region]")).to_contain_text("可能重复")
    look_at("intake-duplicate")
