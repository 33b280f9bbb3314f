"""What every run of the crash sweep imports and reads; its runs are forked from a process that has.

Nothing here starts a thread or opens an archive: what is forked would share it.
"""

from __future__ import annotations

import faster_whisper
import qdrant_edge
import scrapy.crawler

import index.sync
import ingest.pipeline
import ingest.spiders.walk
import tests.seeded
import ui.operating.doctor
import ui.operating.nights
from corpus.topics import load_subject
from index.tags.lexicon import lexicon_of
from ingest.prose.language import reads_as_person

lexicon_of(load_subject())
reads_as_person("Nora Vale")

__all__ = ["faster_whisper", "index", "ingest", "qdrant_edge", "scrapy", "tests", "ui"]
