"""The scripts of migrations, for tests of what they do to rows."""

from types import ModuleType

from alembic.config import Config
from alembic.script import ScriptDirectory

from app.db.migrate import MIGRATIONS


def script_of(revision: str) -> ModuleType:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config).get_revision(revision)
    assert script is not None
    return script.module
