"""Long lists come in pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a longer list: `number` counts from 1, `size` is rows per page."""

    items: list[T]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return 0 if not self.items else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return 0 if not self.items else self.first + len(self.items) - 1


def paginate(
    session: Session, wanted: Select[*tuple[Any, ...]], row: Callable[..., T], *, number: int = 1, size: int = 25
) -> Page[T]:
    """Run `wanted` for one page and make `row(*columns)` of each; a number off the end gives the nearest page."""
    size = max(1, min(size, MOST_PER_PAGE))
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    number = max(1, min(number, -(-total // size) or 1))
    found = session.execute(wanted.limit(size).offset((number - 1) * size))
    return Page([row(*columns) for columns in found], total, number, size)
