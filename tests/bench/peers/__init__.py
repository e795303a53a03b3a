"""The servers whose requests per second are compared: each module is one WSGI application over the same rows.

``bare_page`` needs nothing but a driver; ``flask_admin_list`` and ``django_admin_list`` run in an environment of their
own (requirements/bench.txt). They read BENCH_SQLITE (a path) or BENCH_POSTGRESQL (an address), and BENCH_COMMITTEE.
"""
