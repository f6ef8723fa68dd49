"""What can be wrong with a road file, a profile or a place."""

from standby.travel._check import TravelInputError


class RoadsError(TravelInputError):
    """A road file, a profile or a position cannot be used; the message says what is wrong and the fix."""
