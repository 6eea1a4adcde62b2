"""The desk of the FG: server-rendered pages over what `review` reads. It judges nothing itself."""
