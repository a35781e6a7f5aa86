"""What may befall a tagger: functions given to it at construction, called with each text before it is read."""

import os
import time

DEADLY = "ce texte arrête le programme"
ENDLESS = "ce texte ne finit jamais"
FRAGILE = "ce texte n'arrête le programme qu'une fois"


def stop_the_process(text: str) -> None:
    """For a process of its own."""
    if DEADLY in text:
        os._exit(17)
    if ENDLESS in text:
        time.sleep(3600)


def stop_the_process_once(text: str) -> None:
    """The file named in the text says whether it has happened before."""
    if FRAGILE in text:
        path = text.split("|")[1]
        if not os.path.exists(path):
            open(path, "w", encoding="utf-8").close()
            os._exit(17)


def fail(text: str) -> None:
    """For the process of the tests."""
    if DEADLY in text:
        raise MemoryError
