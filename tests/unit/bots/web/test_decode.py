"""What our own pages write into the inbox comes out as it went in."""

from bots.web.decode import decode, encode
from core.model.messages import Inbound, Pressed, Said, Started


def test_there_and_back() -> None:
    for event in (Started("affiche"), Said("é \u202e <b>", 3), Pressed("a:b", 4)):
        assert decode(encode("chat", event, language="fr")) == Inbound("chat", event, "fr")
