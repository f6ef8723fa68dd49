"""The stored numbers come from the published files."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from standby.travel import fitted
from standby.travel._fitted import parse_fit

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
MATRIX = SHARED / "geo" / "traveltimes" / "lsoa_travel_time_matrix_calibrated.zip"


@pytest.mark.skipif(not MATRIX.exists(), reason="the routed times are not beside the checkout")
def test_refit_gives_the_stored_numbers(tmp_path):
    """Fitting again from the published files gives the minutes and all errors that the package carries."""
    out = tmp_path / "again.toml"
    script = ROOT / "benchmarks" / "fit_minutes.py"
    day = fitted().fitted_on.isoformat()
    subprocess.run(
        [sys.executable, str(script), "--shared", str(SHARED), "--out", str(out), "--date", day],
        check=True,
        capture_output=True,
    )
    again, stored = parse_fit(out.read_text(encoding="utf-8")), fitted()
    km = np.broadcast_to(np.geomspace(0.1, 400, 40)[:, None], (40, 4))
    for code in range(4):
        args = km, np.full(40, code), np.arange(4)
        np.testing.assert_allclose(again.model.minutes(*args), stored.model.minutes(*args), rtol=0.002)
    assert dataclasses.replace(again, model=stored.model, errors=stored.errors) == stored
    assert len(again.errors) == len(stored.errors)
    for new, old in zip(again.errors, stored.errors, strict=True):
        one, other = dataclasses.asdict(new), dataclasses.asdict(old)
        assert [one[k] for k in ("sample", "minutes_range", "ends")] == [
            other[k] for k in ("sample", "minutes_range", "ends")
        ]
        for name, value in one.items():
            if isinstance(value, float):
                assert value == pytest.approx(other[name], abs=0.02), (old, name)
