"""QuickBooks and MediaOS, played: real HTTP servers with faults on demand.

They share nothing with the clients but the publisher helper: a shared mistake would prove itself
right.  Only the command line and the tests start them.
"""
