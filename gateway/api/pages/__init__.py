"""Pages as values: a path, a title and a body; `frame.py` puts them in a document."""
