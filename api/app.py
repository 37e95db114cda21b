"""The application: routes under ``/api/v1``, each with the action it needs, and one answer to every error."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api import guards, openapi, problems
from api.oidc import LoginService
from api.routes import (
    accounts,
    assessments,
    audit,
    cases,
    claims,
    consents,
    evaluation,
    health,
    interviews,
    languages,
    notes,
    oidc,
    organisations,
    outcomes,
    people,
    plans,
    profile,
    qualifications,
    rights,
    rules,
    sessions,
    shares,
    tokens,
    trajectories,
)
from api.rules import action_of
from skillmatch import __version__
from skillmatch.config import Settings
from skillmatch.service.casework import Casework

ROUTERS = (
    people.router,
    interviews.router,
    notes.router,
    claims.router,
    languages.router,
    assessments.router,
    cases.router,
    profile.router,
    qualifications.router,
    consents.router,
    shares.router,
    rights.router,
    audit.router,
    evaluation.router,
    organisations.router,
    sessions.router,
    accounts.router,
    tokens.router,
    oidc.router,
    health.router,
    trajectories.router,
    plans.router,
    outcomes.router,
    rules.router,
)


OPENAPI = "/api/v1/openapi.json"
"""FastAPI's pages that show it are off: they load their scripts from another site, and the service runs offline."""


def create_app(casework: Casework, settings: Settings) -> FastAPI:
    """The application over ``casework``. Raises TypeError for a route that declares no action."""
    app = FastAPI(title="skillmatch", version=__version__, docs_url=None, redoc_url=None, openapi_url=OPENAPI)
    app.state.casework = casework
    app.state.settings = settings
    app.state.login_service = LoginService(settings)
    app.add_middleware(guards.Bounded, longest=settings.max_body)
    app.add_middleware(guards.Careful)
    problems.install(app)
    for router in ROUTERS:
        for route in router.routes:
            _refuse_undeclared(route)
        app.include_router(router, prefix="/api/v1")
    openapi.describe(app)
    return app


def _refuse_undeclared(route: BaseRoute) -> None:
    if not isinstance(route, APIRoute) or not action_of(route):
        raise TypeError(f"the route {route} declares no action: see api/rules.py")
