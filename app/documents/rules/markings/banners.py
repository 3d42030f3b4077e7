"""Markings that stand on a line of their own: banners, portion marks, blocks that say who controls a document."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.documents.rules.markings import forms_of as forms
from app.documents.rules.markings.discussed import is_about, is_denied, is_quoted
from app.documents.rules.markings.marks import Mark, Piece, Role, around
from app.documents.states import MarkKind

EDGE_LINES = 3
TITLE_LINES = 6
LONGEST_LINE = 1_000
Found = tuple[MarkKind, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its neighbours; `at_edge` where banners stand, `outermost` where nothing stands beyond it."""

    text: str
    before: str
    after: str
    at_edge: bool
    outermost: bool
    on_top: bool
    is_heading: bool = False

    @property
    def is_example(self) -> bool:
        """Tell whether the line before says that an example follows."""
        return self.before.endswith(":") and is_about(self.before)


def marks(piece: Piece) -> Iterator[Mark]:
    """Yield the markings that stand by themselves in a piece of text."""
    lines = [
        line[start : start + LONGEST_LINE].strip()
        for line in piece.text.split("\n") if line.strip()
        for start in range(0, len(line), LONGEST_LINE)
    ]  # fmt: skip
    explains = explains_letters(piece.text)
    for line in _placed(lines, piece.role):
        for kind, start, end in _in_line(line):
            if not (kind is MarkKind.DISTRIBUTION and explains):
                yield Mark(kind, piece.where, _with_neighbours(line, start, end))
    yield from _in_table(piece, lines)


def _with_neighbours(line: Line, start: int, end: int) -> str:
    """Return a marking with the words around it; a line that is little more than the marking with its neighbours."""
    if len(line.text) > 40:
        return around(line.text, start, end)
    return " / ".join(part[:90] for part in (line.before[-90:], line.text, line.after) if part)


def explains_letters(text: str) -> bool:
    """Tell whether a text goes through three or more distribution statements, as explanations do."""
    return len(set(re.findall(r"\bstatements?\s+([A-F])\b", text, re.I))) > 2


def _placed(lines: list[str], role: Role) -> Iterator[Line]:
    """Yield the lines with where they stand; a short line that comes again on a page counts as its edge."""
    times = Counter(line for line in lines if len(line) < 40)
    last = len(lines) - 1
    for number, text in enumerate(lines):
        if role is Role.CELLS:
            near = outermost = number == 0
        else:
            near = number < EDGE_LINES or number > last - EDGE_LINES or times[text] > 1
            outermost = number == last or times[text] > 1 or (number == 0 and role is not Role.PAGE)
        if role in (Role.EDGE, Role.PROPERTY):
            near = outermost = True
        before, after = lines[number - 1] if number else "", lines[number + 1] if number < last else ""
        yield Line(text, before, after, near, outermost, number < TITLE_LINES, role is Role.PAGE and number == 0)


def _in_line(line: Line) -> Iterator[Found]:
    if not line.is_example:
        yield from _whole(line)
        yield from _in_notes(line.text)
        yield from _banner(line)
        yield from _in_brackets(line)
    yield from _portion(line)
    for kind, pattern in forms.BLOCK:
        found = pattern.search(line.text)
        if found and not (is_quoted(line.text, *found.span()) or is_about(line.text) or _names_none(line.text, found)):
            yield kind, *found.span()


def _names_none(line: str, found: re.Match[str]) -> bool:
    """Tell whether a field says what to write into it, or names a class of low control."""
    return forms.at_low_control(found[0]) or bool(forms.INSTRUCTS.search(line))


def _banner(line: Line) -> Iterator[Found]:
    for kind, pattern in forms.BANNER:
        for found in pattern.finditer(line.text):
            if not (is_quoted(line.text, *found.span()) or _speaks(line.text, found)):
                yield kind, *found.span()
    if line.at_edge and (found_number := forms.AGREEMENT.search(line.text)) and not is_about(line.text):
        yield MarkKind.EXPORT, *found_number.span()


def _speaks(line: str, found: re.Match[str]) -> bool:
    """Tell whether a banner stands in the middle of a sentence that speaks about it."""
    rest = (line[: found.start()] + " " + line[found.end() :]).strip()
    return len(rest.split()) > 4 and is_about(line)


def _portion(line: Line) -> Iterator[Found]:
    for pattern in (forms.PORTION, forms.SUBJECT_LINE, forms.CAPTION, forms.PORTION_AFTER):
        found = pattern.search(line.text)
        before = line.text[: found.start(1)] if found else ""
        if found is None or forms.DEFINES.search(f"{line.before} {before}".strip(" (")) or _defines(before, found[1]):
            continue
        if not re.match(r"(?:is|are|was|means|program|registry|and|or)\b", line.text[found.end() :], re.I):
            yield MarkKind.CUI, *found.span(1)


