"""What is a payment of a credit card's balance, read as what it is at bottom?"""

from streams.simulators.quickbooks.book import Record


def as_transfer(payment: Record) -> Record:
    """Return a card's payment as the transfer as which QBO shows it too."""
    system = ("domain", "sparse", "Id", "SyncToken", "MetaData", "TxnDate", "CurrencyRef", "Amount")
    return {
        **{name: payment[name] for name in system},
        "FromAccountRef": payment["BankAccountRef"],
        "ToAccountRef": payment["CreditCardAccountRef"],
    }
