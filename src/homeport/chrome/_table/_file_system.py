"""``chrome.fileSystem``: files that the user picks. Done in the page."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    BOOLEAN,
    NO_PERMISSION,
    OBJECT,
    STRING,
    Callback,
    Dictionary,
    Enum,
    Event,
    Function,
    Param,
    array,
    instance,
    ref,
)

_NAME = "fileSystem"
_ENTRY = Param("entry", instance("Entry"), "A file or folder that was picked.")
_ID = Param("id", STRING, "What `retainEntry` gave.")

FILE_SYSTEM = namespace(
    _NAME,
    doc="Files and folders that the user picks.",
    requires="permission:fileSystem",
    functions=(
        Function(
            "getDisplayPath",
            (_ENTRY,),
            Callback((Param("displayPath", STRING, "Its path, to show."),), True, True),
            permission=NO_PERMISSION,
            doc="Where a file is, for the user to read.",
        ),
        Function(
            "getWritableEntry",
            (_ENTRY,),
            Callback((_ENTRY,)),
            permission=NO_PERMISSION,
            doc="The same file, to write.",
        ),
        Function(
            "isWritableEntry",
            (_ENTRY,),
            Callback((Param("isWritable", BOOLEAN, "Whether it is."),), True, True),
            permission=NO_PERMISSION,
            doc="Whether a file can be written.",
        ),
        Function(
            "chooseEntry",
            (Param("options", ref(f"{_NAME}.ChooseEntryOptions"), "What to ask for.", optional=True),),
            Callback(
                (
                    Param("entry", instance("Entry"), "What was picked.", optional=True),
                    Param("fileEntries", array(instance("FileEntry")), "All of them.", optional=True),
                )
            ),
            permission=NO_PERMISSION,
            doc="Lets the user pick a file or folder.",
        ),
        Function(
            "restoreEntry",
            (_ID,),
            Callback((_ENTRY,)),
            permission=NO_PERMISSION,
            doc="A file that was picked in an earlier run.",
        ),
        Function(
            "isRestorable",
            (_ID,),
            Callback((Param("isRestorable", BOOLEAN, "Whether it is."),), True, True),
            permission=NO_PERMISSION,
            doc="Whether a file of an earlier run can still be had.",
        ),
        Function(
            "retainEntry",
            (_ENTRY,),
            None,
            permission=NO_PERMISSION,
            doc="Keeps a file for a later run.",
            returns=STRING,
        ),
        Function(
            "requestFileSystem",
            (Param("options", ref(f"{_NAME}.RequestFileSystemOptions"), "Which volume."),),
            Callback((Param("fileSystem", instance("FileSystem"), "It.", optional=True),), True, True),
            permission=NO_PERMISSION,
            doc="A whole volume, on kiosks; refused here.",
        ),
        Function(
            "getVolumeList",
            (),
            Callback((Param("volumes", array(OBJECT), "The volumes.", optional=True),), True, True),
            permission=NO_PERMISSION,
            doc="The volumes, on kiosks; refused here.",
        ),
    ),
    events=(Event("onVolumeListChanged", (Param("event", OBJECT, "The volumes."),), "One came or went."),),
    dictionaries=(
        Dictionary(
            "AcceptOption",
            (
                Param("description", STRING, "The kind's name.", optional=True),
                Param("mimeTypes", array(STRING), "Types, such as `image/*`.", optional=True),
                Param("extensions", array(STRING), "Ends of names, without the dot.", optional=True),
            ),
            "A kind of file.",
        ),
        Dictionary(
            "ChooseEntryOptions",
            (
                Param("type", ref(f"{_NAME}.ChooseEntryType"), "For what.", optional=True),
                Param("suggestedName", STRING, "A name to begin with.", optional=True),
                Param("accepts", array(ref(f"{_NAME}.AcceptOption")), "Kinds to offer.", optional=True),
                Param("acceptsAllTypes", BOOLEAN, "Whether to offer every kind too.", optional=True),
                Param("acceptsMultiple", BOOLEAN, "Whether several may be picked.", optional=True),
            ),
            "What to ask the user for.",
        ),
        Dictionary(
            "RequestFileSystemOptions",
            (
                Param("volumeId", STRING, "The volume."),
                Param("writable", BOOLEAN, "Whether to write.", optional=True),
            ),
            "Which volume.",
        ),
    ),
    enums=(
        Enum(
            "ChooseEntryType",
            ("openFile", "openWritableFile", "saveFile", "openDirectory"),
            "For what a file is picked.",
        ),
    ),
)
