"""Do it in a terminal: the command ``standby``.

Every command prints tables for people, or with ``--json`` one object on standard output; progress and
messages go to standard error. Exit status: 0 done, 1 failed, 2 bad input.
"""

from standby.cli.main import app, main

__all__ = ["app", "main"]
