"""``chrome.storage``: one namespace for each area, all with the same functions."""

from __future__ import annotations

from collections.abc import Mapping

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    INTEGER,
    NO_PERMISSION,
    OBJECT,
    STRING,
    Callback,
    Enum,
    Event,
    Failure,
    Function,
    Namespace,
    Param,
    array,
    choice,
    object_of,
    ref,
)

_REQUIRES = "permission:storage"
_ACCESS = object_of(Param("accessLevel", ref("storage.AccessLevel"), "Who."))
_DONE = Callback(optional=True, promise=True)
_ONE_OR_MORE = choice(STRING, array(STRING))
_READ_ONLY = Failure("This is a read-only store.", None, "The area is `managed`.")
_QUOTA = Failure("QUOTA_BYTES quota exceeded", None, "The area would become larger than it may.")


def _functions() -> tuple[Function, ...]:
    return (
        Function(
            "get",
            (
                Param(
                    "keys",
                    choice(STRING, array(STRING), OBJECT),
                    "A key, keys, or an object of keys and their defaults; left out or `null`: everything.",
                    optional=True,
                ),
            ),
            Callback((Param("items", OBJECT, "The keys that are there, with values."),), True, True),
            permission=NO_PERMISSION,
            doc="Reads values.",
        ),
        Function(
            "getBytesInUse",
            (Param("keys", _ONE_OR_MORE, "A key or keys; left out or `null`: everything.", optional=True),),
            Callback((Param("bytesInUse", INTEGER, "Keys and values, as JSON."),), True, True),
            permission=NO_PERMISSION,
            doc="Tells how much room values take.",
        ),
        Function(
            "getKeys",
            (),
            Callback((Param("keys", array(STRING), "Every key."),), True, True),
            permission=NO_PERMISSION,
            doc="Lists the keys.",
        ),
        Function(
            "set",
            (Param("items", OBJECT, "Keys and their new values; others stay."),),
            _DONE,
            permission=NO_PERMISSION,
            doc="Writes values.",
            errors=(_QUOTA, _READ_ONLY),
        ),
        Function(
            "remove",
            (Param("keys", _ONE_OR_MORE, "A key or keys."),),
            _DONE,
            permission=NO_PERMISSION,
            doc="Removes values.",
            errors=(_READ_ONLY,),
        ),
        Function(
            "clear",
            (),
            _DONE,
            permission=NO_PERMISSION,
            doc="Removes everything.",
            errors=(_READ_ONLY,),
        ),
        Function(
            "setAccessLevel",
            (Param("accessOptions", _ACCESS, "Who may read the area."),),
            _DONE,
            permission=NO_PERMISSION,
            doc="Keeps content scripts out, or lets them in. Apps have none: without effect.",
        ),
    )


def _area(name: str, doc: str, constants: Mapping[str, int] | None = None) -> Namespace:
    return namespace(
        f"storage.{name}",
        doc=doc,
        requires=_REQUIRES,
        functions=_functions(),
        events=(
            Event(
                "onChanged",
                (Param("changes", OBJECT, "For each key its `oldValue` and `newValue`."),),
                "Values of this area have changed.",
            ),
        ),
        constants=constants,
        prefix="storage",
    )


STORAGE = (
    namespace(
        "storage",
        doc="Values that outlive the app's run.",
        requires=_REQUIRES,
        events=(
            Event(
                "onChanged",
                (
                    Param("changes", OBJECT, "For each key its `oldValue` and `newValue`."),
                    Param("areaName", STRING, "`local`, `sync` or `managed`."),
                ),
                "Values of some area have changed.",
            ),
        ),
        enums=(
            Enum(
                "AccessLevel", ("TRUSTED_CONTEXTS", "TRUSTED_AND_UNTRUSTED_CONTEXTS"), "Who may read an area."
            ),
        ),
    ),
    _area("local", "Values kept on this machine.", {"QUOTA_BYTES": 10_485_760}),
    _area(
        "sync",
        "Values that Chrome carried between machines; here they stay on this one, under the same limits.",
        {
            "MAX_ITEMS": 512,
            "MAX_SUSTAINED_WRITE_OPERATIONS_PER_MINUTE": 1_000_000,
            "MAX_WRITE_OPERATIONS_PER_HOUR": 1800,
            "MAX_WRITE_OPERATIONS_PER_MINUTE": 120,
            "QUOTA_BYTES": 102_400,
            "QUOTA_BYTES_PER_ITEM": 8192,
        },
    ),
    _area("managed", "Values that an administrator sets; apps may only read them."),
)
