"""A process that writes until it is killed: it says the id of each person after the commit, and not before.

Run as ``python -m tests.store.writer ADDRESS ORGANISATION`` with SKILLMATCH_MASTER_KEY set.
"""

import os
import sys
from itertools import count

from skillmatch.store.audit import By
from skillmatch.store.cases import KeptNote, begin
from skillmatch.store.people import register
from skillmatch.store.unit import Store, new_id
from skillmatch.store.vault import MasterKey


def main(url: str, organisation: str) -> None:
    store = Store.open(url, MasterKey.from_environment(os.environ))
    by = By("writer", "screener", organisation)
    for number in count():
        with store.write(by) as unit:
            person = register(unit, f"alias {number}")
            begin(unit, person.id)
            unit.add(KeptNote(new_id(), person.id, "Zij heeft drie jaar gelast. " * 20))
        sys.stdout.write(f"{person.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
