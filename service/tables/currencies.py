"""The signs and codes that currencies are written with."""

_IN_USE = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF
XPF YER ZAR ZMW ZWG
"""  # ISO 4217
_CODES = frozenset(_IN_USE.split())
_DOLLARS = "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD"
_PESOS = "ARS CLP COP CUP DOP MXN UYU"
_SIGNS = {
    "\u20ac": "EUR", "euro": "EUR", "euros": "EUR",
    "\u00a3": "GBP",
    "fr.": "CHF", "sfr.": "CHF",
    "z\u0142": "PLN",
    "k\u010d": "CZK",
    "ft": "HUF",
    "lei": "RON",
    "\u043b\u0432": "BGN", "\u043b\u0432.": "BGN",  # lev
    "\u20bd": "RUB", "\u0440\u0443\u0431.": "RUB",  # rouble
    "\u20b4": "UAH", "\u0433\u0440\u043d": "UAH",  # hryvnia
    "\u20ba": "TRY", "tl": "TRY",
    "\u20aa": "ILS",
    "\u20b9": "INR",
    "\u20a9": "KRW",
    "\u20ab": "VND",
    "\u0e3f": "THB",
    "us$": "USD",
    "r$": "BRL",
    "$": f"{_DOLLARS} {_PESOS}",
    "\u00a5": "JPY CNY",
    "kr": "DKK ISK NOK SEK", "kr.": "DKK ISK NOK SEK",
}  # fmt: skip


def codes_of(sign: str) -> tuple[str, ...]:
    """Return the codes that a sign or a code may stand for, none where it is neither."""
    code = sign.upper()
    if code in _CODES:
        return (code,)
    return tuple(_SIGNS.get(sign.lower(), "").split())
