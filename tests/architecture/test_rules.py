"""The rules of the house hold for this tree, and each of them can fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import code_rules, repository_rules, template_rules
from tests.architecture.tree import ROOT

Rule = Callable[[Path], list[str]]

PYPROJECT = """
[[tool.importlinter.contracts]]
id = "slots"
containers = ["mediation.cases"]
"""
SOUND = {
    "Makefile": "",
    "pyproject.toml": PYPROJECT,
    "mediation/cases/__init__.py": "",
    "mediation/cases/routes.py": "def show():\n    return render_template('cases/show.html')\n",
    "templates/cases/show.html": "{% extends 'layout/base.html' %}{# 注 #}<p>{{ _('案件') }}</p>\n",
    "templates/layout/base.html": "<script src='/static/js/a.js'></script>{% trans %}你好{% endtrans %}\n",
    "requirements/run.txt": "# made by\nflask==3.1.3 \\\n    --hash=sha256:00\n    # via x\n",
}
# Each rule with a change to the sound tree that breaks it.
BREAKING: list[tuple[Rule, dict[str, str]]] = [
    (code_rules.long_files, {"mediation/cases/models.py": "x = 1\n" * 601}),
    (code_rules.long_files, {"static/js/a.js": "1;\n" * 601}),
    (code_rules.long_functions, {"mediation/cases/service.py": "def f():\n" + "    x = 1\n" * 60}),
    (code_rules.vague_names, {"mediation/cases/utils.py": ""}),
    (code_rules.vague_names, {"mediation/cases/date_helpers.py": ""}),
    (code_rules.asks_the_time, {"mediation/cases/jobs.py": "import datetime\nd = datetime.datetime.now()\n"}),
    (code_rules.asks_the_time, {"mediation/cases/jobs.py": "from datetime import date\nd = date.today()\n"}),
    (code_rules.selects_scoped_rows, {"mediation/cases/service.py": "rows = select(Case.id)\n"}),
    (code_rules.selects_scoped_rows, {"mediation/cases/service.py": "row = db.session.get(Case, 1)\n"}),
    (code_rules.selects_scoped_rows, {"mediation/cases/service.py": "row = Case.query.first()\n"}),
    (template_rules.long_templates, {"templates/cases/show.html": "<p>\n" * 151}),
    (template_rules.homeless_templates, {"templates/nowhere/a.html": ""}),
    (template_rules.missing_templates, {"mediation/cases/api.py": "render_template('cases/gone.html')\n"}),
    (template_rules.missing_templates, {"templates/cases/show.html": "{% include 'cases/_gone.html' %}"}),
    (template_rules.unused_templates, {"templates/cases/old.html": ""}),
    (template_rules.inline_scripts_and_styles, {"templates/cases/show.html": "<script>go()</script>"}),
    (template_rules.inline_scripts_and_styles, {"templates/cases/show.html": "<p\n style='color: red'>"}),
    (template_rules.inline_scripts_and_styles, {"templates/cases/show.html": '<a onclick="go()">'}),
    (template_rules.inline_scripts_and_styles, {"templates/cases/show.html": "<style>p {}</style>"}),
    (template_rules.inline_scripts_and_styles, {"templates/cases/show.html": '<a href="javascript:go()">'}),
    (template_rules.untranslatable_words, {"templates/cases/show.html": "<p>案件</p>"}),
    (template_rules.untranslatable_words, {"templates/cases/show.html": "{{ field(label='案件') }}"}),
    (template_rules.lists_of_their_own, {"templates/cases/show.html": "{{ names|join('、') }}"}),
    (template_rules.lists_of_their_own, {"templates/cases/show.html": "{{ names|join(_('；')) }}"}),
    (template_rules.lists_of_their_own, {"mediation/cases/labels.py": "words = _('、').join(names)\n"}),
    (repository_rules.named_registries, {"requirements/run.txt": "--index-url https://example.org\n"}),
    (repository_rules.named_registries, {"Makefile": "all:\n\tcurl https://example.org\n"}),
    (repository_rules.unhashed_requirements, {"requirements/run.txt": "flask>=3\n"}),
    (repository_rules.borrowed_assets, {"static/js/lib.min.js": ""}),
    (repository_rules.borrowed_assets, {"static/css/lib.css": "x" * 1001}),
    (repository_rules.uncontracted_features, {"mediation/parties/__init__.py": ""}),
    (repository_rules.uncontracted_features, {"pyproject.toml": PYPROJECT + 'ignore_imports = ["a -> b"]\n'}),
]
RULES = list(dict.fromkeys(rule for rule, _ in BREAKING))


def _lay(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Rule):
    violations = rule(ROOT)
    assert not violations, "\n".join([f"{rule.__doc__}", *violations])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_lets_sound_code_pass(rule: Rule, tmp_path: Path):
    assert rule(_lay(tmp_path, SOUND)) == []


@pytest.mark.parametrize("rule, change", BREAKING, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_can_fail(rule: Rule, change: dict[str, str], tmp_path: Path):
    assert rule(_lay(tmp_path, SOUND | change)) != []
