"""The console script ``mediation``: thin commands over the services. See docs/cli.md for the contracts."""

from __future__ import annotations

import importlib
import sys

import click

# Command → module of this package that has it under the same name (dashes as underscores).
COMMANDS = {
    "serve": "serve",
    "scheduler": "serve",
    "db": "database",
    "demo": "demo",
    "users": "users",
    "import": "ledger",
    "cases": "cases",
    "deadlines": "deadlines",
    "documents": "documents",
    "statistics": "statistics",
    "reports": "reports",
    "jobs": "jobs",
    "notifications": "notifications",
    "handover": "handover",
    "audit": "audit",
}


class LazyGroup(click.Group):
    """Loads a command's module when it is called: `mediation --help` must not import ReportLab."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"mediation.cli.{COMMANDS[name]}")
        return getattr(module, f"{name}_command")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Case management for labour-dispute mediation."""


def main() -> None:
    """Run the console script. Exit code 1 with one line on standard error for what the user can mend."""
    from config import SettingError
    from mediation.core.errors import ConfigurationError, DomainError

    try:
        code = cli.main(standalone_mode=False)  # a command's Exit comes back as a number
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (DomainError, ConfigurationError, SettingError) as error:
        click.echo(f"mediation: {str(error) or 'no such record'}", err=True)
        sys.exit(1)
