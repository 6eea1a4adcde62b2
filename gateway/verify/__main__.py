"""Run the verifier alone: `python -m verify RECEIPT --key VKEY`."""

import argparse
import sys

from .command import add_arguments, run

parser = argparse.ArgumentParser(prog="verify", description="Controleert een ontvangstbewijs, zonder netwerk.")
add_arguments(parser)
sys.exit(run(parser.parse_args()))
