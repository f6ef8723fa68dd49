"""Read profiles by name, or from a planner's own file."""

from __future__ import annotations

from pathlib import Path

from standby.travel.roads._errors import RoadsError
from standby.travel.roads._files import profile_document
from standby.travel.roads.profile import PROFILES, Profile, packaged_profile, parse_profile


def read_profile(profile: str | Path | Profile) -> Profile:
    """Return a profile by the name of one that comes with the package, or from a TOML file.

    Parameters
    ----------
    profile
        ``"blue_light"``, ``"car"``, the path of a file that ends in ``.toml``, or a profile.

    Returns
    -------
    Profile
        The checked profile.

    Raises
    ------
    RoadsError
        If there is no such profile, or it has faults; all of them are named.

    Examples
    --------
    >>> read_profile("car").title
    'Ordinary car, by the rules of the road'
    """
    if isinstance(profile, Profile):
        return profile
    if isinstance(profile, str) and profile in PROFILES:
        return packaged_profile(profile)

    path = Path(profile)
    if path.suffix != ".toml":
        raise RoadsError(
            f"there is no profile {str(profile)!r}", f"give one of {list(PROFILES)} or a .toml file"
        )

    return parse_profile(profile_document(path), label=path.name)
