"""Every error of the project.

One base renders `what happened: to which thing: why: what to do`. Two words decide retrying,
`TransientError` and `PermanentError`; nothing else in the project decides it. Errors of other
libraries are translated into these at the module that uses the library.
"""

from __future__ import annotations

from corpus.masking import masked


class OnRecordError(Exception):
    """The family of every error a person is meant to read.

    Args:
        subject: the thing it happened to (a path, URL, document id or setting key).
        cause: why, in words; usually taken from the error underneath.
        remedy: what the reader can do about it.
    """

    message = "something went wrong"

    def __init__(self, subject: str = "", *, cause: str = "", remedy: str = "") -> None:
        self.subject = subject
        self.cause = cause
        self.remedy = remedy
        super().__init__(subject, cause, remedy)

    def __str__(self) -> str:
        parts = (self.message, self.subject, self.cause, self.remedy)
        # Messages end up in logs, reports and on pages, and their subjects are often addresses.
        return masked(": ".join(part for part in parts if part))

    def __reduce__(self) -> tuple[object, ...]:
        # Heavy steps run in another process; an error must cross it with its three parts.
        return _rebuild, (type(self), self.subject, self.cause, self.remedy)


def _rebuild(kind: type[OnRecordError], subject: str, cause: str, remedy: str) -> OnRecordError:
    return kind(subject, cause=cause, remedy=remedy)


class SettingsError(OnRecordError):
    """A setting is unknown, missing or has a value that cannot be used."""

    message = "cannot use the settings"


class RegistryError(OnRecordError):
    """The registry of sources has an entry that cannot be understood."""

    message = "cannot use the source registry"


class VocabularyError(OnRecordError):
    """A vocabulary file has an entry that cannot be understood."""

    message = "cannot use the vocabulary"


class NotFoundError(OnRecordError):
    """The archive holds no such thing."""

    message = "not in the archive"


class PeriodError(NotFoundError):
    """The archive is asked for days that cannot be."""

    message = "no such time"


class SourceNotFoundError(NotFoundError):
    """The registry names no such source."""

    message = "no such source"


class DocumentNotFoundError(NotFoundError):
    """The catalogue holds no such document."""

    message = "no such document"


class DocumentWithdrawnError(DocumentNotFoundError):
    """The document was taken out of the archive; the record of that is kept."""

    message = "this document was withdrawn"


class WithdrawalError(OnRecordError):
    """A document cannot be withdrawn or brought back so."""

    message = "cannot withdraw or reinstate"


class MergeError(OnRecordError):
    """Two documents cannot be joined, or not taken apart, so."""

    message = "cannot join or part documents"


class TextNotFoundError(NotFoundError):
    """The document has no text yet."""

    message = "no text yet for this document"


class FileNotStoredError(NotFoundError):
    """The file store holds no file with this SHA-256."""

    message = "no such file in the store"


class DamagedFileError(FileNotStoredError):
    """A stored file is not what was stored; the trouble of its document alone."""

    message = "a stored file is damaged"


class DecisionError(OnRecordError):
    """What a person decided about people cannot be so."""

    message = "cannot decide so"


class StoreError(OnRecordError):
    """The catalogue or the file store could not be read or written."""

    message = "cannot use the archive's store"


class LockedError(OnRecordError):
    """Another run holds the lock."""

    message = "another run is going on"


class ParkedError(OnRecordError):
    """Work was put down before it was done; nothing failed, and it goes on another time."""

    message = "put down"


class IngestError(OnRecordError):
    """A document could not be taken one stage further."""

    message = "cannot ingest"


class TransientError(IngestError):
    """Failed for a reason that may pass: try again later.

    Attributes:
        wait: seconds the other side asks us to stay away; 0 when it says nothing.
        host: whose fault it is, "" when no host's; one that goes on failing is left alone.
    """

    message = "failed for now"

    def __init__(
        self,
        subject: str = "",
        *,
        cause: str = "",
        remedy: str = "",
        wait: float = 0.0,
        host: str = "",
    ) -> None:
        super().__init__(subject, cause=cause, remedy=remedy)
        self.wait = wait
        self.host = host

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.subject, self.cause, self.remedy), self.__dict__


class PermanentError(IngestError):
    """Will not succeed by trying again: needs a person or a change at the source."""

    message = "cannot be ingested"


class GoneError(PermanentError):
    """The server answers that there is nothing at this address (any more)."""


class RefusedAddressError(PermanentError):
    """An address that must not be fetched (private network, unknown scheme, robots.txt)."""

    message = "refused to fetch"


class MediaError(PermanentError):
    """Fetched media is not usable audio."""

    message = "cannot read audio"


class CaptionsError(PermanentError):
    """A publisher transcript could not be understood."""

    message = "cannot read transcript"


class ExtractionError(PermanentError):
    """A page has no text or cannot be understood."""

    message = "cannot read page"


class ModelError(OnRecordError):
    """A model is missing, damaged or not the one expected."""

    message = "cannot use the model"


class QuoteError(OnRecordError):
    """A quote does not stand where it says it stands."""

    message = "quote does not match its text"


class QuoteSetError(OnRecordError):
    """A quote set cannot be changed so, or cannot be written."""

    message = "cannot use the quote set"


class CorrectionError(OnRecordError):
    """A correction does not fit the text, or another one that is in force."""

    message = "cannot correct"


class VectorIndexError(OnRecordError):
    """The vector index could not be read or written."""

    message = "cannot use the index"


class IndexOutOfDateError(VectorIndexError):
    """The index does not match the catalogue or the model it was made with."""

    message = "the index is out of date"


class StanceError(OnRecordError):
    """Two quotes cannot be marked so."""

    message = "cannot mark these quotes"


class DeliveryError(OnRecordError):
    """What a saved search found could not be sent; it stays due."""

    message = "cannot deliver"


class BackupError(OnRecordError):
    """A backup cannot be made, read or restored; nothing was replaced."""

    message = "cannot use the backup"
