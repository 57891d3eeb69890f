"""In which currency is a record?  Told by code, and blank for the company's home currency.

MediaOS names a currency in words and gives no code (mediaos-api.md 3.2), QuickBooks gives codes.
"""

#: Codes by the names that people give to currencies, without case.
_CODES = {
    "u.s. dollar": "USD",
    "us dollar": "USD",
    "united states dollar": "USD",
    "euro": "EUR",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "british pound sterling": "GBP",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD",
    "swiss franc": "CHF",
    "japanese yen": "JPY",
    "mexican peso": "MXN",
    "swedish krona": "SEK",
    "norwegian krone": "NOK",
    "danish krone": "DKK",
    "indian rupee": "INR",
    "singapore dollar": "SGD",
    "hong kong dollar": "HKD",
    "south african rand": "ZAR",
}


def code_of(name: str | None) -> str | None:
    """Return the code of a currency named in words or by code, None for a name not known here."""
    told = (name or "").strip()
    return told if told in _CODES.values() else _CODES.get(told.casefold())


def foreign(code: str, home: str) -> str:
    """Return a record's currency, blank where it is the home one or none is said."""
    return "" if code == home else code
