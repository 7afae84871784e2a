from homeport.engine._table import SocketTable


def test_ids_count_from_one_and_are_never_used_again():
    table = SocketTable()
    assert [table.next_id() for _ in range(3)] == [1, 2, 3]
    table.sockets[3] = "three"
    assert table.get(3) == "three"
    del table.sockets[3]
    assert table.get(3) is None
    assert table.next_id() == 4
