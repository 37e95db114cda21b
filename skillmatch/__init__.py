"""skillmatch: from a newcomer's words to ESCO skills, shortage vacancies and mentors, each with its reasons."""

import os

# Set before numpy is first imported: our matrices are small, and BLAS threads that spin while they wait made one query
# 20 times slower on a busy machine. Work is shared out to processes instead, which inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")

__version__ = "0.1.0"
