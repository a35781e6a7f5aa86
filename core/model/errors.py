"""Every error of our own, in one tree.

    PorteVoixError                  a sentence for the person who runs the program
    ├── SettingsError               the environment or .env is wrong
    ├── FileError                   a consultation, taxonomy or import file is wrong
    ├── StorageError                the database cannot be used as it is
    │   ├── AlreadyRunning          another process holds the only pen
    │   ├── DamagedDatabase         its file cannot be read: a copy must be brought back
    │   ├── SilentDatabase          its server does not answer for now
    │   └── DiskFull                nothing new can be kept: what takes something away still can
    ├── NotFound                    no such consultation, source, delivery …
    ├── NotAllowed                  the move is not one the state machine knows
    ├── StaleDialogue               another worker moved this dialogue first: load again
    └── ChannelError                a platform refused us as a whole (bad token, second poller)
        └── PlatformUnreachable     it does not answer for now: worth trying again

A message says what happened, to what, and what to do. It never holds a token, an address or a citizen's words.
"""

_WHY = {
    "No such file or directory": "why.absent",
    "Permission denied": "why.forbidden",
    "Operation not permitted": "why.forbidden",
    "Read-only file system": "why.read_only",
    "No space left on device": "why.full",
    "Is a directory": "why.folder",
    "Not a directory": "why.no_folder",
    "File exists": "why.taken",
    "File name too long": "why.long",
}
"""What the system says most often, with the key of our words for it."""


def why_key(reason: str) -> str:
    """Where the catalogue has what the system gives as a reason; "" for what it seldom gives."""
    return _WHY.get(reason, "")


class PorteVoixError(Exception):
    """Printed as one sentence, without a traceback. `key`: that sentence in the catalogue (terminal.po), with its
    `places`, for what people meet on their first days; "" where it is said in English alone."""

    def __init__(self, sentence: str = "", key: str = "", **places: str | int) -> None:
        super().__init__(sentence)
        self.key = key
        self.places = places


class SettingsError(PorteVoixError): ...


class FileError(PorteVoixError): ...


class StorageError(PorteVoixError): ...


class AlreadyRunning(StorageError): ...


class DamagedDatabase(StorageError): ...


class SilentDatabase(StorageError): ...


class DiskFull(StorageError): ...


class NotFound(PorteVoixError): ...


def not_written(place: str, error: OSError) -> FileError:
    return FileError(
        f"{place} cannot be written ({error.strerror}): choose another place",
        "error.place",
        file=place,
        reason=str(error.strerror),
    )


def no_consultation(name: str) -> NotFound:
    return NotFound(
        f"there is no consultation {name!r}: `python main.py status` lists those that there are, "
        "`python main.py campaign start FILE` begins one",
        "error.consultation",
        name=name,
    )


class NotAllowed(PorteVoixError): ...


class StaleDialogue(PorteVoixError): ...


class ChannelError(PorteVoixError): ...


class PlatformUnreachable(ChannelError): ...
