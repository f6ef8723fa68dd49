"""A function that takes a dataclass of options, called with these options by keyword."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast, get_args, get_origin

from standby.plan import Plan
from standby.travel import Times

P = ParamSpec("P")
Options = TypeVar("Options")
Result = TypeVar("Result")


def by_keyword(
    options: Callable[P, Options], described: str
) -> Callable[[Callable[[Plan, Times, Options], Result]], Callable[Concatenate[Plan, Times, P], Result]]:
    """Return a decorator for a function whose last argument is an object of options.

    The function that it returns takes the fields of the options by keyword in place of the object. Type
    checkers see the fields, and so do ``help`` and `inspect.signature`.

    Parameters
    ----------
    options
        Dataclass of options, with keyword-only fields.
    described
        What stands for ``{options}`` in the docstring of the function.
    """
    fields = {
        name: field.replace(annotation=_without_metadata(field.annotation))
        for name, field in inspect.signature(options).parameters.items()
    }

    def decorate(
        function: Callable[[Plan, Times, Options], Result],
    ) -> Callable[Concatenate[Plan, Times, P], Result]:
        """Return the function with the fields of the options as its keyword arguments."""

        @wraps(function)
        def called(plan: Plan, times: Times, *args: P.args, **kwargs: P.kwargs) -> Result:
            """Make the options of the keywords, and pass them on as one object."""
            unknown = sorted(set(kwargs) - set(fields))
            if unknown:
                raise TypeError(f"unknown arguments {unknown}; known are {sorted(fields)}")

            return function(plan, times, options(*args, **kwargs))

        # The function's own parameters but for the last, which the fields of the options stand in for.
        own = inspect.signature(function)
        first = list(own.parameters.values())[:-1]
        called.__signature__ = own.replace(parameters=[*first, *fields.values()])  # type: ignore[attr-defined]
        called.__doc__ = (function.__doc__ or "").replace("{options}", described)
        return cast("Callable[Concatenate[Plan, Times, P], Result]", called)

    return decorate


def _without_metadata(annotation: Any) -> Any:
    """Return the type inside ``Annotated``."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
