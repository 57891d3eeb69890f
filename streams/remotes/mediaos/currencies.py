"""Which currency does MediaOS mean by a name in words, and at which rate?

It gives no code (mediaos-api.md 3.2), and every rule asks by code.  The names are the same in every
account, so they stand here and nobody maps them: a mapping would be one more thing that a tenant
must do before its first document.  A name that is not here keeps its words, and is parked by them.
The ledger check has a table of its own: a mistake that both shared would prove itself right.
What we write names a code (schemas/contracts/mediaos-api.openapi.yaml), so no words are guessed.
"""

from decimal import Decimal

from streams.remotes.mediaos.wire_reading import read_rate

#: By names without case, full stops and blanks at their ends; a bare "dollar" is none's.
_CODES = {
    "us dollar": "USD",
    "united states dollar": "USD",
    "american dollar": "USD",
    "euro": "EUR",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "british pound sterling": "GBP",
    "uk pound": "GBP",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD",
    "swiss franc": "CHF",
    "japanese yen": "JPY",
    "yen": "JPY",
    "chinese yuan": "CNY",
    "yuan renminbi": "CNY",
    "hong kong dollar": "HKD",
    "singapore dollar": "SGD",
    "south korean won": "KRW",
    "indian rupee": "INR",
    "mexican peso": "MXN",
    "brazilian real": "BRL",
    "chilean peso": "CLP",
    "colombian peso": "COP",
    "argentine peso": "ARS",
    "swedish krona": "SEK",
    "norwegian krone": "NOK",
    "danish krone": "DKK",
    "polish zloty": "PLN",
    "czech koruna": "CZK",
    "hungarian forint": "HUF",
    "turkish lira": "TRY",
    "israeli new shekel": "ILS",
    "uae dirham": "AED",
    "united arab emirates dirham": "AED",
    "saudi riyal": "SAR",
    "south african rand": "ZAR",
    "thai baht": "THB",
    "philippine peso": "PHP",
    "malaysian ringgit": "MYR",
    "indonesian rupiah": "IDR",
    "vietnamese dong": "VND",
}
_KNOWN = frozenset(_CODES.values())


def read_currency(name: str | None) -> str:
    """Return the code of a currency, its words where no code is known, "" of none."""
    told = (name or "").strip()
    if told in _KNOWN:
        return told
    words = " ".join(told.casefold().replace(".", "").split())
    return _CODES.get(words, _CODES.get(words.removesuffix("s"), told))


def read_exchange_rate(value: Decimal | None) -> Decimal | None:
    """Return a rate as a multiplier from the home currency; none, and no rate, is None."""
    return read_rate(value, "exchange_rate") if value else None
