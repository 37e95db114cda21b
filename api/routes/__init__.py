"""The routes, one module a noun. Each names the action it needs; :func:`api.app.create_app` refuses any other."""
