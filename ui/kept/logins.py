"""Who is logged in: the author of what nobody else is named for."""

from __future__ import annotations

import getpass


def login_name() -> str:
    """Return the name of the user logged in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number without a name
        return "somebody"
