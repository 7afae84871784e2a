"""Steps of programs, and strategies for them: what every kind of program is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

#: Values that hardly any parameter takes. No number that a port could be.
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 1.5, "", "7", [], {}, {"x": 1}, {"name": 1}, {"name": None, "persistent": 0}),
    *({"name": "n", "nope": 1}, {"tlsVersion": 1}, {"tlsVersion": {"min": 1}}, "any", "ipv5"),
    *({"odd": name} for name in ("undefined", "NaN", "Infinity", "-0", "function", "7n", "Date", "view")),
    *({"odd": name} for name in ("inner view", "DataView", "shared", "shared view", "detached", "resizable")),
    *({"odd": name} for name in ("Symbol", "null prototype", "thrower", "proxy", "Number", "String")),
)


def call(name: str, *args: Any, as_: str | None = None) -> Step:
    """One step."""
    return {"call": name, "args": list(args), **({"as": as_} if as_ else {})}


def ref(name: str) -> dict[str, str]:
    """A socket as an argument."""
    return {"socket": name}


def one(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """One of the sockets of these names."""
    return st.sampled_from(names).map(ref)


def build(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """A call of the function with an argument of each of ``parts``."""
    return st.tuples(*parts).map(lambda args: call(name, *args))


def spoil(step: Step, value: Any, place: int) -> Step:
    """The step with an odd value in place of an argument, or behind them all."""
    args = list(step["args"])
    place %= len(args) + 1
    return {**step, "args": [*args[:place], value, *args[place + 1 :]]}


def spoiled(steps: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    """Steps with one argument that is odd, or one too much."""
    return st.builds(spoil, steps, st.sampled_from(ODD_VALUES), st.integers(0, 5))


def shortened(steps: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    """Steps without some of their last arguments."""
    return st.builds(
        lambda step, n: {**step, "args": step["args"][: n % (len(step["args"]) + 1)]},
        steps,
        st.integers(0, 5),
    )


def sensible(steps: list[Step], groups: tuple[tuple[str, ...], ...]) -> list[Step]:
    """Steps that give no name twice, and are mostly about sockets that are there.

    A socket that is not there is replaced by one that is, of the same group if there is one; others stay.
    """
    made: list[str] = []

    def known(argument: Any) -> Any:
        name = argument.get("socket") if isinstance(argument, dict) else None
        group = next((names for names in groups if name in names), None)
        if group is None or name in made or not made:
            return argument
        alike = [other for other in made if other in group] or made
        return ref(alike[group.index(name) % len(alike)])

    def about(step: Step) -> Step:
        if "together" in step:
            return {"together": [about(one) for one in step["together"]]}
        step = {**step, "args": [known(argument) for argument in step["args"]]}
        made.extend(_new(step))
        return step

    return [about(step) for step in steps if step.get("as") not in made]


def _new(step: Step) -> Iterator[str]:
    """The names of the sockets that are there after a step, if all goes well."""
    first = step["args"][0] if step["args"] and isinstance(step["args"][0], dict) else {}
    if "as" in step:
        yield step["as"]
    elif step["call"] == "accept":
        yield f"{first.get('socket')}.1"
    elif step["call"] == "tcp.connect" and isinstance(step["args"][-1], dict):
        yield f"{step['args'][-1].get('port')}.1"
