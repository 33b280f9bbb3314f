"""The Streamlit script: which pages there are, and the one place where their errors are told."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from corpus.errors import OnRecordError
from corpus.settings import load_settings
from ui.archive import Archive, open_archive
from ui.page import components
from ui.page.views import ask, document, people, quotes, status, topics

# Drawn here because Streamlit would fetch a named icon from another host.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<circle cx="16" cy="16" r="14" fill="#a3281f"/>'
    '<path d="M9 13v6M13 9v14M17 12v8M21 10v12M25 14v4" stroke="#fff" stroke-width="2"/></svg>'
)


def main() -> None:
    """Draw the page that the address names."""
    icon = f"data:image/svg+xml,{quote(_ICON)}"
    st.set_page_config(page_title="OnRecord", page_icon=icon, layout="centered")
    st.logo(icon, size="large", link=None)
    components.frame()
    archive = _archive()
    page = st.navigation(
        [
            st.Page(lambda: ask.render(archive), title="Ask", url_path="ask", default=True),
            st.Page(lambda: topics.render(archive), title="Topics", url_path="topics"),
            st.Page(lambda: people.render(archive), title="People", url_path="people"),
            st.Page(lambda: quotes.render(archive), title="Quotes", url_path="quotes"),
            st.Page(lambda: document.render(archive), title="Documents", url_path="document"),
            st.Page(lambda: status.render(archive), title="Status", url_path="status"),
        ],
        position="top",
    )
    try:
        page.run()
    except OnRecordError as error:
        components.notice("This did not work", str(error))


def _archive() -> Archive:
    archive = components.archive_in_use()
    if archive is None:  # started by `streamlit run` or a test, without `ui.page.serve`
        archive = open_archive(load_settings())
        components.use_archive(archive)
    return archive


main()
