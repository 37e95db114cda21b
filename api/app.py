"""The application: routes under ``/api/v1``, each with the action it needs, and one answer to every error."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import problems
from api.routes import people
from api.rules import action_of
from skillmatch import __version__
from skillmatch.config import Settings
from skillmatch.service.casework import Casework

ROUTERS = (people.router,)


def create_app(casework: Casework, settings: Settings) -> FastAPI:
    """The application over ``casework``. Raises TypeError for a route that declares no action."""
    app = FastAPI(title="skillmatch", version=__version__, docs_url="/api/docs", openapi_url="/api/v1/openapi.json")
    app.state.casework = casework
    app.state.settings = settings
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    for route in app.routes:
        if isinstance(route, APIRoute) and not action_of(route):
            raise TypeError(f"the route {route.path} declares no action: see api/rules.py")
    return app
