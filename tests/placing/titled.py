"""Reports as lines of text under a title."""

from collections.abc import Sequence

from extract.forms import load_forms
from extract.model import About, Box, Document, Given, Grid, Line, Page, SourceKind
from extract.placing.metadata import find_about

FORMS = load_forms()


BODY = (
    "一、总体情况",
    "各科室按月核对栏目，过期的内容及时更换。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "个别答复文书的说理还不够充分。",
)


def set_lines(title: Sequence[str], body: Sequence[str] = BODY, size: float = 20) -> list[Line]:
    """Title lines in large print above body lines, on one page."""
    lines, y = [], 50.0
    for text, points in [*((t, size) for t in title), *((b, 12.0) for b in body)]:
        lines.append(Line(text, 1, Box(70, y, 500, y + points), points))
        y += 1.5 * points
    return lines


def about(
    lines: Sequence[Line | str],
    source: str = "report.pdf",
    kind: SourceKind = "pdf-text",
    title: str | None = None,
    given: Given | None = None,
    grids: tuple[Grid, ...] = (),
) -> About:
    plain = [Line(line, 1) if isinstance(line, str) else line for line in lines]
    document = Document(source, kind, (Page(1, lines=tuple(plain), grids=grids),), title)
    return find_about(document, plain, FORMS, given)
