"""One schema for every entry: milestones, partners, funding facts and what is sought in parts; stages and documents."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core import audit

revision = "directory_2"
down_revision = "documents_2"
branch_labels = None
depends_on = None

STAGES = (
    "planning", "concept", "design", "development", "on_sale", "operational", "completed", "withdrawn", "other",
)  # fmt: skip
ENUMS = {
    "orbit": ("station", "mid_inclination", "low_inclination", "polar", "suborbital", "beyond", "several"),
    "platform": ("iss", "own_station", "other_station", "free_flyer", "vehicle", "ground"),
    "export_class": ("public_only", "ear99", "9a004", "9x515", "usml_xv", "mixed", "not_classified"),
}
LISTS = ("milestones", "partners", "funding_facts", "seeking", "contacts")
SOUGHT = ("equity", "capacity_purchase", "hardware", "seat", "payload", "landing_site", "services")
NAMED = re.compile(r"([^()]+?)\s*\(([A-Z]{2}(?:/[A-Z]{2})*)(?:,\s*([^()]*))?\)(.*)")


def upgrade() -> None:
    _make_stages()
    _make_documents()
    with op.batch_alter_table("directory_claims") as batch:
        batch.add_column(sa.Column("file_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_directory_claims_file_id"), "files", ["file_id"], ["id"])
        batch.create_index(op.f("ix_directory_claims_file_id"), ["file_id"])
    shown = "id, partners, funding_facts, sought_kinds, sought_band, contact_name, contact_email"
    entries = _read("directory_entries", shown)
    with op.batch_alter_table("directory_entries") as batch:
        for old in ("partners", "funding_facts", "contact_name", "contact_email"):
            batch.drop_column(old)
        for name in LISTS:
            batch.add_column(sa.Column(name, sa.JSON(), nullable=True))
        batch.add_column(sa.Column("tiers", sa.JSON(), nullable=True))
        for name in ENUMS:
            batch.add_column(sa.Column(name, sa.String(40), nullable=True))
        batch.add_column(sa.Column("altitude_km", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("inclination_deg", sa.Double(), nullable=True))
        batch.add_column(sa.Column("export_words", sa.Text(), nullable=True))
        batch.add_column(sa.Column("export_review", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("launch_from", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("launch_to", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("completeness", sa.Integer(), nullable=True))
    op.execute("UPDATE directory_entries SET export_words = '', export_review = false, completeness = 0")
    for row in entries:
        content = {**row, "sought_kinds": _loaded(row["sought_kinds"])}
        _write("directory_entries", {"id": row["id"]}, {name: _widened(content)[name] for name in (*LISTS, "tiers")})
    _set_years_and_scores()
    with op.batch_alter_table("directory_entries") as batch:
        for name in (*LISTS, "tiers"):
            batch.alter_column(name, existing_type=sa.JSON(), nullable=False)
        batch.alter_column("export_words", existing_type=sa.Text(), nullable=False)
        batch.alter_column("export_review", existing_type=sa.Boolean(), nullable=False)
        batch.alter_column("completeness", existing_type=sa.Integer(), nullable=False)
        for name, values in ENUMS.items():
            known = "export_class_known" if name == "export_class" else f"{name}_known"
            batch.create_check_constraint(op.f(f"ck_directory_entries_{known}"), _among(name, values))
    _change_contents(_widened)
    _change_reported(_in_parts)
    _begin_stages()


def downgrade() -> None:
    _change_contents(_narrowed)
    _change_reported(_narrowed)
    entries = _read("directory_entries", "id, partners, funding_facts, contacts")
    with op.batch_alter_table("directory_entries") as batch:
        for name in ENUMS:
            batch.drop_constraint(op.f(f"ck_directory_entries_{name}_known"), type_="check")
        for name in (*LISTS, *ENUMS, "tiers", "altitude_km", "inclination_deg", "export_words", "export_review"):
            batch.drop_column(name)
        for name in ("launch_from", "launch_to", "completeness"):
            batch.drop_column(name)
        for name in ("partners", "funding_facts"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch.add_column(sa.Column("contact_name", sa.String(200), nullable=True))
        batch.add_column(sa.Column("contact_email", sa.String(254), nullable=True))
    for row in entries:
        content = _narrowed({name: _loaded(value) for name, value in row.items() if name != "id"})
        names = ("partners", "funding_facts", "contact_name", "contact_email")
        _write("directory_entries", {"id": row["id"]}, {name: content.get(name, "") for name in names}, plain=True)
    with op.batch_alter_table("directory_entries") as batch:
        batch.alter_column("partners", existing_type=sa.Text(), nullable=False)
        batch.alter_column("funding_facts", existing_type=sa.Text(), nullable=False)
        batch.alter_column("contact_name", existing_type=sa.String(200), nullable=False)
        batch.alter_column("contact_email", existing_type=sa.String(254), nullable=False)
    with op.batch_alter_table("directory_claims") as batch:
        batch.drop_index(op.f("ix_directory_claims_file_id"))
        batch.drop_constraint(op.f("fk_directory_claims_file_id"), type_="foreignkey")
        batch.drop_column("file_id")
    op.drop_table("directory_entry_documents")
    op.drop_table("directory_entry_stages")


def _make_stages() -> None:
    op.create_table(
        "directory_entry_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "stage_group",
            sa.Enum(*STAGES, name="stage_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_entry_stages_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_entry_stages")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_directory_entry_stages_entry_id_number")),
    )


def _make_documents() -> None:
    op.create_table(
        "directory_entry_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tier BETWEEN 0 AND 4", name=op.f("ck_directory_entry_documents_tier_known")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_entry_documents_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_directory_entry_documents_file_id")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_directory_entry_documents_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_entry_documents")),
        sa.UniqueConstraint("file_id", name=op.f("uq_directory_entry_documents_file_id")),
    )
    for column in ("entry_id", "added_by"):
        op.create_index(op.f(f"ix_directory_entry_documents_{column}"), "directory_entry_documents", [column])


def _widened(content: dict[str, Any]) -> dict[str, Any]:
    """Return content in parts instead of words; what it does not hold stays out of it."""
    new = _in_parts({name: value for name, value in content.items() if name not in ("sought_kinds", "sought_band")})
    new |= {"milestones": [], "tiers": {}, "seeking": [], "contacts": []}
    band = content.get("sought_band")
    for place, kind in enumerate(kind for kind in SOUGHT if kind in (content.get("sought_kinds") or ())):
        amount = {"band": band, "currency": "USD"} if band and not place else {"band": None, "currency": ""}
        new["seeking"].append({"kind": kind, **amount, "instrument": "", "terms": ""})
    name, email = new.pop("contact_name", ""), new.pop("contact_email", "")
    if name or email:
        new["contacts"] = [{"name": name or email, "role": "", "email": email}]
    return new


def _in_parts(content: dict[str, Any]) -> dict[str, Any]:
    """Return content with partners and funding facts in parts."""
    new = dict(content)
    if isinstance(new.get("partners"), str):
        pieces = (piece.strip() for piece in re.split(r";(?![^()]*\))", new["partners"]))
        new["partners"] = [_partner(piece) for piece in pieces if piece]
    if isinstance(new.get("funding_facts"), str):
        facts = (piece.strip() for piece in new["funding_facts"].split(";"))
        new["funding_facts"] = [{"fact": fact, "source": "", "as_of": ""} for fact in facts if fact]
    return new


def _partner(words: str) -> dict[str, Any]:
    found = NAMED.fullmatch(words)
    if found is None:
        return {"name": words, "countries": [], "role": ""}
    role = " ".join(part for part in (found[3] or "", found[4].strip()) if part)
    return {"name": found[1].strip(), "countries": found[2].split("/"), "role": role}


def _narrowed(content: dict[str, Any]) -> dict[str, Any]:
    """Return content in words instead of parts."""
    old = dict(content)
    seeking, contacts = old.pop("seeking", []), old.pop("contacts", [])
    for name in ("milestones", "tiers", "altitude_km", "inclination_deg", "export_review", "export_words", *ENUMS):
        old.pop(name, None)
    if isinstance(old.get("partners"), list):
        old["partners"] = "; ".join(_partner_words(one) for one in old["partners"])
    if isinstance(old.get("funding_facts"), list):
        old["funding_facts"] = "; ".join(one["fact"] for one in old["funding_facts"])
    if seeking:
        kinds = {one["kind"] for one in seeking}
        old["sought_kinds"] = [kind for kind in SOUGHT if kind in kinds]
        old["sought_band"] = next((one["band"] for one in seeking if one["band"]), None)
    if contacts:
        old |= {"contact_name": contacts[0]["name"], "contact_email": contacts[0]["email"]}
    return old


def _partner_words(one: dict[str, Any]) -> str:
    inside = ", ".join(part for part in ("/".join(one["countries"]), one["role"]) if part)
    return f"{one['name']} ({inside})" if inside else str(one["name"])


def _change_contents(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for table in ("directory_entry_versions", "directory_proposals"):
        for row in _read(table, "id, content"):
            _write(table, {"id": row["id"]}, {"content": change(_loaded(row["content"]))})


def _change_reported(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the rows of the loaded file as reading the same file anew would."""
    for row in _read("destination_rows", "key, from_version, content"):
        content = change(_loaded(row["content"]))
        where = {name: row[name] for name in ("key", "from_version")}
        _write("destination_rows", where, {"content": content})
        _write("destination_rows", where, {"digest": sha256(audit.canonical(content)).hexdigest()}, plain=True)


