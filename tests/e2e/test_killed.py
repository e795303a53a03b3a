"""SIGKILL in the middle of an intake, an import and a report: nothing half saved, nothing confirmed lost, it starts again."""

from __future__ import annotations

import http.cookiejar
import json
import re
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from mediation.demo.people import PASSWORD
from tests.live import COMMAND, LiveServer

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NUMBER = re.compile(r"/cases/(\d{4}-\d{6})$")


@pytest.fixture
def server(tmp_path: Path, demo_instance: Callable) -> Iterator[LiveServer]:
    server = LiveServer(demo_instance(tmp_path / "instance", {}), "--with-demo")
    yield server
    server.kill()


class Desk(threading.Thread):
    """Somebody who logs one case after the other until the server is gone; ``confirmed`` are the numbers shown."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )
        self.confirmed: list[str] = []

    def _get(self, path: str) -> str:
        with self._opener.open(self._url + path, timeout=20) as answer:
            return answer.read().decode()

    def _post(self, path: str, page: str, **values: str) -> str:
        found = TOKEN.search(page)
        assert found is not None
        body = urllib.parse.urlencode({"csrf_token": found[1], **values}).encode()
        request = urllib.request.Request(self._url + path, body, {"Referer": self._url + path})
        with self._opener.open(request, timeout=20) as answer:
            return answer.geturl()

    def sign_in(self) -> None:
        self._post("/login", self._get("/login"), username="lawyer", password=PASSWORD)

    def run(self) -> None:
        page = self._get("/cases/new")
        for place in range(500):
            try:
                address = self._post(
                    "/cases/new",
                    page,
                    source="walk_in",
                    applicant_name=f"断电测试{place}",
                    phone=f"000-0001-{place:04d}",
                    company="断电测试公司",
                    category="wage.arrears",
                    facts="停电前后都要在",
                    relationship="employment",
                    application_mode="oral",
                )
            except (OSError, http.client.HTTPException):
                return
            found = NUMBER.search(address)
            assert found is not None, address
            self.confirmed.append(found[1])


def rows(server: LiveServer, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(server.instance / "mediation.sqlite3")) as connection:
        return connection.execute(statement).fetchall()


def test_an_intake_is_whole_or_absent(server: LiveServer) -> None:
    server.start()
    desks = [Desk(server.url) for _ in range(2)]
    for desk in desks:
        desk.sign_in()
    for desk in desks:
        desk.start()
    until = time.monotonic() + 60
    while min(len(desk.confirmed) for desk in desks) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    server.kill()
    for desk in desks:
        desk.join(30)
    confirmed = {number for desk in desks for number in desk.confirmed}
    assert len(confirmed) >= 4

    server.start()  # the next start works
    stored = {number for (number,) in rows(server, "SELECT number FROM case_file WHERE title LIKE '断电测试%'")}
    assert confirmed <= stored, "a confirmed intake is lost"
    assert len(stored) <= len(confirmed) + len(desks), "more cases than were asked for"
    parts = """
        SELECT c.number,
          (SELECT count(*) FROM party p WHERE p.case_id = c.id),
          (SELECT count(*) FROM claim k WHERE k.case_id = c.id),
          (SELECT count(*) FROM case_event e WHERE e.case_id = c.id),
          (SELECT count(*) FROM deadline d WHERE d.case_id = c.id),
          (SELECT count(*) FROM case_search s WHERE s.case_id = c.id),
          (SELECT count(*) FROM audit_row a WHERE a.case_id = c.id AND a.event = 'case_event')
        FROM case_file c WHERE c.title LIKE '断电测试%'
    """
    # Four clocks: acceptance, the right to go to arbitration, the claim's limitation, and early legal aid before it.
    assert {found[1:] for found in rows(server, parts)} == {(2, 1, 1, 4, 1, 1)}
    verified = server.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout


def kill_after(server: LiveServer, seconds: float, *arguments: str) -> bool:
    """Run a command and SIGKILL it after a while. Returns whether it was still running."""
    process = subprocess.Popen(
        [COMMAND, *arguments],
        env=server.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def ledger(path: Path, count: int) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(
            0, 0, ["序号", "登记日期", "申请人", "联系电话", "被申请人", "争议类型", "争议事由", "处理结果"]
        )
        for place in range(count):
            line = [
                place + 1,
                "2026-03-02",
                f"台账某{place}",
                f"145{place:08d}",
                "台账测试公司",
                "欠薪",
                "工资未付",
                "未结",
            ]
            sheet.write_row(place + 1, 0, line)
    return path


def test_an_import_is_whole_or_absent(server: LiveServer, tmp_path: Path) -> None:
    count = 150
    file = str(ledger(tmp_path / "ledger.xlsx", count))
    imported = "SELECT count(*) FROM case_file WHERE import_key IS NOT NULL"
    [(before,)] = rows(server, imported)
    was_running = [kill_after(server, seconds, "import", file) for seconds in (1.5, 2.5, 3.5)]
    assert any(was_running), "the import was over before it could be killed"
    assert rows(server, imported)[0][0] - before in (0, count)
    answer = server.run("import", file, "--json")
    assert answer.returncode == 0, answer.stderr
    result = json.loads(answer.stdout)
    assert result["imported"] + result["duplicates"] == count
    assert rows(server, imported) == [(before + count,)]
    assert server.run("audit", "verify").returncode == 0


def test_a_report_is_whole_or_absent(server: LiveServer, tmp_path: Path) -> None:
    target = tmp_path / "month.pdf"
    was_running = [
        kill_after(server, seconds, "reports", "monthly", "2026-09", "-o", str(target)) for seconds in (1.0, 1.5, 2.0)
    ]
    assert any(was_running), "the report was made before it could be killed"
    if target.exists():
        assert target.read_bytes().rstrip().endswith(b"%%EOF")
    answer = server.run("reports", "monthly", "2026-09", "-o", str(target))
    assert answer.returncode == 0, answer.stderr
    assert target.read_bytes().startswith(b"%PDF-")
    assert target.read_bytes().rstrip().endswith(b"%%EOF")
    issued = rows(server, "SELECT version, count(*) FROM monthly_report WHERE month = '2026-09' GROUP BY version")
    assert issued == [(1, 1)], "the same figures were issued more than once"
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".month*"))
