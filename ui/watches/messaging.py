"""Mail, chats and webhooks: every address that Apprise knows. Its one door.

Apprise loads a hundred services when it is first used, so it is imported only to check an address
and to send. What it says of a failure may quote the address, which may be a secret: see `_why`.
"""

from __future__ import annotations

import logging
import re
import warnings
from typing import Any
from urllib.parse import unquote

from corpus.errors import DeliveryError
from corpus.masking import STRUCK, masked

_SECONDS = 15.0  # to connect, and without a word from the other side
_SPARE = 0.75  # of a message's length is used: markup that a service needs comes on top
_SHORTEST = 200  # characters; a service that takes less gets pieces of a quote
_LEAST = 3  # characters of a piece of an address that may be a secret
_PIECES = re.compile(r"[/:@?&=#,;\s]+")
_STAMP = re.compile(r"^[\d\-:, ]+- [A-Z]+ - ")


class Messenger:
    """One address, ready to be sent to.

    Raises:
        DeliveryError: no service is reached by such an address.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._service = _service(address)

    @property
    def longest(self) -> int:
        """How many characters of a letter fit into a message."""
        service = self._service
        title = 0 if service.title_maxlen else 2 * _SHORTEST  # it then stands in the body
        return max(_SHORTEST, int(_SPARE * (int(service.body_maxlen) - title)))

    def send(self, title: str, body: str) -> None:
        """Send one message.

        Raises:
            DeliveryError: it did not go through, as far as anybody knows.
        """
        import apprise

        outbox = apprise.Apprise(asset=_asset())
        outbox.add(self._service)
        with apprise.LogCapture(level=logging.WARNING) as said:
            try:
                sent = outbox.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
            except Exception as error:  # of a hundred services: none may end the run
                raise self._failed(f"{type(error).__name__}: {error}") from None
            told = said.getvalue()
        if not sent:
            raise self._failed(told)

    def _failed(self, told: str) -> DeliveryError:
        return DeliveryError(
            masked(self._address), cause=_why(told, self._address), remedy="it is tried again"
        )


def _service(address: str) -> Any:
    import apprise

    # What it logs may quote an address; what matters of it is caught, and told without.
    logging.getLogger("apprise").propagate = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of services that are not ours to mend
        with apprise.LogCapture(level=logging.WARNING):
            service = apprise.Apprise.instantiate(address, asset=_asset(), suppress_exceptions=True)
    if service is None:
        raise DeliveryError(
            masked(address),
            cause="no service is reached by such an address",
            remedy="see github.com/caronc/apprise/wiki for how to write it",
        )
    service.overflow_mode = apprise.OverflowMode.SPLIT
    service.socket_connect_timeout = max(_SECONDS, float(service.socket_connect_timeout))
    service.socket_read_timeout = max(_SECONDS, float(service.socket_read_timeout))
    return service


def _asset() -> Any:
    import apprise

    return apprise.AppriseAsset(app_id="OnRecord", app_desc="OnRecord", async_mode=False)


def _why(told: str, address: str) -> str:
    """Return the last thing that was said of a failure, without a piece of the address."""
    lines = [_STAMP.sub("", line).strip() for line in told.splitlines()]
    reason = next(filter(None, reversed(lines)), "the service did not take it")[:500]
    behind = address.partition("://")[2]
    pieces = {*_PIECES.split(behind), *_PIECES.split(unquote(behind))}
    for piece in sorted((one for one in pieces if len(one) >= _LEAST), key=len, reverse=True):
        reason = re.sub(rf"(?<!\w){re.escape(piece)}(?!\w)", STRUCK, reason, flags=re.IGNORECASE)
    return masked(reason)
