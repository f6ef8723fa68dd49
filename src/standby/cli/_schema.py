"""The command ``schema``: what each command prints as JSON, and what files hold, as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from standby.cli._print import dump
from standby.tables import DIALECT, TABLES, table_schema

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
WHOLE: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"anyOf": [{"type": "number"}, {"enum": ["inf", "-inf"]}, {"type": "null"}]}


def schema(subject: str) -> None:
    """Print the schema of what a command prints, of ``results.json``, or of ``plan.toml``."""
    dump(schema_of(subject))


def schema_of(subject: str) -> Schema:
    """Return the schema of what a command prints as JSON, or of a file.

    Parameters
    ----------
    subject
        A command's name for what it prints when it is done; ``error`` for what any of them prints when it is
        not; ``results`` for ``results.json``; ``plan`` for ``plan.toml``.
    """
    if subject == "plan":
        from standby.plan import json_schema

        return json_schema()

    if subject == "results":
        from standby.report import results_schema

        return results_schema()
    return {"$schema": DIALECT, "title": f"standby {subject} --json", **_OUTPUTS[subject]()}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _about() -> dict[str, Schema]:
    """Return the schemas of what leads every result: its edition, how that is marked, and a summary."""
    from standby.disclosure import EDITIONS

    return {"edition": {"enum": list(EDITIONS)}, "marking": TEXT, "summary": TEXT}


def _tables(names: tuple[str, ...], *, beginning: str = "") -> dict[str, Schema]:
    """Return the schemas of tables by the short names under which a command prints them."""
    return {name: table_schema(TABLES[f"{beginning}{name}"]) for name in names}


def _manifest() -> Schema:
    """Return the schema of what a result was made from; the public edition has no hashes."""
    texts = {"type": "object", "additionalProperties": TEXT}
    return _object(
        {"plan": TEXT, "plan_hash": TEXT, "files": texts, "settings": {"type": "object"}, "versions": texts}
    )


def _fault() -> Schema:
    """Return the schema of a fault of a plan."""
    return _object(dict.fromkeys(("file", "where", "field", "what", "fix", "code"), TEXT))


def _appraise() -> Schema:
    """Return the schema of the decision table and of where the report lies."""
    return _object(
        {
            **_about(),
            **_tables(("decision", "options", "criteria")),
            "notes": TEXTS,
            "files": TEXTS,
            "manifest": _manifest(),
        }
    )


def _backtest() -> Schema:
    """Return the schema of a backtest, which is of the internal edition alone."""
    from standby.cli._backtest import TABLES as COMPARED

    return _object(
        {
            **_about(),
            "edition": {"const": "internal"},  # in place of any edition
            "statements": TEXTS,
            "notes": TEXTS,
            "held_out": TEXTS,
            "fitted_to": TEXTS,
            **_tables(COMPARED, beginning="backtest_"),
            "manifest": _manifest(),
        }
    )


def _check() -> Schema:
    """Return the schema of faults and notes, and of which rooms were asked."""
    note = _object({"subject": TEXT, "text": TEXT})
    return _object(
        {
            "ok": {"type": "boolean"},
            "summary": TEXT,
            "faults": {"type": "array", "items": _fault()},
            "notes": {"type": "array", "items": note},
            "checkers": TEXTS,
        }
    )


def _cover() -> Schema:
    """Return the schema of cover; what the public edition does not have is optional."""
    from standby.cli._cover import INTERNAL

    return _object(
        {
            **_about(),
            "notes": TEXTS,
            "manifest": _manifest(),
        },
        _tables(("standards", "minutes", *INTERNAL, "nobody_free", "by_hour")),
    )


def _error() -> Schema:
    """Return the schema of what is printed when a command that could be read fails: any exit status but 0."""
    return _object(
        {"error": TEXT},
        {
            "subject": TEXT,
            "what": TEXT,
            "fix": TEXT,
            "code": TEXT,
            "faults": {"type": "array", "items": _fault()},
            "places": TEXTS,
            "smallest_with_units": NUMBER,
            "smallest_unlimited": NUMBER,
        },
    )


def _example() -> Schema:
    """Return the schema of a copied example, or of the list of all."""
    titles = _object({"examples": {"type": "object", "additionalProperties": TEXT}})
    return {"oneOf": [_object({"example": TEXT, "folder": TEXT}), titles]}


def _disclose() -> Schema:
    """Return the schema of what each attack found, beside a guess."""
    finding = _object(
        {
            "attack": TEXT,
            "found": WHOLE,
            "baseline": WHOLE,
            "says": TEXT,
            "passed": {"type": "boolean"},
            "fix": TEXT,
        }
    )
    return _object(
        {
            "marking": TEXT,
            "passed": {"type": "boolean"},
            "bases_are_invented": {"type": "boolean"},
            "findings": {"type": "array", "items": finding},
        }
    )


def _fit() -> Schema:
    """Return the schema of a fit, which is of the internal edition alone."""
    from standby.cli._fit import FITTED

    figure = {"type": "object", "required": ["value", "low", "high"]}
    return _object(
        {
            **_about(),
            "edition": {"const": "internal"},  # in place of any edition
            "notes": TEXTS,
            "figures": {"type": "object", "additionalProperties": figure},
            "set_with": {"type": "object", "additionalProperties": {"type": "number"}},
            "profiles": {"type": "object", "additionalProperties": {"type": "array"}},
            **_tables(FITTED, beginning="fit_"),
            "manifest": _manifest(),
        }
    )


def _locate() -> Schema:
    """Return the schema of a siting; what is optional is not in the public edition."""
    yardstick = _object(
        {
            "words": TEXT,
            "unit": {"enum": ["share", "min", "units"]},
            "today": NUMBER,
            "chosen": NUMBER,
            "bound": NUMBER,
            "gap": NUMBER,
        }
    )
    siting = _object(
        {
            "status": {"enum": ["optimal", "time_limit", "interrupted"]},
            "units_asked": {"type": ["integer", "null"]},
        },
        {
            "units": WHOLE,
            "objective": NUMBER,
            "bound": NUMBER,
            "gap": NUMBER,
            "seconds": {"type": "number"},
            "sites": WHOLE,
            "units_at": {"type": "object", "additionalProperties": WHOLE},
            "option": {"type": "object"},
        },
    )

    # Curve and compliance stand there where they were asked for.
    optional = ("groups", "curve", "sites", "places", "compliance")
    return _object(
        {
            **_about(),
            "model": TEXT,
            "standard": TEXT,
            "tier": TEXT,
            "crews": WHOLE,
            "siting": siting,
            **_tables(("standards",), beginning="siting_"),
            "manifest": _manifest(),
        },
        {
            "units_today": WHOLE,
            "units_beside": WHOLE,
            "busy": NUMBER,
            "yardstick": yardstick,
            **_tables(optional, beginning="siting_"),
            "files": TEXTS,
            "saved_as": TEXT,
        },
    )


def _need() -> Schema:
    """Return the schema of what would meet the standards."""
    return _object(
        {
            **_about(),
            "notes": TEXTS,
            "manifest": _manifest(),
        },
        {**_tables(("need",)), **_tables(("units", "answers", "curve"), beginning="need_")},
    )


def _new() -> Schema:
    """Return the schema of what a new plan was made from, and which files were not used."""
    unused = _object({"file": TEXT, "role": TEXT, "reason": TEXT})
    counts = dict.fromkeys(("areas", "people", "sites", "vehicles"), WHOLE)
    return _object(
        {
            "plan": TEXT,
            "title": TEXT,
            "summary": TEXT,
            **counts,
            "files": {"type": "array", "items": {"type": "object"}},
            "unused": {"type": "array", "items": unused},
            "findings": TEXTS,
        }
    )


def _shifts() -> Schema:
    """Return the schema of units under a shift pattern."""
    from standby.cli._shifts import TABLES as OF_SHIFTS

    rule = _object(
        {
            **dict.fromkeys(("rule", "paragraph", "unit", "why_not"), TEXT),
            "limit": NUMBER,
            "checked": {"type": "boolean"},
        }
    )
    return _object(
        {
            **_about(),
            "pattern": TEXT,
            "codes": TEXTS,
            "notes": TEXTS,
            "rules": {"type": "array", "items": rule},
            **_tables(OF_SHIFTS),
            "manifest": _manifest(),
        },
        {"files": TEXTS},
    )


def _staff() -> Schema:
    """Return the schema of officers, posts filled and seats."""
    return _object(
        {
            **_about(),
            "statements": TEXTS,
            **_tables(("staffing", "staff_delivery", "staff_courses")),
            "manifest": _manifest(),
        },
        {"files": TEXTS},
    )


def _times() -> Schema:
    """Return the schema of minutes from the nearest site."""
    return _object(
        {
            **_about(),
            "method": TEXT,
            **_tables(("nearest", "nearest_areas", "nearest_key_locations", "off_network")),
            "notes": TEXTS,
            "manifest": _manifest(),
        },
        {"files": TEXTS},
    )


_OUTPUTS: Mapping[str, Callable[[], Schema]] = {
    "appraise": _appraise,
    "backtest": _backtest,
    "check": _check,
    "cover": _cover,
    "error": _error,
    "example": _example,
    "disclose": _disclose,
    "fit": _fit,
    "locate": _locate,
    "need": _need,
    "new": _new,
    "shifts": _shifts,
    "staff": _staff,
    "times": _times,
}
"""What each command prints."""
