"""``python -m sbd_audit`` is the command line."""

from sbd_audit.cli import main

if __name__ == "__main__":
    main()
