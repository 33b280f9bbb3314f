"""In which order, and under which headings, `onrecord --help` lists the commands."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

HEADINGS = {
    "Ask and read": ("ask", "topics", "people", "show", "list", "export", "serve"),
    "Put right": ("correct", "name", "verify", "history", "revert"),
    "Keep and cite": ("quote", "set", "watch", "watches", "unwatch"),
    "Take in": ("add", "sources", "nightly", "schedule", "index"),
    "See how it goes": ("status", "report", "health", "metrics", "failures", "retry", "redo"),
    "Decide about documents": (
        *("revisions", "diff", "merges", "same", "apart"),
        *("withdraw", "reinstate", "withdrawals"),
    ),
    "Keep it whole": ("doctor", "backup", "restore"),
}
_HEADING_OF = {name: heading for heading, names in HEADINGS.items() for name in names}


class InOrder(TyperGroup):
    """A group whose commands stand as `HEADINGS` has them, any other one last."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order in which help tells them."""
        places = {name: number for number, name in enumerate(_HEADING_OF)}
        return sorted(super().list_commands(ctx), key=lambda name: places.get(name, len(places)))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command with its heading."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and cmd_name in _HEADING_OF:
            vars(command)["rich_help_panel"] = _HEADING_OF[cmd_name]
        return command
