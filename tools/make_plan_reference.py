"""Write the schema of ``plan.toml`` that editors read, from the code that checks a plan.

Run it when a field changes: ``python tools/make_plan_reference.py``. A test holds the file to the code.
"""

from __future__ import annotations

import json
from pathlib import Path

from standby.plan import json_schema

TARGET = Path(__file__).resolve().parents[1] / "docs" / "reference" / "plan.schema.json"


def text() -> str:
    """Return the file's text."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8", newline="\n")
