"""The four travel classes."""

import numpy as np
import pandas as pd
import pytest

from standby.travel import (
    RUC2011_CLASSES,
    TRAVEL_CLASSES,
    TravelInputError,
    class_codes,
    classes_from_ruc2011,
)


def test_four_classes():
    """The names and their order are a contract: stored codes mean positions in this tuple."""
    assert TRAVEL_CLASSES == ("urban_conurbation", "urban_town", "rural_town", "rural_village")


def test_names_and_codes_mean_the_same():
    """A class may be given by name or by position, in a list, an array or a column."""
    names = [TRAVEL_CLASSES[code] for code in (3, 0, 2, 1)]
    for given in (
        names,
        np.array(names),
        pd.Series(names),
        pd.Categorical(names),
        (3, 0, 2, 1),
        np.array([3, 0, 2, 1], "i1"),
    ):
        assert class_codes(given).tolist() == [3, 0, 2, 1]
    assert class_codes([]).tolist() == []


def test_every_rural_urban_code_has_a_class():
    """The eight codes of 2011 fall into the four classes two by two."""
    codes = ["A1", "B1", "C1", "C2", "D1", "D2", "E1", "E2"]
    assert classes_from_ruc2011(codes).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert sorted(RUC2011_CLASSES) == codes


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["urban_town", "suburb"], "sites: place 1 has the unknown travel class .*suburb.*; give one of"),
        (["C1"], "classes_from_ruc2011"),
        ([0, 4], "place 1 has the unknown travel class .*4"),
        ([-1, -1], r"\(2 such places\)"),
        ([1.0], "unknown travel class"),
        ([True], "unknown travel class"),
        (["urban_town", None], "place 1 .*None"),
        (["urban_town", float("nan")], "place 1"),
        ([[0], [1]], r"shape \(n,\)"),
        ("urban_town", r"shape \(n,\)"),
    ],
)
def test_unknown_classes(classes, message):
    """A class that is not one of the four is refused, naming the place and the four."""
    given = np.array(classes, dtype=object) if isinstance(classes, list) and classes[-1] is None else classes
    with pytest.raises(TravelInputError, match=message):
        class_codes(given, label="sites")


def test_unknown_rural_urban_codes():
    """Codes of another classification are refused rather than guessed."""
    with pytest.raises(TravelInputError, match=r"\['F1', 'nan'\] are not of the 2011 classification"):
        classes_from_ruc2011(["A1", "F1", float("nan")])
