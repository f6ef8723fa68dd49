"""Run the command line as ``python -m standby``."""

from standby.cli import main

if __name__ == "__main__":
    main()
