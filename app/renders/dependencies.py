"""What handlers of videos ask for by name: the visits there were."""

from litestar.di import NamedDependency

from app.renders.views_seen import ViewsSeen

# Made in app/asgi.py: who counts visits stands above renders.
Views = NamedDependency[ViewsSeen]
