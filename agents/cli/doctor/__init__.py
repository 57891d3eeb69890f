"""`isthmus doctor`: what is wrong with an installation, and what to do; it changes nothing.

Reading order: `command`, `look` (what is looked at), `finding` (one answer, within a time), `role`,
and by what it is about `settings_checks`, `kafka_checks`, `database_checks`, `side_checks`,
`gateway_checks`, `digest_checks`, `alert_checks`.
"""
