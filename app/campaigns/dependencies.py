"""What handlers of campaigns ask for by name: the videos there are."""

from litestar.di import NamedDependency

from app.campaigns.videos_seen import VideosSeen

# Made in app/asgi.py: who makes videos stands above campaigns.
Videos = NamedDependency[VideosSeen]
