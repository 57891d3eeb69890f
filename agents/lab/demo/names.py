"""Who advertises and who works there, what is sold, and in which words?

Data of an invented regional publisher.
"""

from decimal import Decimal
from typing import NamedTuple


class Product(NamedTuple):
    """What the publisher sells: its name, a list price of one, and in which quantities.

    Prices and quantities are such that their product seldom ends at a whole cent.
    """

    name: str
    price: Decimal
    quantities: tuple[str, ...]


PRODUCTS = (
    Product("Display: leaderboard, per mille", Decimal("18.75"), ("14.5", "33.3", "120.25")),
    Product("Display: half page, per mille", Decimal("24.4"), ("8.125", "40", "77.7")),
    Product("Display: sponsored video, per mille", Decimal("31.333"), ("5.5", "12.75", "60")),
    Product("Print: full page insertion", Decimal("2128.35"), ("1", "2", "0.5")),
    Product("Print: quarter page insertion", Decimal("728.35"), ("1", "3", "1.5")),
    Product("Print: column centimetre", Decimal("12.835"), ("14.5", "27.25", "9")),
    Product("Print: loose insert, per mille", Decimal("64.99"), ("11.111", "25", "7.35")),
    Product("Newsletter: sponsored issue", Decimal("449.95"), ("1", "4", "2.5")),
    Product("Newsletter: text ad, per send", Decimal("85.275"), ("1", "6", "13")),
    Product("Event: booth, per square metre", Decimal("128.35"), ("14.5", "9", "6.25")),
    Product("Event: speaking slot", Decimal(1875), ("1", "2")),
    Product("Directory: premium listing, per month", Decimal("33.33"), ("12", "6", "1")),
)

ADVERTISERS = (
    *("Alder & Finch Opticians", "Atlas Moving and Storage", "Bay Street Bakery"),
    *("Bellweather Insurance", "Blue Heron Winery", "Brightside Dental Group"),
    *("Calder Brothers Roofing", "Cedar Point Credit Union", "Clementine's Café"),
    *("Copperfield Books", "Dorset House Hotel", "Eastgate Toyota"),
    *("Evergreen Lawn & Garden", "Fairview Senior Living", "Fennimore Law, LLP"),
    *("Foxglove Florists", "Granite State Cycles", "Harbor Light Theatre"),
    *("Hollis Family Chiropractic", "Ingram Hardware", "Juniper Yoga Studio"),
    *("Kestrel Outdoor Supply", "Lakeside Community College", "Larkspur Realty"),
    *("Maple Ridge Golf Club", "Marchetti Shoes", "Meridian Travel"),
    *("Northfield Farmers Market", "O'Donnell's Pub", "Orchard Veterinary Clinic"),
    *("Pemberton Jewelers", "Quarry Lane School", "Red Kite Records"),
    *("Riverside Medical Center", "Saint Brendan's Hospital", "Summit Solar"),
    *("Tamarack Furniture", "Union Station Market", "Vantage Wealth Partners"),
    *("Willow Creek Winery",),
)

#: Where advertisers are of the publisher's own state, and pay its sales tax.
TAXED_TOWN = "Northfield"

#: Words of a memo.
MEMOS = (
    *("Spring campaign", "Homepage takeover, week 14", "Back-to-school special"),
    *("PO 4471 on file", "Agency discount already applied", "Please quote this number"),
    *("Tear sheets to follow", "Rate as agreed by phone", "Second of three insertions"),
    *("Bill to the marketing department", "Net 30, thank you", "Make-good for the May issue"),
)

STREETS = ("Main Street", "Harbor Road", "Mill Lane", "Station Avenue", "Orchard Drive")
TOWNS = (
    ("Northfield", "VT", "05663"),
    ("Easton", "MD", "21601"),
    ("Fairhaven", "MA", "02719"),
    ("Granville", "OH", "43023"),
)
METHODS = ("Check", "ACH", "Credit Card", "Wire")

SALES = ("Ana", "Ben", "Chloe", "Dev")
#: Accounting in MediaOS; payments and corrections in QuickBooks.
CLERK, BOOKKEEPER, CONTROLLER = "Uma", "Rosa", "Theo"
#: Works by hand in QuickBooks, beside the one who enters payments.
ASSISTANT = "Nell"
#: Who looks after what is owed, in MediaOS, and after what the bank says, in QuickBooks.
COLLECTOR, CASHIER = "Omar", "Lena"
AUDITOR, REVIEWER, OPERATOR = "Ines", "Kofi", "the operator"
#: Has the last word where two people say otherwise.
ACCOUNTANT = "Mira"

#: Whom the bookkeeper serves at the desk, in QuickBooks alone, and under which number.
WALK_IN, WALK_IN_NUMBER = "Tidewater Ferry Line", "QB-1001"
