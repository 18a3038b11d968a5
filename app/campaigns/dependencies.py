"""What handlers of campaigns ask for by name: the videos there are, the links to them."""

from litestar.di import NamedDependency

from app.campaigns.public_links import LeadLinks
from app.campaigns.videos_seen import VideosSeen

# Made in app/asgi.py: who makes videos and shows them stands above campaigns.
Videos = NamedDependency[VideosSeen]
Links = NamedDependency[LeadLinks]
