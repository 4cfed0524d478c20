"""Which addresses are public: those of the registries' lists, and not what only looks like one.

https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry. The lists
stand here since those of `ipaddress` differ between versions of Python.
"""

from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


class Reach(Enum):
    """From where an address can be reached."""

    PUBLIC = "public"
    OWN = "private"  # this machine, or a network of the shop's own
    NEVER = "never asked"  # no machine's, or one that gives keys away, or another in disguise


_OWN = [
    ip_network(each)
    for each in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
]
_NEVER = [
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.100.100.200/32",  # where a cloud gives its machines their keys
        "168.63.129.16/32",  # likewise
        "169.254.0.0/16",  # link-local, and likewise
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
_OWN_6 = [ip_network(each) for each in ("::1/128", "fc00::/7")]
_METADATA_6 = ip_network("fd00:ec2::/32")
_GLOBAL_6 = ip_network("2000::/3")
_NOT_GLOBAL_6 = [
    ip_network(each)
    for each in (
        "2001::/23",  # Teredo, an IPv4 address in disguise, and protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4, likewise
        "3fff::/20",
    )
]
_NAT64 = ip_network("64:ff9b::/96")
_OWN_NAMES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")


def reach_of(address: str) -> Reach:
    """Tell from where an address can be reached. Raises: ValueError, of what is none."""
    ip = ip_address(address)
    return _reach_4(ip) if isinstance(ip, IPv4Address) else _reach_6(ip)


def is_own_name(host: str) -> bool:
    """Return whether a name, and no address, is by its form alone one of an own network.

    These are set aside for it, and no name server of the public network answers for them: RFC 6761,
    6762 and 8375, `internal` by ICANN in 2024, and what has no dot.
    """
    name = host.lower().removesuffix(".")
    return "." not in name or name.endswith(_OWN_NAMES)


def _reach_4(ip: IPv4Address) -> Reach:
    if any(ip in network for network in _NEVER):
        return Reach.NEVER
    return Reach.OWN if any(ip in network for network in _OWN) else Reach.PUBLIC


def _reach_6(ip: IPv6Address) -> Reach:
    if ip.scope_id is not None or ip in _METADATA_6:
        return Reach.NEVER
    if ip.ipv4_mapped is not None:
        return _reach_4(ip.ipv4_mapped)
    if ip in _NAT64:  # what a network without IPv4 makes of every name that has no other
        inside = _reach_4(IPv4Address(int(ip) & 0xFFFFFFFF))
        return inside if inside is Reach.PUBLIC else Reach.NEVER
    if any(ip in network for network in _OWN_6):
        return Reach.OWN
    if ip in _GLOBAL_6 and not any(ip in network for network in _NOT_GLOBAL_6):
        return Reach.PUBLIC
    return Reach.NEVER
