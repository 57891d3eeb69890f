"""What is a company of QuickBooks set to, as far as a rule looks at it?"""

from datetime import date
from enum import StrEnum

import msgspec

#: In the place of a code: more than its own.
SEVERAL = "*"
#: The parts of a company, each read by a call of its own.
PARTICULARS, PREFERENCES, CURRENCIES = "particulars", "preferences", "currencies"


#: How QuickBooks says that a company is in the US.
_US = frozenset({"", "US", "USA"})


class TaxModel(StrEnum):
    """How a company reckons sales tax (quickbooks-money.md 5.1)."""

    UNKNOWN = ""
    #: Not at all.
    OFF = "off"
    #: QuickBooks does, by addresses: a line is TAX or NON.
    AUTOMATED = "automated"
    #: By the tax that a sale is put under: a line is TAX or NON.
    MANUAL = "manual"
    #: By the code that each line carries: outside the US.
    BY_LINE = "by-line"


_TAX_MODELS = {each.value: each for each in TaxModel}


class Classes(StrEnum):
    """Where a company puts things under classes: one of a sale, or one of each line."""

    OFF = ""
    BY_SALE = "sale"
    BY_LINE = "line"


class Company(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A company's settings as they were read last; without a `realm` none were read yet.

    `zone` is where it keeps its days, as QuickBooks names it, empty where it shows none; `closed`
    the last day of its closed books; `mails`: it mails a new sale that names an address, or may.
    `country` is where it is; `sales_tax` how it reckons tax there: `off`, `automated` or `manual`.
    `home` is the code of its own currency, empty where it was not read; `several`: people have
    turned other ones on, and `currencies` are those of its list that are active, None where the
    list was not read.  `classes` and `locations` tell whether its sales are put under such.
    `unread` names the parts that were not read yet, of which nothing is known, or not since
    somebody changed them: then what was read before is as good as there is.
    """

    realm: str = ""
    zone: str = ""
    closed: date | None = None
    mails: bool = False
    country: str = ""
    sales_tax: str = ""
    home: str = ""
    several: bool = False
    currencies: tuple[str, ...] | None = None
    classes: Classes = Classes.OFF
    locations: bool = False
    unread: tuple[str, ...] = ()

    def knows(self, part: str) -> bool:
        """Tell whether a part of it was read, and is not in doubt."""
        return bool(self.realm) and part not in self.unread

    @property
    def tax_model(self) -> TaxModel:
        """Return how it reckons sales tax; what nobody knows of is as if it were not read."""
        model = _TAX_MODELS.get(self.sales_tax, TaxModel.UNKNOWN)
        if model in {TaxModel.UNKNOWN, TaxModel.OFF} or self.country in _US:
            return model
        return TaxModel.BY_LINE
