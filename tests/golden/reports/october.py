"""A month of invented figures, as a snapshot freezes them."""

from __future__ import annotations

from typing import Any

from mediation.reports import sentences, snapshots
from mediation.statistics.metrics import DEFINED, Tally, figures, total

COMPANIES = {
    "云岫速运集团有限公司": Tally(
        41, 0, 30, 33, 28, 98_765_400, 51_200_050, 40_000_000, {3: 4, 9: 10, 15: 9, 28: 5}, {(28, 9): 3, (15, 11): 2}
    ),
    "泽柏供应链管理（上海）有限公司": Tally(12, 0, 7, 9, 5, 1_204_500, 600_000, 600_000, {2: 1, 12: 3, 44: 1}),
    "砚溪货运有限公司": Tally(3, 0, 2, 2, 0, 50_848_400, 0, 0, {}),
    "（未记公司）": Tally(2, 4, 5, 1, 1, 0, 29_600, 0, {0: 1}),
}
STATIONS = {
    "青浦卡友驿站": ("云岫速运集团有限公司", "（未记公司）"),
    "嘉定司机之家": ("泽柏供应链管理（上海）有限公司", "砚溪货运有限公司"),
}
CAUSES = {
    "劳动报酬": ("云岫速运集团有限公司",),
    "运费": ("砚溪货运有限公司", "泽柏供应链管理（上海）有限公司"),
    "其他": ("（未记公司）",),
}


def _row(key: int | None, name: str, tally: Tally) -> dict[str, Any]:
    return {"id": key, "name": name} | figures(tally)


def _merged(groups: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    return [
        _row(key, name, total(COMPANIES[company] for company in companies))
        for key, (name, companies) in enumerate(groups.items(), 1)
    ]


def snapshot() -> dict[str, Any]:
    """The snapshot of October 2026."""
    all_cases = total(COMPANIES.values())
    now = figures(all_cases) | {"received_fen": 33_333_333}
    before = figures(COMPANIES["云岫速运集团有限公司"]) | {"received_fen": 33_333_333}
    never = figures(Tally()) | {"received_fen": 0}
    made: dict[str, Any] = {
        "layout": snapshots.LAYOUT,
        "month": "2026-10",
        "from": "2026-10-01",
        "to": "2026-10-31",
        "as_of": "2026-10-31",
        "committee": "浦江快递物流行业劳动争议调解委员会",
        "headline": [
            {"code": code, "value": now[code], "previous": before[code], "last_year": never[code]}
            for code in snapshots.HEADLINE
        ],
        "movement": {
            "open_before": 120,
            "received": all_cases.cases,
            "reopened": 1,
            "closed": all_cases.closed,
            "open_after": 121 + all_cases.cases - all_cases.closed,
            "difference": 0,
        },
        "total": figures(all_cases),
        "companies": [
            _row(None if name == "（未记公司）" else key, name, tally)
            for key, (name, tally) in enumerate(COMPANIES.items(), 1)
        ],
        "stations": _merged(STATIONS),
        "causes": _merged(CAUSES),
        "months": [
            {"month": f"{2024 + (9 + back) // 12}-{(9 + back) % 12 + 1:02d}", "cases": 20 + 7 * back % 45}
            for back in range(25)
        ],
        "overdue": {
            "count": 2,
            "items": [
                {
                    "number": f"2026-00001{one}",
                    "company": "云岫速运集团有限公司",
                    "rule": "调解期限",
                    "last_day": day,
                    "days_late": late,
                }
                for one, day, late in ((2, "2026-10-11", 20), (7, "2026-10-30", 1))
            ],
        },
        "quality": {"without_company": 2, "small_cell": snapshots.SMALL_CELL},
        "definitions": [
            {"code": measure.code, "label": measure.label, "definition": measure.definition} for measure in DEFINED
        ],
    }
    made["sentences"] = sentences.write(made)
    return made
