"""Says on a terminal how far a build is: the node that runs, of how many, and the seconds so far."""

from __future__ import annotations

import shutil
import sys
import time

# dbt's event when a node begins; it carries the node's place and the number of nodes.
NODE_BEGINS = "LogStartLine"


class Progress:
    """A callback for dbt that rewrites one line of the standard error. It is silent when that is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._started = time.monotonic()
        self._is_line_open = False

    def begin(self) -> None:
        """Say that dbt reads the project, which takes a while before a node runs."""
        if self._is_shown:
            self._write("Reading the project ...")

    def __call__(self, event) -> None:
        """Hear an event of dbt."""
        if self._is_shown and event.info.name == NODE_BEGINS:
            self._write(self.line(event.data.index, event.data.total, event.data.node_info.node_name))

    def line(self, index: int, total: int, node: str) -> str:
        """The line for a node, as long as the terminal has room for."""
        text = f"Building {index} of {total}, {time.monotonic() - self._started:.0f} s: {node}"
        return text[: shutil.get_terminal_size().columns - 1]

    def end(self) -> None:
        """Take the line away, so that what follows begins at its place."""
        if self._is_line_open:
            self._write("")
            self._is_line_open = False

    def _write(self, text: str) -> None:
        # to the start of the line, and clear it
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
        self._is_line_open = True
