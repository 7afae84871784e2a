from homeport.engine import Outcome, SendInfo
from homeport.engine._outcomes import failed, send_failed, sent
from homeport.net_errors import NetErrorCode


def test_a_failure_carries_its_code_as_a_plain_number_and_its_text():
    outcome = failed(NetErrorCode.CONNECTION_REFUSED)
    assert outcome == Outcome((-102,), "net::ERR_CONNECTION_REFUSED")
    assert type(outcome.args[0]) is int


def test_a_failure_may_have_a_text_of_its_own():
    assert failed(-2, "Socket not found") == Outcome((-2,), "Socket not found")


def test_a_failed_send_tells_no_length():
    assert send_failed(NetErrorCode.FAILED) == Outcome((SendInfo(-2, None),), "net::ERR_FAILED")


def test_a_send_tells_its_length():
    assert sent(0) == Outcome((SendInfo(0, 0),))
    assert sent(5) is sent(5)
