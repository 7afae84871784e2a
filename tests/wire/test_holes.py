from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import ProtocolError
from homeport.wire._holes import dig, fill

values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(values, st.lists(st.binary(max_size=5), max_size=5))
def test_bytes_go_back_where_they_were(value, blobs):
    whole = [value, {"deep": list(blobs)}]
    without, holes, data = dig(whole)
    assert b"".join(data) == b"".join(blobs)
    fill(without, [[path, length] for path, length in holes], memoryview(b"".join(data)))
    assert without == whole


@pytest.mark.parametrize(
    "holes",
    [
        None,
        [1],
        [[[], 2]],
        [[[0], 1]],
        [[[0], 3]],
        [[[0], -1]],
        [[[1], 2]],
        [[["0"], 2]],
        [[[-1], 2]],
        [[[9], 2]],
        [[[True], 2]],
        [[[2, "no"], 2]],
        [[[0], 1], [[0], 1]],
        [[[0] * 9, 2]],
        [[[0], 0]] * 17,
    ],
)
def test_holes_that_do_not_fit_are_refused(holes):
    with pytest.raises(ProtocolError):
        fill([None, 1, {}], holes, memoryview(b"hi"))
