"""``chrome.alarms``, ``chrome.idle`` and ``chrome.power``: what apps do unseen. Done in the page."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    BOOLEAN,
    NO_PERMISSION,
    NUMBER,
    STRING,
    Callback,
    Dictionary,
    Enum,
    Event,
    Function,
    Param,
    array,
    at_least,
    ref,
)

_NAME = Param("name", STRING, "The alarm's name; empty when left out.", optional=True)
_ALARM = Param("alarm", ref("alarms.Alarm"), "The alarm.")

ALARMS = namespace(
    "alarms",
    doc="Code that is to run later, or again and again.",
    requires="permission:alarms",
    functions=(
        Function(
            "create",
            (_NAME, Param("alarmInfo", ref("alarms.AlarmCreateInfo"), "When.")),
            Callback(optional=True, promise=True),
            permission=NO_PERMISSION,
            doc="Sets an alarm; one of the same name is replaced.",
        ),
        Function(
            "get",
            (_NAME,),
            Callback((_ALARM,), optional=True, promise=True),
            permission=NO_PERMISSION,
            doc="The alarm of that name.",
        ),
        Function(
            "getAll",
            (),
            Callback((Param("alarms", array(ref("alarms.Alarm")), "The alarms."),), True, True),
            permission=NO_PERMISSION,
            doc="Every alarm.",
        ),
        Function(
            "clear",
            (_NAME,),
            Callback((Param("wasCleared", BOOLEAN, "Whether there was one."),), True, True),
            permission=NO_PERMISSION,
            doc="Takes back an alarm.",
        ),
        Function(
            "clearAll",
            (),
            Callback((Param("wasCleared", BOOLEAN, "Whether there were any."),), True, True),
            permission=NO_PERMISSION,
            doc="Takes back every alarm.",
        ),
    ),
    events=(Event("onAlarm", (_ALARM,), "It is time."),),
    dictionaries=(
        Dictionary(
            "Alarm",
            (
                Param("name", STRING, "Its name."),
                Param("scheduledTime", NUMBER, "When it comes, in milliseconds since 1970."),
                Param("periodInMinutes", NUMBER, "How often again.", optional=True),
            ),
            "An alarm.",
        ),
        Dictionary(
            "AlarmCreateInfo",
            (
                Param("when", NUMBER, "At what time, in milliseconds since 1970.", optional=True),
                Param("delayInMinutes", NUMBER, "After how long.", optional=True),
                Param("periodInMinutes", NUMBER, "How often again.", optional=True),
                Param("persistAcrossSessions", BOOLEAN, "Whether it outlives the browser.", optional=True),
                Param("name", STRING, "Its name.", optional=True),
            ),
            "When an alarm comes.",
        ),
    ),
)

IDLE = namespace(
    "idle",
    doc="Whether somebody uses the machine.",
    requires="permission:idle",
    functions=(
        Function(
            "queryState",
            (Param("detectionIntervalInSeconds", at_least(15), "How long without input counts as idle."),),
            Callback((Param("newState", ref("idle.IdleState"), "The state."),), True, True),
            permission=NO_PERMISSION,
            doc="Whether somebody uses the machine.",
        ),
        Function(
            "setDetectionInterval",
            (Param("intervalInSeconds", at_least(15), "How long without input counts as idle."),),
            None,
            permission=NO_PERMISSION,
            doc="Sets when `onStateChanged` comes; at first after 60 seconds.",
        ),
    ),
    events=(
        Event("onStateChanged", (Param("newState", ref("idle.IdleState"), "The state."),), "It changed."),
    ),
    enums=(Enum("IdleState", ("active", "idle", "locked"), "Whether somebody uses the machine."),),
)

POWER = namespace(
    "power",
    doc="Keeps the machine awake.",
    requires="permission:power",
    functions=(
        Function(
            "requestKeepAwake",
            (Param("level", ref("power.Level"), "What must not sleep."),),
            None,
            permission=NO_PERMISSION,
            doc="Keeps the machine awake until it is released.",
        ),
        Function("releaseKeepAwake", (), None, permission=NO_PERMISSION, doc="Lets the machine sleep again."),
    ),
    enums=(Enum("Level", ("system", "display"), "What must not sleep."),),
)
