"""A port that is kept for a server is nobody else's, also while the server is down."""

import socket
import sys

import pytest

from tests.services import KeptPort


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere two may not be bound to one port")
def test_a_server_may_come_back_to_it_and_nobody_else_gets_it() -> None:
    kept = KeptPort()
    place = ("127.0.0.1", kept.number)
    for _ in range(2):
        with socket.socket() as somebody, pytest.raises(OSError, match="in use"):
            somebody.bind(place)
        with socket.create_server(place), socket.create_connection(place):
            pass
    kept.close()
