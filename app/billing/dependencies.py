"""What handlers of billing ask for by name: what another plan would stop."""

from litestar.di import NamedDependency

from app.billing.plan_effects import PlanEffects

# Made in app/asgi.py: what plans stop stands above billing.
Effects = NamedDependency[PlanEffects]
