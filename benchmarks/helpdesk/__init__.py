"""django-helpdesk with as many tickets, as `./run bench desk` measures it beside the portal.

Runs in an environment of its own, which has nothing of the portal's (`benchmarks.desk_peer`).
"""
