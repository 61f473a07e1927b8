"""The REST API's machinery: what a room needs to offer operations, and what answers for all of them.

A room's `api.py` (or `api/`) makes a `Room` and hangs functions on it; see `rooms.py`. Nothing here knows a table: who a token
belongs to and what was answered before is told by whoever has installed a `Door`.
"""
