"""Names of public bodies: what is one, whether two are the same, and where they sit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.placing.years import date_alone

_LONGEST = 32
# fmt: off
_ENDINGS = (
    "政府", "局", "委员会", "委", "办公室", "办公厅", "办事处", "街道", "街办", "镇", "乡", "厅",
    "院", "部", "处", "中心", "支队", "大队", "总队", "站", "所", "公司", "学校", "大学", "学院",
    "集团", "馆", "协会", "联合会", "署", "行", "园区", "区", "县", "市", "自治州", "旗", "省",
    "苏木", "农场", "林场", "社", "队", "科", "办",
)
# Divisions end in these; the later ones only look like divisions.
_DIVISION = re.compile(r".{1,11}?(?:自治区|自治州|自治县|自治旗|地区|省|市|县|区|旗|盟)")
_NO_DIVISION = (
    "开发区", "高新区", "示范区", "园区", "景区", "社区", "校区", "保税区", "保护区", "合作区",
    "功能区", "度假区", "试验区", "实验区", "集聚区", "林区", "灌区", "库区", "片区", "牧区",
    "管理区", "辖区",
)
# fmt: on
_BODY = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9()·\-]+$")
_NOT_NAMES = re.compile(
    r"^(我|本|该|各|全|贵)(局|委|办|厅|院|部|处|站|所|中心|单位|机关|镇|乡|街道|县|区|市|省|系统|年度?)$|"
    r"情况$|工作$|公开$|报告$|年度$|^年度?$|首页|当前位置|栏目|目录|网站|版权"
)
_LEADING = re.compile(r"^(?:关于|印发|发布|公布|度|的|年度?|[\-—_.·•*#]+)+")
_TRAILING = re.compile(r"(?:关于|的|年度?|度|[\-—_.·:(\[【<《,]+)+$")
_LABELLED = re.compile(
    r"(?:填报|编制|报告|公开|发布|制作|责任|主办|报送)?(?:单位|机构|机关|主体|部门)(?:名称)?[:：]"
    r"(?P<name>[\u4e00-\u9fff()]{3,32}?)(?:(?:20[0-4][0-9]).*|\(.*|[,。;|].*)?$"
)
_SOURCE = re.compile(r"(?:信息)?来源[:：](?P<name>[\u4e00-\u9fff()]{3,32}?)(?:[,。;|(].*)?$")
_WRITTEN_BY = re.compile(
    r"(?:报告|年报)(?:系)?由(?P<name>[\u4e00-\u9fff()]{4,32}?)(?:根据|按照|依据|依照|编制|编写|发布|制作)"
)
_LETTERHEAD = re.compile(r"^(?P<name>.{4,30})文件$")
_PARENT = re.compile(r"^.{2,6}?总局(?=[\u4e00-\u9fff]+(?:市|县|区|州|旗|省))")
_BRANCH = re.compile(
    r"^(?P<city>[^省区县市]{2,6}市)[^市区县]{1,8}局(?P<county>[^市区县局]{1,6}[区县])分局$"
)
_TAIL_LINES = 25


def trimmed_agency(text: str) -> str | None:
    """A name without 关于, year words, brackets and punctuation at its ends; None if none is left.

    `text` has no spaces.
    """
    name = re.sub(r"20[0-4][0-9]年?度?", "", text)
    while True:
        shorter = _TRAILING.sub("", _LEADING.sub("", name)).strip("》”\"'“")
        if shorter == name:
            break
        name = shorter
    if not 2 <= len(name) <= _LONGEST or not _BODY.match(name) or _NOT_NAMES.search(name):
        return None
    return name if re.search(r"[\u4e00-\u9fff]{2}", name) else None


def is_agency(text: str) -> bool:
    """Whether a text is wholly the name of a public body, by its ending."""
    return (
        3 <= len(text) <= _LONGEST
        and text.endswith(tuple(_ENDINGS))
        and bool(_BODY.match(text))
        and not _NOT_NAMES.search(text)
    )


def same_body(one: str, other: str, misread: bool = False) -> bool:
    """Whether two names may mean one body: shortened, without its place, one letter misread."""
    short, long = sorted((one, other), key=len)
    if _is_within(short, long):
        return True
    if not misread or len(short) < 4:
        return False
    from rapidfuzz.distance import Levenshtein

    # Compared over the end of the longer name, since the place in front is often left out.
    return min(Levenshtein.distance(short, part) for part in (long, long[-len(short) :])) <= 1


def _is_within(short: str, long: str) -> bool:
    """Whether the letters of `short` occur in `long` in this order, as short names do."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def region_of(name: str) -> str | None:
    """Province, city and county that a name begins with, as printed; None where it names none."""
    branch = _BRANCH.match(name)
    if branch:
        return branch["city"] + branch["county"]
    name = _PARENT.sub("", name)
    end = 0
    for _ in range(4):
        found = _DIVISION.match(name, end)
        if not found:
            break
        part, after = found[0], name[found.end() :]
        stop = found.end()
        if len(part) == 2 and after[:1] in ("区", "市", "县") and part[-1] in "市旗":
            stop, part, after = stop + 1, part + after[0], after[1:]  # 沙市区, 红旗区
        if part.endswith(_NO_DIVISION) or after[:1] in ("镇", "乡", "街", "村", "场", "容"):
            break
        if part.endswith("城市") and after.startswith(("管理", "建设", "更新", "综合", "规划")):
            break
        end = stop
        if part[-1] in "县旗区" and not part.endswith(("自治区", "地区")):
            break
    return name[:end] or None


def labelled_agency(lines: Sequence[str]) -> str | None:
    """The body that a caption or letterhead names (填报单位：…, …文件)."""
    for pattern in (_LABELLED, _LETTERHEAD):
        for line in lines:
            found = pattern.search(line)
            name = trimmed_agency(found["name"]) if found else None
            if name and is_agency(name):
                return name
    return None


def signed_agency(lines: Sequence[str]) -> str | None:
    """The body that signs the report: a name beside a date, near the end."""
    tail = list(lines[-_TAIL_LINES:])
    for i in range(len(tail) - 1, -1, -1):
        beside = tail[max(0, i - 1) : i] + tail[i + 1 : i + 3]
        if is_agency(tail[i]) and any(date_alone(line) is not None for line in beside):
            return tail[i]
    return None


def writing_agency(lines: Sequence[str]) -> str | None:
    """The body that a sentence names as the author of the report, or the page as its source."""
    found = _WRITTEN_BY.search("".join(lines))
    if found and is_agency(found["name"]):
        return found["name"]
    for line in lines:
        source = _SOURCE.search(line)
        if source and is_agency(source["name"]):
            return source["name"]
    return None