def _whole(line: Line) -> Iterator[Found]:
    """Find a line, or one part of it between separators, that is nothing but a marking."""
    text = line.text
    if len(text) > forms.LONGEST_BANNER or forms.NUMBERED.match(text) or text.endswith(":"):
        return
    parts = [_bare(part) for part in forms.SEPARATORS.split(text)]
    if line.outermost and len(parts) == 1 and (clause := forms.FIRST_CLAUSE.match(text)):
        parts.append(clause[0])
    said = [part for part in parts if part and not forms.BESIDE.fullmatch(part)]
    for part in said if len(said) <= 4 else []:
        plain = forms.BESIDE.sub("", part).strip(" -,;:") if len(said) == 1 else part
        kind = _kind_of(plain, line)
        start = max(text.find(part), 0)
        if kind is not None and not is_quoted(text, start, start + len(part)):
            yield kind, start, start + len(part)


def _in_notes(text: str) -> Iterator[Found]:
    """Find a marking in capitals among the numbered notes of a drawing, which share a line."""
    sentences = list(re.finditer(r"(?:[^.;]|[.;](?=\S))+", text))
    for sentence in sentences if len(sentences) > 2 else []:
        words = sentence[0].strip()
        if words.isupper() and " " in words and (kind := forms.label_of(words)):
            yield kind, *sentence.span()


def _in_brackets(line: Line) -> Iterator[Found]:
    """Find a label in brackets before or after a title; initials of the words before them are a definition."""
    found = forms.IN_BRACKETS.search(line.text)
    if found is None or not line.on_top or is_about(line.text):
        return
    label, before = next(filter(None, found.groups())), line.text[: found.start()]
    kind = forms.label_of(label, shouted=True) or (MarkKind.EXPORT if found[0].strip() == "[ITAR]" else None)
    if kind and not (
        _defines(f"{line.before} {before}", label) or is_denied(label) or is_quoted(line.text, *found.span())
    ):
        yield kind, *found.span()


def _defines(before: str, label: str) -> bool:
    """Tell whether the words before a label spell it out, as definitions do."""
    return any("".join(re.findall(form, before)).upper().endswith(label) for form in (r"\b[A-Z]", r"\b[A-Za-z]"))


def _kind_of(part: str, line: Line) -> MarkKind | None:
    """Return what a part says: a single word only where banners stand, several in capitals anywhere."""
    in_capitals = part.isupper()
    if is_denied(part) or not (line.at_edge or (in_capitals and " " in part)):
        return None
    if " " not in part and (forms.SPELLED_OUT.match(line.after) or (not line.outermost and line.is_heading)):
        return None
    if forms.ONLY_AT_EDGE.fullmatch(part):
        return MarkKind.EXPORT if line.outermost and in_capitals else None
    return forms.label_of(part, shouted=True)


def _bare(part: str) -> str:
    """Return a part of a line without what frames it."""
    part = part.strip(" -*#<>=_~")
    framed = re.fullmatch(r"[(\[](.*)[)\]]", part)
    return framed[1].strip() if framed else part


def _in_table(piece: Piece, lines: list[str]) -> Iterable[Mark]:
    """Yield a mark for a list of parts with a column of classifications that are filled in."""
    heads = [line for line in lines if forms.COLUMN_WORDS.fullmatch(line)]
    if not heads:
        return
    if piece.role is Role.CELLS and any(forms.MARKED_COLUMN.search(head) for head in heads):
        for line in lines:
            if line not in heads and _is_marked_cell(line):
                yield Mark(MarkKind.EXPORT, piece.where, f"{heads[0]}: {line}")
                return
    if not any(forms.PART_WORDS.search(line) and len(line) < 30 for line in lines):
        return
    if any(forms.MEANING_WORDS.search(line) and len(line) < 30 for line in lines):
        return
    for line in lines:
        if re.fullmatch(rf"(?:USML\s*)?{forms.CODE}", line, re.I) and not forms.at_low_control(line):
            yield Mark(MarkKind.CLASSIFICATION, piece.where, f"{heads[0]}: {line}")
            return


def _is_marked_cell(words: str) -> bool:
    """Tell whether a cell says that its row, or the sheet, is marked."""
    return words == "ITAR" or bool(forms.label_of(words) and not is_denied(words) and "?" not in words)
