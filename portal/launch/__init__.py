"""What `run` hands over to once the environment exists: `python -m portal.launch COMMAND`.

Starts the embedded services for the demo, the tests, a management command or a benchmark,
and stops them whatever happens.
"""
