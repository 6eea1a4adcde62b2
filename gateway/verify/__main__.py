"""Run the verifier alone: `python -m verify FILE|FOLDER --key VKEY`."""

import argparse
import sys

from .command import add_arguments, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="verify", description="Controleert een log of een deel ervan.")
    add_arguments(parser)
    sys.exit(run(parser.parse_args()))
