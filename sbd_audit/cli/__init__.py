"""The command line. Each command imports what it needs when it runs, so that help stays instant."""

from __future__ import annotations

import sys

import click

from sbd_audit import __version__
from sbd_audit.cli.certify import certify
from sbd_audit.cli.definitions import lint, list_, new
from sbd_audit.cli.documents import documents
from sbd_audit.cli.editions import disclose, edition, pack
from sbd_audit.cli.explain import explain
from sbd_audit.cli.figures import figures
from sbd_audit.cli.keys import keys, sign, stamp
from sbd_audit.cli.practice import demo
from sbd_audit.cli.questions import questions
from sbd_audit.cli.records import judge, report
from sbd_audit.cli.run import run
from sbd_audit.cli.scan import scan
from sbd_audit.cli.verify import plan, verify
from sbd_audit.errors import SbdError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sbd-audit")
def cli() -> None:
    """Audits the safety by design of online platforms: child safety and gender-based violence.

    Start with `sbd-audit demo`. Every audit is also a pytest session.
    """


for command in (
    demo,
    scan,
    run,
    documents,
    figures,
    judge,
    report,
    certify,
    lint,
    list_,
    explain,
    new,
):
    cli.add_command(command)
for command in (questions, plan, verify, edition, disclose, pack, keys, sign, stamp):
    cli.add_command(command)


def main() -> None:
    """The entry point: a user's mistake ends in one message and its exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except SbdError as error:
        click.echo(f"sbd-audit: {error}", err=True)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nsbd-audit: stopped; what was observed is kept, go on with --resume", err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
