from __future__ import annotations

import json

import pytest

from homeport.storage._size import SerializeError, size_of, to_json


# Each number was read from Chromium's getBytesInUse, without the key.
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0.1", 3),
        ("1e21", 5),
        ("1e-7", 4),
        ("123456789012", 14),
        ("9007199254740992", 21),
        ("10000000000000000", 5),
        ("3000000000", 12),
        ("2147483648", 12),
        ("-2147483648", 11),
        ("-2147483649", 13),
        ("-5", 2),
        ("1.5", 3),
        ("1e300", 6),
        ("true", 4),
        ("null", 4),
        ("[]", 2),
        ("{}", 2),
        ('""', 2),
        ('{"a":[1,2],"b":"c"}', 19),
        ('"v\u00e9\U0001f600"', 9),
        ('"x<y>&\u2028\\"\\\\\\n\\u0001/"', 31),
        ('"\\ud800"', 5),
    ],
)
def test_a_value_takes_the_room_it_takes_in_chromium(text, size):
    value = json.loads(text)
    assert size_of("", value, to_json(value)) == size


def test_keys_count_in_utf8():
    assert size_of("k\u00e9", 1, "1") == 4


@pytest.mark.parametrize("value", [float("nan"), b"bytes", {"a": object()}])
def test_what_json_cannot_carry_is_refused_in_chromiums_words(value):
    with pytest.raises(SerializeError, match="Cannot serialize value to JSON"):
        to_json(value)
