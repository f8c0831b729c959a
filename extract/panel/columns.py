"""Every column of the panel's tables, declared once, as those of the dataset are."""

from __future__ import annotations

from extract.columns import Column
from extract.panel.values import QUALITIES
from extract.panel.variables import Harmony

_YES_NO = ("yes", "no")
_BODY = Column("body", "text", "机关", "the public body, the same over all years", required=True)
_YEAR = Column("year", "integer", "报告年度", "year the report is about", required=True)

KEYS = (
    _BODY,
    _YEAR,
    Column("agency", "text", "原名", "the body's name as this report prints it", required=True),
    Column("region_code", "text", "行政区划代码", "GB/T 2260 code, valid at the end of the year"),
    Column("province", "text", "省级", "its province, as called then"),
    Column("prefecture", "text", "地级", "its prefecture; null in municipalities and provinces"),
    Column("county", "text", "县级", "its county or district"),
    Column("form", "text", "表式", "layout id of the form", required=True),
    Column("report_id", "text", "报告编号", "the report that the row is from", required=True),
    Column("source", "text", "来源文件", "its file", required=True),
    Column("reports", "integer", "报告数", "reports of this body and year", required=True),
    Column(
        "others_differ", "integer", "不同数", "variables in which a report left out says otherwise",
        required=True,
    ),
    Column(
        "certain", "text", "对应确定", "whether body, agency and year are beyond doubt",
        required=True, values=_YES_NO,
    ),
    Column("status", "text", "状态", "of the report", required=True, values=("ok", "review")),
    Column("doubtful", "integer", "存疑数", "variables that are suspect or unread", required=True),
    Column(
        "publisher_errors", "integer", "原文差错数",
        "hard identities that fail in the published numbers", required=True,
    ),
)  # fmt: skip

CHECKS = (
    _BODY,
    _YEAR,
    Column("check", "text", "勾稽关系", "id of the sum over two years", required=True),
    Column("wording", "text", "关系", "the sum in words", required=True),
    Column("strength", "text", "强度", "soft: may fail in sound reports", required=True),
    Column(
        "verdict", "text", "结论", "whether the two reports agree", required=True,
        values=("pass", "fail", "not_checkable"),
    ),
    Column("expected", "number", "应为", "from the year before and this year's changes"),
    Column("actual", "number", "实为", "as this year's report says"),
    Column("difference", "number", "差额", "actual − expected"),
    Column("quality", "text", "质量", "suspect where a number of either side is", required=True,
           values=("ok", "suspect")),
    Column("report_id", "text", "报告编号", "this year's report", required=True),
    Column("report_before", "text", "上年报告", "the report of the year before", required=True),
)  # fmt: skip

REPORTS = (
    Column("report_id", "text", "报告编号", "report of the dataset", required=True),
    Column("source", "text", "来源文件", "its file", required=True),
    Column("agency", "text", "原名", "agency as printed"),
    Column("year", "integer", "报告年度", "year the report is about"),
    Column("body", "text", "机关", "the public body; null where agency or year is unknown"),
    Column("used", "text", "采用", "whether the panel's row is from it", required=True,
           values=_YES_NO),
    Column("why", "text", "理由", "the rule that put it in or left it out", required=True),
    Column("beside", "text", "采用者", "report_id of the one used in its stead"),
    Column("differ", "integer", "不同数", "variables in which it differs from the one used"),
)  # fmt: skip

NAMES = (
    Column("agency", "text", "原名", "agency as printed", required=True),
    Column("dataset_code", "text", "数据集代码", "region_code in the dataset"),
    Column("region_code", "text", "行政区划代码", "last code of the division; fill in to answer"),
    Column("body", "text", "机关", "the public body; fill in to answer", required=True),
    Column("certain", "text", "确定", "yes where it is beyond doubt; say yes to answer",
           required=True, values=_YES_NO),
    Column("why", "text", "依据", "how it was found, or what is open", required=True),
    Column("like", "text", "疑似", "bodies that may be the same, one a line", required=True),
    Column("years", "text", "年度", "years of its reports", required=True),
    Column("reports", "integer", "报告数", "number of its reports", required=True),
)  # fmt: skip


def panel_columns(harmony: Harmony) -> tuple[Column, ...]:
    """The panel: keys, then every variable, then the quality of every variable."""
    return (
        *KEYS,
        *(Column(one.id, "number", one.label.zh, one.label.en) for one in harmony.variables),
        *(
            Column(
                f"{one.id}_q", "text", f"{one.label.zh}（质量）", f"quality of {one.id}",
                required=True, values=QUALITIES,
            )
            for one in harmony.variables
        ),
    )  # fmt: skip
