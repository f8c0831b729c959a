"""The pages: a queue, a report, files in, tables out."""

from __future__ import annotations

import getpass
import mimetypes
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field

from extract.audit.pictures import Child, source_of
from extract.dataset.corrected import state_of
from extract.dataset.corrections import ConflictError, Correction, State
from extract.dataset.ledger import given_of
from extract.errors import GoujiError, UsageError
from extract.forms.sheets import Sheet, form_of, sheets
from extract.report import printed_as_one
from extract.review import downloads
from extract.review.archive import Archive, Opened
from extract.review.keeping import Keeper
from extract.review.queueing import page_of_queue
from extract.review.safety import Guard, Safety
from extract.review.state import report_state, same, tried, typed
from extract.review.uploads import Uploads
from extract.tables import plain
from extract.words import in_both, in_chinese

HERE = Path(__file__).parent
AUDIT = HERE.parent / "audit"
_DPI = 150.0
_MOST_PAGES_KEPT = 24


class Settling(BaseModel):
    """What a person sends: the text typed, or what to do with the reading as it is."""

    kind: str = Field(pattern="^(correct|accept|illegible|undo)$")
    text: str = Field(default="", max_length=200)
    seen: int = Field(ge=0)
    who: str = Field(default="", max_length=80)
    why: str = Field(default="", max_length=500)


class Trying(BaseModel):
    """A text being typed into a cell."""

    code: str = Field(max_length=200)
    text: str = Field(max_length=200)


class Pages:
    """What the routes share: the dataset, the child that draws, the templates, the files."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self.guard = guard
        self.archive = Archive(folder)
        self.child = Child()
        self.reader = Child()
        writing = threading.Lock()
        self.uploads = Uploads(self.archive, writing)
        self.keeper = Keeper(self.archive, writing)
        self.templates = Environment(
            loader=FileSystemLoader([HERE / "templates", AUDIT / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals["chinese"] = in_chinese
        self.pictures: dict[tuple[str, int], tuple[bytes, dict[str, str]]] = {}
        self.again: dict[str, dict[str, Any]] = {}
        files = [AUDIT / "static" / "sheet.css", *sorted((HERE / "static").iterdir())]
        self.static = {file.name: file.read_bytes() for file in files if file.is_file()}

    def html(self, template: str, request: Request, **values: Any) -> Response:
        language = request.cookies.get("lang", "")
        if language not in ("zh", "en"):
            spoken = request.headers.get("accept-language", "zh")
            language = "zh" if spoken.lower().startswith(("zh", "*")) else "en"
        body = self.templates.get_template(template).render(
            lang=language,
            csrf=self.guard.csrf,
            who=_user(),
            dataset=plain(self.archive.folder.resolve().name),
            **values,
        )
        headers = {"cache-control": "no-store"}
        return Response(body.encode("utf-8", "replace"), headers=headers, media_type="text/html")

    def opened(self, report_id: str) -> Opened:
        """Raises KeyError for a report that the dataset does not hold."""
        if not self.archive.known(report_id):
            raise KeyError(report_id)
        return self.archive.open(report_id)

    def path_of(self, opened: Opened) -> Path:
        path = source_of(opened.report, self.archive.folder)
        if path is None:
            raise UsageError("the file is not where it was read any more, or it has changed")
        return path

    def close(self) -> None:
        self.uploads.close()
        self.keeper.close()
        self.child.close()
        self.reader.close()


def make_app(folder: Path, guard: Guard) -> tuple[Safety, Pages]:
    """The application for the dataset `folder`, behind its guard; close the pages at the end."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(folder, guard)
    _errors(app)
    _looking(app, pages)
    _settling(app, pages)
    _files(app, pages)
    return Safety(app, guard), pages


def _errors(app: FastAPI) -> None:
    @app.exception_handler(ConflictError)
    def conflict(_: Request, error: ConflictError) -> Response:
        return JSONResponse({"error": in_both(error.what), "theirs": _entry(error.theirs)}, 409)

    @app.exception_handler(GoujiError)
    def refused(_: Request, error: GoujiError) -> Response:
        return JSONResponse({"error": in_both(error.what)}, 422)

    @app.exception_handler(KeyError)
    def unknown(_: Request, __: KeyError) -> Response:
        return JSONResponse({"error": in_both("no such report, cell or file")}, 404)


def _looking(app: FastAPI, pages: Pages) -> None:
    @app.get("/health")
    def health() -> Response:
        return PlainTextResponse("ok")

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(pages.static[name], media_type=kind, headers={"cache-control": "no-cache"})

    @app.get("/")
    def queue(
        request: Request,
        q: str = "",
        region: str = "",
        year: str = "",
        show: str = "",
        page: int = 1,
    ) -> Response:
        reports, doubt = pages.archive.reports()
        found = page_of_queue(reports, doubt, pages.archive.name, q, region, year, show, page)
        return pages.html("queue.html", request, queue=found)

    @app.get("/report/{report_id}")
    def report(request: Request, report_id: str) -> Response:
        opened = pages.opened(report_id)
        form = opened.report["form"]
        tables: tuple[Sheet, ...] = ()
        if form is not None:
            tables = sheets(form, printed_as_one(form_of(form), opened.cells))
        return pages.html(
            "report.html",
            request,
            report=opened.report,
            name=pages.archive.name(opened.report),
            sheets=tables,
            has_pages=bool(opened.report["pages"]),
        )

    @app.get("/report/{report_id}/state")
    def state(report_id: str) -> dict[str, Any]:
        opened = pages.opened(report_id)
        if opened.report["form"] is None:
            raise UsageError(opened.report["error"] or "not read")
        return report_state(opened, pages.archive.latest())

    @app.get("/report/{report_id}/next")
    def following(report_id: str) -> dict[str, Any]:
        reports, doubt = pages.archive.reports()
        left = [one for one, row in reports.items() if row["status"] == "review"]
        left = sorted((one for one in left if one != report_id), key=lambda one: -doubt[one])
        return {"report_id": left[0] if left else None, "left": len(left)}

    @app.get("/report/{report_id}/page/{number}")
    def picture(report_id: str, number: int) -> Response:
        body, sizes = _picture(pages, report_id, number)
        headers = {"cache-control": "private, max-age=3600", **sizes}
        return Response(body, media_type="image/webp", headers=headers)

    @app.get("/report/{report_id}/again")
    def again(report_id: str) -> dict[str, Any]:
        if report_id not in pages.again:
            opened = pages.opened(report_id)
            given = given_of(pages.archive.folder, opened.report["source"])
            job = {
                "do": "read",
                "path": str(pages.path_of(opened)),
                "given": None if given is None else asdict(given),
                "said": {
                    code: asdict(one)
                    for code, one in pages.archive.last_year(opened.report).items()
                },
            }
            pages.again[report_id] = pages.reader.ask(job)[0]
        return pages.again[report_id]


