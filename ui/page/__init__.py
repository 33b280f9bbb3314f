"""The page: Streamlit views, the server around them, and their scripts and styles."""
