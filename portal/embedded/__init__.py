"""PostgreSQL, Valkey and a mail sink for one checkout, started from their wheels.

Nothing here needs Django. A server deployment uses none of it: it has its own services.
"""
