"""How strictly, how fast and in which dialect does the simulated QBO answer?

The defaults are the real limits; every switch is a point where Intuit's sources contradict each
other (quickbooks-online.md 0, quickbooks-money.md 0, called M here).
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal


class Tried:
    """At which values a switch is tried that is no choice of a few; other numbers are limits."""

    def __init__(self, *at: Any) -> None:
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """Switches of the simulator; change them in flight with ``QboSimulator.change_settings``.

    :mod:`~streams.simulators.quickbooks.switches` knows every position of each.
    """

    access_token_seconds: int = 3600
    """1.2."""
    refresh_token_seconds: int = 8_640_000
    """1.2: 100 days, rolling with each rotation."""
    refresh_hard_seconds: int = 157_680_000
    """1.2: five years after the connection was made, whatever was refreshed since."""
    consent: Literal["given", "asked", "refused"] = "given"
    """1.1: whether the page of consent answers at once as the administrator would, or asks."""
    rotation: Literal["immediate", "grace24h", "keep"] = "immediate"
    """0: what becomes of the previous refresh token once a new one is handed out."""
    rotate_after_seconds: Annotated[int, Tried(0, 86_400)] = 0
    """1.2 says about a day (86400); 0 rotates on every refresh, which is harder on a client, and
    more than its life of 100 days never does."""
    reuse_revokes_family: bool = False
    """0 and 1.2: using a superseded refresh token revokes the new one as well."""

    limits: bool = True
    """4: off for tests that are about something else."""
    requests_per_second: int = 10
    """4."""
    requests_per_minute: int = 500
    """4."""
    batches_per_minute: int = 40
    """4."""
    requests_at_once: int = 10
    """0: the older concurrency cap, kept beside the newer one per second."""
    throttle_form: Literal["by_turns", "xml", "json", "empty"] = "by_turns"
    """0, 3.1 C: what the body of a 429 is; nobody knows which form is right."""

    strict_request_ids: bool = False
    """0: a known requestid with another body gets 600 instead of the original response."""
    replays_refusals: bool = False
    """M 2.7: a known requestid gets its refusal again, and not a new try."""
    query_lag_seconds: Annotated[float, Tried(0, 8)] = 0
    """2.3: queries show what was so long ago, while a read by id shows what is."""
    batch_order: Literal["as_sent", "reversed"] = "as_sent"
    """M 0: in which order the items of a batch are carried out, which nobody may assume."""
    cdc_beyond_horizon: Literal["refused", "clipped", "served"] = "refused"
    """2.5: what a changedSince of more than 30 days ago gets: a refusal, the last 30 days, or
    everything, as recorded in 2020."""
    sparse_without_customer: Literal["taken", "refused"] = "taken"
    """2.3: whether a sparse update of an invoice must name its customer (else 2500)."""
    due_date: Literal["kept", "computed"] = "kept"
    """M 7: what becomes of an invoice's DueDate where an update names its date or term alone."""
    unapplying_reports_invoice: bool = False
    """2.5: dropping an allocation from a payment does not report the invoice."""
    taken_name_says_whose: bool = True
    """3.3: a taken name (6240) is refused with the three lists named, or with `null`."""
    reads_utf8: bool = True
    """2.1: False plays a US company, whose texts must fit ISO-8859-1 (else 2040)."""
    custom_field_names: tuple[str, ...] = ("Crew #",)
    """2.2: the recorded company has this one on its sales forms."""
    void_paid: Literal["unlink", "refuse_6000", "refuse_if_deposited"] = "unlink"
    """M 0: an invoice that payments are applied to is voided and they become unapplied, or the API
    refuses, always or where one of them is in a bank deposit."""
    void_keeps_lines: bool = False
    """M 4: a void leaves the lines as they were, with a total of zero."""
    payment_line_extras: bool = False
    """M 2.1: a payment's lines are read with a LineEx, which is refused when it is sent back."""
    bad_links: Literal["refused", "dropped"] = "refused"
    """M 0: a payment's link that cannot be made is dropped with 200, and the money booked."""
    merged_loser: Literal["gone", "inactive"] = "gone"
    """M 8: a customer that was merged into another answers 610, or reads as inactive."""
    closing_day: Literal["closed", "open"] = "closed"
    """M 7: whether BookCloseDate itself is closed, as people read it; Intuit's text says before."""
    closed_unguarded: Literal["refused", "accepted"] = "refused"
    """M 7: closed books that no password guards refuse with 6200, or take what comes."""
    inactive_reference: Literal["610", "2500"] = "610"
    """M 7: the code for writing with a customer, item or account that is inactive."""
    other_user: str = "Pat Bookkeeper"
    """3.3: the colleague whom a stale write (5010) names."""

    missing_tax_code: Literal["by_preference", "TAX", "NON", "by_item", "by_header"] = (
        "by_preference"
    )
    """M 5.2: what a line without a TaxCodeRef is in a US company. By UsingSalesTax: TAX where it is
    on; by the item's own Taxable; or TAX only where the header names a TxnTaxCodeRef."""
    tax_override: Literal["with_code", "never"] = "with_code"
    """M 0, 5.2: whether a TotalTax beside a TxnTaxCodeRef is kept, as since minor version 70; a
    bare TotalTax never is."""
    us_global_tax: Literal["ignored", "refused"] = "ignored"
    """M 5.2: what a US company does with a GlobalTaxCalculation, which python-quickbooks sends."""

    untracked: Literal["kept", "ignored", "refused"] = "kept"
    """M 7: what becomes of a class or a location that the API sends to a company that tracks none:
    it is stored, dropped, or refused as a feature that the plan does not have (5030)."""

    missing_currency: Literal["refused", "customers"] = "refused"
    """6 of quickbooks-money.md: where a company keeps several, CurrencyRef is required of a new
    document; or it is its customer's, as on the form that a person fills in."""

    webhook_form: Literal["legacy", "cloudevents"] = "cloudevents"
    """5: both are in use during Intuit's migration."""
    webhook_void: Literal["voided", "void"] = "voided"
    """0, M 4: the word for a void in the type of a CloudEvent."""
    webhook_debounce_seconds: float = 0.05
    """Invented: the real delay is seconds to 5 minutes (5)."""
    webhook_answer_seconds: float = 3.0
    """5: a receiver that does not answer 200 in this time has failed."""
    webhook_retry_seconds: tuple[float, ...] = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
    """5."""
    webhook_fills_data: bool = False
    """0: whether the CloudEvents `data` holds the whole record."""
