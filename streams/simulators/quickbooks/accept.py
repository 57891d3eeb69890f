"""In which form does a client want its answer?

The simulator speaks JSON alone. A form that QBO does not know is refused; the status and the code
are invented.
"""

from streams.simulators.quickbooks.refusals import Fault
from streams.simulators.quickbooks.reply import Call

_JSON = ("*/*", "application/*", "application/json")


def check_accept(call: Call) -> None:
    """Fault 1050 for a form that cannot be served; only the address of a PDF serves one."""
    forms = [form.partition(";")[0].strip().lower() for form in call.accept.split(",")]
    served = (*_JSON, "application/pdf") if call.path.endswith("/pdf") else _JSON
    if not any(form in served for form in forms if form) and any(forms):
        raise Fault("1050", f"Unsupported Accept : {call.accept}", element=None, status=406)
