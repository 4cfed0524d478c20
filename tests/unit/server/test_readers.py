"""Whom to cut off, where too many do not read what they were sent."""

from service.server.front.readers import too_many

HONEST = {("192.0.2.1", 9): 3.0, ("192.0.2.2", 9): 0.0}


def test_nobody_is_cut_off_while_there_is_room():
    assert too_many(HONEST, 2) == set()


def test_the_oldest_of_one_address_goes_first():
    since = {("192.0.2.1", port): float(port) for port in range(10)}

    assert too_many(since, 7) == {("192.0.2.1", port) for port in range(3)}


def test_who_has_one_stays_beside_who_has_many_however_new_these_are():
    many = {("198.51.100.1", port): 5.0 for port in range(300)}

    cut = too_many(HONEST | many, 256)

    assert len(cut) == 46
    assert cut.isdisjoint(HONEST)


def test_addresses_of_one_network_count_as_one():
    many = {(f"2001:db8::{n:x}", 1): 5.0 for n in range(1, 300)}
    others = {("2001:db8:0:1::1", 1): 0.0, ("::ffff:192.0.2.1", 1): 0.0}

    cut = too_many(many | others | HONEST, 100)

    assert cut.isdisjoint({*others, *HONEST})
