"""How long a piece of work took inside this process, as one line that the benchmark reads."""
import json
import resource
import time
from contextlib import contextmanager


@contextmanager
def measured(count=lambda: 0, set_id=''):
    begun = time.monotonic()
    try:
        yield
    finally:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print('bench', json.dumps({'ms': (time.monotonic() - begun) * 1000, 'peak': peak, 'count': count(), 'id': set_id}), flush=True)
