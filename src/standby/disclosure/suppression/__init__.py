"""Cell suppression: which cells of linked tables to withhold, and what an attacker can still work out."""

from standby.disclosure.suppression.attack_bounds import AttackBounds, attack_bounds
from standby.disclosure.suppression.suppress import Suppression, SuppressionStatus, suppress
from standby.disclosure.suppression.verify import SuppressionCheckError

__all__ = [
    "AttackBounds",
    "Suppression",
    "SuppressionCheckError",
    "SuppressionStatus",
    "attack_bounds",
    "suppress",
]