def _picture(pages: Pages, report_id: str, number: int) -> tuple[bytes, dict[str, str]]:
    if (report_id, number) not in pages.pictures:
        opened = pages.opened(report_id)
        if not 1 <= number <= (opened.report["pages"] or 0):
            raise KeyError(number)
        job = {"do": "page", "path": str(pages.path_of(opened)), "page": number, "dpi": _DPI}
        sizes, body = pages.child.ask(job)
        while len(pages.pictures) >= _MOST_PAGES_KEPT:
            pages.pictures.pop(next(iter(pages.pictures)))
        said = {f"x-page-{name}": f"{sizes[name]:.2f}" for name in ("width", "height")}
        pages.pictures[report_id, number] = body, said
    return pages.pictures[report_id, number]


def _settling(app: FastAPI, pages: Pages) -> None:
    @app.post("/report/{report_id}/try")
    def attempt(report_id: str, trying: Trying) -> list[dict[str, Any]]:
        return tried(pages.opened(report_id), trying.code, trying.text)

    @app.post("/report/{report_id}/cells/{code}")
    def settle(report_id: str, code: str, settling: Settling) -> dict[str, Any]:
        opened = pages.opened(report_id)
        who = plain(settling.who.strip()) or _user()
        if settling.kind == "undo":
            done = pages.archive.undo(report_id, code, settling.seen, who)
        else:
            after = _after(opened, code, settling)
            kind: Any = settling.kind
            if kind != "illegible" and code in opened.cells:
                kind = "accept" if same(after, opened.cells[code]) else "correct"
            done = pages.archive.correct(
                report_id, code, after, kind, settling.seen, who, plain(settling.why)
            )
        pages.keeper.touched()
        fresh = report_state(pages.archive.open(report_id), pages.archive.latest())
        return {"entry": _entry(done), "state": fresh}

    @app.get("/report/{report_id}/history")
    def history(report_id: str) -> list[Mapping[str, Any]]:
        if not pages.archive.known(report_id):
            raise KeyError(report_id)
        return [_entry(one) for one in downloads.history(pages.archive.folder, report_id)]


def _after(opened: Opened, code: str, settling: Settling) -> State:
    """What the cell holds by this person's word. Raises KeyError, UsageError."""
    if code == "about.year":
        text = settling.text.strip()
        if not (text.isascii() and text.isdigit() and 2008 <= int(text) <= 2100):
            raise UsageError("a year is four digits")
        return State("text", int(text), text)
    if code == "about.agency":
        text = plain(settling.text.strip())
        if not text:
            raise UsageError("the agency has a name")
        return State("text", None, text)
    row = opened.cells[code]
    if settling.kind == "illegible":
        return State("illegible", None, "", row["unit"])
    if settling.kind == "accept":
        if row["mark"] == "missing":
            raise UsageError("nothing was found here to accept; type what the page prints")
        return state_of(row)
    return typed(settling.text, row)


def _files(app: FastAPI, pages: Pages) -> None:
    @app.post("/upload")
    def upload(file: Annotated[UploadFile, File()], name: Annotated[str, Form()] = "") -> Any:
        body = file.file.read()
        return {"job": pages.uploads.take(name or file.filename or "", body)}

    @app.get("/upload/{job}")
    def progress(job: str) -> dict[str, Any]:
        found = pages.uploads.job(job)
        if found is None:
            raise KeyError(job)
        return found.shown()

    @app.get("/report/{report_id}/download/{kind}")
    def one(report_id: str, kind: str) -> Response:
        opened = pages.opened(report_id)
        body = downloads.of_report(pages.archive.tables_of(report_id), opened, kind)
        return _download(body, f"gouji-{report_id}.{kind}", kind)

    @app.get("/download/{name}")
    def whole(name: str) -> Response:
        return _download(downloads.of_dataset(pages.archive.folder, name), name, name)


def _download(body: bytes, name: str, kind: str) -> Response:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    media = sheet if kind.endswith("xlsx") else "text/csv; charset=utf-8"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(body, media_type=media, headers=headers)


def _entry(one: Correction) -> Mapping[str, Any]:
    def said(state: State | None) -> str | None:
        return None if state is None else state.printed or state.mark

    return {
        "seq": one.seq,
        "code": one.code,
        "kind": one.kind,
        "before": said(one.before),
        "after": said(one.after),
        "who": one.who,
        "at": one.at,
        "why": one.why,
    }


def _user() -> str:
    try:
        return plain(getpass.getuser())
    except (OSError, KeyError, ImportError):
        return "somebody"
