"""Proves the whole period of a folder, without reading the books back, and prints what it took.

python -m benchmarks.prove FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.memory import peak_megabytes
from benchmarks.world import opened
from synccenter.truth.proof import prove


def main() -> None:
    shop, log = opened(Path(sys.argv[1]))
    started, used = time.perf_counter(), time.process_time()
    proof = prove(shop.sales, shop.ledger, shop.cutover, shop.today(), books=None)
    found = {
        "wall": time.perf_counter() - started,
        "cpu": time.process_time() - used,
        "peak": peak_megabytes(),
        "clean": proof.clean,
        "reports": len(proof.reports),
    }
    print(json.dumps(found))
    shop.close()
    log.close()


if __name__ == "__main__":
    main()
