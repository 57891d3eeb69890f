"""In which currency is a record?  Told by code, and blank for the company's home currency.

MediaOS names a currency in words and gives no code (mediaos-api.md 3.2), QuickBooks gives codes.
"""

#: Codes by the names that people give to currencies, without case and full stops.
_CODES = {
    "us dollar": "USD",
    "united states dollar": "USD",
    "american dollar": "USD",
    "canadian dollar": "CAD",
    "mexican peso": "MXN",
    "brazilian real": "BRL",
    "argentine peso": "ARS",
    "chilean peso": "CLP",
    "colombian peso": "COP",
    "euro": "EUR",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "british pound sterling": "GBP",
    "uk pound": "GBP",
    "swiss franc": "CHF",
    "swedish krona": "SEK",
    "norwegian krone": "NOK",
    "danish krone": "DKK",
    "polish zloty": "PLN",
    "czech koruna": "CZK",
    "hungarian forint": "HUF",
    "turkish lira": "TRY",
    "israeli new shekel": "ILS",
    "saudi riyal": "SAR",
    "uae dirham": "AED",
    "united arab emirates dirham": "AED",
    "south african rand": "ZAR",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD",
    "japanese yen": "JPY",
    "yen": "JPY",
    "chinese yuan": "CNY",
    "yuan renminbi": "CNY",
    "hong kong dollar": "HKD",
    "singapore dollar": "SGD",
    "south korean won": "KRW",
    "indian rupee": "INR",
    "indonesian rupiah": "IDR",
    "malaysian ringgit": "MYR",
    "philippine peso": "PHP",
    "thai baht": "THB",
    "vietnamese dong": "VND",
}


def code_of(name: str | None) -> str | None:
    """Return the code of a currency named in words or by code, None for a name not known here."""
    told = (name or "").strip()
    if told in _CODES.values():
        return told
    words = " ".join(told.casefold().replace(".", "").split())
    return _CODES.get(words, _CODES.get(words.removesuffix("s")))


def foreign(code: str, home: str) -> str:
    """Return a record's currency, blank where it is the home one or none is said."""
    return "" if code == home else code
