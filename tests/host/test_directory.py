from __future__ import annotations

import pytest

from homeport.host import Grant, MemoryDirectory


@pytest.fixture
def clock():
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def directory(clock):
    return MemoryDirectory(clock)


GRANT = Grant("a" * 32, "http://a.localhost:1")


async def test_a_ticket_is_redeemed_once_at_its_own_origin_in_time(directory, clock):
    ticket = await directory.issue_ticket(GRANT)
    assert await directory.redeem_ticket(ticket, GRANT.origin) == GRANT
    assert await directory.redeem_ticket(ticket, GRANT.origin) is None
    misplaced = await directory.issue_ticket(GRANT)
    assert await directory.redeem_ticket(misplaced, "http://evil.test") is None
    assert await directory.redeem_ticket(misplaced, GRANT.origin) is None
    late = await directory.issue_ticket(GRANT)
    clock.now += 30
    assert await directory.redeem_ticket(late, GRANT.origin) is None


async def test_a_secret_lives_as_long_as_it_is_used(directory, clock):
    secret = await directory.issue_secret(GRANT)
    for _ in range(5):
        clock.now += 23 * 3600
        assert await directory.find_secret(secret) == GRANT
    clock.now += 24 * 3600
    assert await directory.find_secret(secret) is None


async def test_a_resume_token_names_its_session_until_it_is_revoked(directory):
    token = await directory.issue_resume("s1")
    assert await directory.find_resume(token) == "s1"
    await directory.revoke_resume(token)
    assert await directory.find_resume(token) is None


async def test_kinds_of_tokens_do_not_stand_for_each_other(directory):
    ticket, secret = await directory.issue_ticket(GRANT), await directory.issue_secret(GRANT)
    token = await directory.issue_resume("s1")
    assert await directory.find_secret(ticket) is None
    assert await directory.find_secret(token) is None
    assert await directory.find_resume(secret) is None
    assert await directory.redeem_ticket(secret, GRANT.origin) is None


async def test_an_apps_tickets_and_secrets_end_with_it(directory):
    other = Grant("b" * 32, "http://b.localhost:1")
    ticket, secret = await directory.issue_ticket(GRANT), await directory.issue_secret(GRANT)
    kept = await directory.issue_secret(other)
    await directory.revoke_app(GRANT.app_id)
    assert await directory.redeem_ticket(ticket, GRANT.origin) is None
    assert await directory.find_secret(secret) is None
    assert await directory.find_secret(kept) == other


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 10_000])
async def test_any_text_may_be_asked_for(directory, token):
    assert await directory.find_secret(token) is None
