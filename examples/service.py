"""A service that answers the findings on a statement: `fastapi run examples/service.py`, then open /docs."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request

import dls

app = FastAPI(title="Distillation loss statements", version=dls.__version__)


@app.post("/findings")
async def findings(statement: Annotated[dls.Statement, Body()], request: Request) -> dict[str, Any]:
    """Return the findings on the text that was sent; evidence stays with the publisher and is not opened."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "dls.json")
        path.write_bytes(await request.body())
        report = dls.validate(path)
    return {"id": statement.id, "findings": [finding._asdict() for finding in report.findings]}
