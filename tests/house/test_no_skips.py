"""The rule of continuous integration: a skip is a failure there, and only there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

def test_inside():
    pytest.skip("reason one")

@pytest.mark.skip(reason="reason two")
def test_marked():
    pass

@pytest.mark.xfail
def test_expected():
    assert False
"""
WHOLE = "import pytest\npytest.importorskip('there_is_no_such_module', reason='reason three')\n"


@pytest.mark.parametrize(("value", "status"), [("1", 1), ("0", 0)])
def test_skips_fail_when_asked(root: Path, tmp_path: Path, value: str, status: int) -> None:
    """With STANDBY_NO_SKIPS=1 a skipped test, a marked one and a skipped file fail with their reasons."""
    shutil.copyfile(root / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_skips.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "test_whole.py").write_text(WHOLE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider"]
    command += ["--continue-on-collection-errors"]
    environment = {**os.environ, "STANDBY_NO_SKIPS": value}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout
    assert [r for r in ("reason one", "reason two", "reason three") if r not in done.stdout] == []
    assert ("1 failed, 1 xfailed, 2 errors" if status else "3 skipped, 1 xfailed") in done.stdout
