"""What tests of workspaces ask for."""

import pytest

from tests.cast import Site
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker


@pytest.fixture
def worker(site: Site, sent_jobs: SentJobs) -> Worker:
    return Worker(site, sent_jobs)
