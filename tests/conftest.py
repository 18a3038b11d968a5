"""What all tests may ask for; nothing is started before a test asks."""

pytest_plugins = ["tests.postgres", "tests.cast", "tests.shared_work"]
