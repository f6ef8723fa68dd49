"""Shift patterns: cyclic patterns that meet requirements exactly and keep rules, or the proof that none does.

Mathematics that takes arrays and needs no plan. `cyclic.py` is the front door, `rules.py` says what a pattern
has to keep, `automaton.py` and `week.py` make a graph of it, `program.py` and `search.py` find a flow in the
graph or prove that there is none, `walk.py` turns flows into patterns, `conflicts.py` names what stands
against one.
"""

from standby.workforce.patterns.cyclic import (
    CyclicPattern,
    PatternCheckError,
    PatternStatus,
    cyclic_pattern,
)

__all__ = ["CyclicPattern", "PatternCheckError", "PatternStatus", "cyclic_pattern"]
