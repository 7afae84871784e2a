from homeport.engine._quota import LIMIT, Quota


def test_the_limit_is_inclusive():
    quota = Quota()
    assert quota.take(LIMIT)
    assert not quota.take(1)
    assert quota.take(0)


def test_what_does_not_fit_takes_nothing():
    quota = Quota(10)
    assert not quota.take(11)
    assert quota.left == 10


def test_what_is_given_back_can_be_taken_again():
    quota = Quota(10)
    assert quota.take(10)
    quota.give(4)
    assert not quota.take(5)
    assert quota.take(4)
