"""`isthmus simulate`: play one of the two systems, until told to stop.

Each command hands over to the simulator's own program, which imports nothing of Isthmus; secrets
come from the environment, by the names under which worker and gateway know them.
"""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(help="A system to try Isthmus against.", no_args_is_help=True)

Host = Annotated[str, typer.Option(help="Address to bind.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port to bind.")]
Realm = Annotated[str, typer.Option(help="The company's id.")]
WebhookUrl = Annotated[str, typer.Option(help="Where webhooks go; without it there are none.")]
NoLimits = Annotated[bool, typer.Option("--no-limits", help="Answer no 429.")]
AskConsent = Annotated[bool, typer.Option("--ask-consent", help="Show the page of consent.")]
TenantName = Annotated[str, typer.Option(help="The tenant whose changes it publishes.")]


class WebhookForm(StrEnum):
    """The two formats of Intuit's webhooks, both in use."""

    LEGACY = "legacy"
    CLOUDEVENTS = "cloudevents"


Form = Annotated[WebhookForm, typer.Option(help="Intuit's format of webhooks.")]


@app.command()
def quickbooks(
    host: Host = "127.0.0.1",
    port: Port = 8090,
    realm: Realm = "9130350000000001",
    webhook_url: WebhookUrl = "",
    webhook_form: Form = WebhookForm.CLOUDEVENTS,
    no_limits: NoLimits = False,
    ask_consent: AskConsent = False,
) -> None:
    """Serve a QuickBooks Online with one company and an empty book, at the real limits."""
    arguments = ["--host", host, "--port", str(port), "--realm", realm]
    arguments += ["--webhook-form", webhook_form]
    arguments += ["--webhook-url", webhook_url] if webhook_url else []
    arguments += ["--no-limits"] if no_limits else []
    arguments += ["--ask-consent"] if ask_consent else []
    # Here, as below: who plays the one system needs nothing of the other.
    from streams.simulators.quickbooks import __main__ as program  # noqa: PLC0415

    raise typer.Exit(program.main(arguments))


@app.command()
def mediaos(host: Host = "127.0.0.1", port: Port = 8091, tenant: TenantName = "t1") -> None:
    """Serve a MediaOS with an empty book, which publishes its changes on Kafka."""
    arguments = ["--host", host, "--port", str(port), "--tenant", tenant]
    from streams.simulators.mediaos import __main__ as program  # noqa: PLC0415

    raise typer.Exit(program.main(arguments))
