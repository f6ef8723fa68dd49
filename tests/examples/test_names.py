"""The front door of the packaged plans."""

import pytest

from standby import examples


def test_south_west_is_offered() -> None:
    """The packaged plan is found by name."""
    assert "south-west" in examples.names()


def test_every_name_has_a_folder_with_a_plan() -> None:
    """Every name leads to a folder that holds plan.toml."""
    assert all((examples.path(name) / "plan.toml").is_file() for name in examples.names())


def test_unknown_name_is_told_with_the_known_ones() -> None:
    """A name that is not known is refused, and the known ones are listed."""
    with pytest.raises(ValueError, match=r"'north-east'.*south-west"):
        examples.path("north-east")


@pytest.mark.parametrize("name", ["", ".", "..", "../examples/south-west"])
def test_name_is_not_a_path(name: str) -> None:
    """A path is not taken for a name."""
    with pytest.raises(ValueError, match="no example"):
        examples.path(name)