def _set_years_and_scores() -> None:
    """Set the years named for a launch; scores follow with the next change of an entry."""
    for row in _read("directory_entries", "id, target_first_launch"):
        words = re.sub(r"(?<!\d)(?:19|20)\d0s", "", row["target_first_launch"])
        years = sorted(int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", words))
        if years:
            _write("directory_entries", {"id": row["id"]}, {"launch_from": years[0], "launch_to": years[-1]}, plain=True)


def _begin_stages() -> None:
    shown = "id, stage_group, stage, as_of, confirmed_at, changed_at"
    for row in _read("directory_entries", shown, "shown_since IS NOT NULL"):
        op.get_bind().execute(
            sa.text(
                "INSERT INTO directory_entry_stages"
                " (id, entry_id, number, stage_group, stage, as_of, is_confirmed, shown_at)"
                " VALUES (:id, :id, 1, :stage_group, :stage, :as_of, :is_confirmed, :shown_at)"
            ),
            {
                **{name: row[name] for name in ("id", "stage_group", "stage", "as_of")},
                "is_confirmed": row["confirmed_at"] is not None,
                "shown_at": row["changed_at"],
            },
        )


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _read(table: str, columns: str, where: str = "1 = 1") -> list[dict[str, Any]]:
    found = op.get_bind().execute(sa.text(f"SELECT {columns} FROM {table} WHERE {where}"))  # noqa: S608 - ours
    return [dict(row) for row in found.mappings()]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) and value[:1] in ("{", "[") else value


def _write(table: str, where: dict[str, Any], values: dict[str, Any], *, plain: bool = False) -> None:
    kept = {name: value if plain else json.dumps(value) for name, value in values.items()}
    assigned = ", ".join(f"{name} = :{name}" if plain else f"{name} = {_json(name)}" for name in kept)
    matched = " AND ".join(f"{name} = :_{name}" for name in where)
    op.get_bind().execute(
        sa.text(f"UPDATE {table} SET {assigned} WHERE {matched}"),  # noqa: S608 - ours
        {**kept, **{f"_{name}": value for name, value in where.items()}},
    )


def _json(name: str) -> str:
    return f"CAST(:{name} AS JSON)" if op.get_bind().dialect.name == "postgresql" else f":{name}"
