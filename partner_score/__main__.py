"""`python -m partner_score` is `partner-score`."""

import sys

from partner_score.cli import main

if __name__ == "__main__":
    sys.exit(main())
