# ruff: noqa: E501 - samples are easier to read whole
"""A third lot of files, measured before the scan was changed for any of them."""

from functools import cache

from app.documents.states import Kind
from tests.markings.clean import PLAIN
from tests.markings.make import Sample, docx, pdf, xlsx
from tests.markings.marked import BODY, MORE

MARKED: list[tuple[str, bytes]] = [
    ("CUI in small capitals with program name", pdf(BODY, MORE, head="Commercial Destinations Program  -  CUI", foot="CUI")),
    ("CUI with two categories", pdf(BODY, head="CUI//SP-EXPT/SP-PROPIN//FED ONLY")),
    ("CUI category in words", pdf(BODY, foot="CUI - Export Controlled")),
    ("CUI category in words, two", pdf(BODY, foot="CUI: Controlled Technical Information (CTI)")),
    ("CUI when filled in", pdf("CUI (when filled in)\n\nName: Ana. Badge: 88.")),
    ("statement of control", pdf(BODY + "\n\nThis presentation is CUI and must not be posted on public sites.")),
    ("destruction of CUI", pdf(BODY, foot="Contains CUI. Destroy by shredding.")),
    ("portion mark in lower list", pdf("Summary\n\na) (CUI) Margin is 4 percent.\nb) (U) The review is in May.")),
    ("distribution C in a box", pdf("DISTRIBUTION STATEMENT C. Distribution authorized to U.S. Government Agencies and their contractors; critical technology; 1 Feb 2026. Other requests: NASA JSC.", size=6)),
    ("distribution E, code in brackets", pdf(BODY, head="(Distribution Statement E)")),
    ("restriction in legacy words", pdf(BODY, foot="U.S. Government Use Only - Not for Public Release")),
    ("ITAR in a sentence of the foot", pdf(BODY, foot="Warning: information subject to export control laws (ITAR).")),
    ("ITAR technical data, do not distribute", pdf(BODY, foot="ITAR Technical Data - Do Not Distribute to Foreign Persons")),
    ("ITAR category", pdf(BODY, foot="ITAR Category XV(f) Technical Data")),
    ("subject to the ITAR, passive", pdf(BODY + "\n\nExport of the information contained in this document is subject to control under the International Traffic in Arms Regulations.")),
    ("US export controlled information", pdf(BODY, head="U.S. EXPORT CONTROLLED INFORMATION")),
    ("release to foreign persons", pdf(BODY + "\n\nThis drawing may not be released to non-U.S. persons without an export license issued by the U.S. Department of State.")),
    ("EAR 9E515 data sheet", pdf("Star tracker alignment procedure\n\nThis procedure is technology controlled for export under ECCN 9E515.a.\n\n" + MORE)),
    ("export authorization", pdf(BODY, foot="Export authorized under DDTC Case 050-112233")),
    ("vendor legend", pdf(BODY, foot="Halcyon Orbital Proprietary. ITAR. Do not copy.")),
    ("note on a slide", pdf("Airlock\n\nEXPORT CONTROLLED // ITAR", size=24, flipped=True)),
    ("NOFORN in a sentence", pdf("This annex is NOFORN.\n\n" + MORE)),
    ("Spanish label", pdf(MORE, head="INFORMACIÓN CONTROLADA POR ITAR")),
    ("Korean legend", pdf("본 문서는 ITAR 통제 대상 기술 자료를 포함하고 있습니다. 무단 이전을 금합니다.\n\n" + MORE, font="Noto Sans CJK JP")),
    ("properties, comments", pdf(BODY, info={"Comments": "Contains ITAR technical data"})),
    ("properties, title with banner", pdf(BODY, info={"Title": "Loads (CUI//SP-EXPT)"})),
]  # fmt: skip
MARKED_OFFICE: list[tuple[str, Kind, bytes]] = [
    ("Word table cell", Kind.DOCX, docx("Export classification", "ECCN: 9E515.b", BODY)),
    ("Word watermark ITAR", Kind.DOCX, docx(BODY, watermark="ITAR CONTROLLED")),
    ("sheet footer", Kind.XLSX, xlsx(["axis", "load"], ["x", 1], head="&LHalcyon&CITAR Controlled&RPage 1")),
    ("sheet of drawings", Kind.XLSX, xlsx(["Drawing", "Title", "USML Category"], ["88-1", "Hatch", "XV(e)(3)"])),
]  # fmt: skip
CLEAN: dict[str, str] = {
    "vendor survey": "Please state for each product: part number, country of origin, ECCN or USML category, and whether a license is needed for Japan.",
    "note on a panel": "The panel agreed that CUI rules burden small companies. One speaker called for fewer categories. Another praised the training.",
    "letter on marking": "Dear supplier, your last shipment carried no export legend. Please mark future drawings in line with our policy.",
    "meeting notes": "Action: Marcus to check if drawing 88-102 is ITAR. Action: Ana to ask for the TAA number.",
    "tender": "Bidders must be registered with DDTC if they make defense articles. Bids must not include CUI. Late bids are refused.",
    "book review": "The author, once an export officer, tells how an ITAR violation nearly ended a start-up. A gripping read.",
    "investment memo": "Key risk: the bus is classified under 9A515, so each sale abroad needs a license unless License Exception STA applies.",
    "table of licences in words": "Licence type: DSP-5, permanent export. DSP-73, temporary export. TAA, services. MLA, manufacture abroad.",
    "legal disclaimer": "This presentation is for information only and does not constitute legal advice on the ITAR or the EAR.",
    "legal disclaimer, second": "Nothing in this document is intended to contain technical data as defined in the ITAR.",
    "public release note": "This document has been approved for public release and is not subject to the EAR or the ITAR.",
    "safety sheet": "Export of heat is controlled by the radiator. Control category II valves are tested each year.",
    "summit guide": "What must not be shown in meetings: technical data under the ITAR, CUI, anything NOFORN. Use public figures only.",
    "lecture": "Lecture 3. Classified information has three levels: Confidential, Secret and Top Secret. CUI is below all of them.",
    "news in French": "Le fabricant a obtenu une licence DSP-5 pour exporter le module. La règle ITAR reste stricte, dit son directeur.",
    "news in Japanese": "同社はITARの許可を取得したと発表した。輸出は来年の予定である。",
    "annual ethics report": "We trained 412 people on export control. No controlled technical data was released without authorization.",
    "scope of a standard": "This standard defines how to mark documents. Section 5 lists distribution statements; section 6 lists export control notices.",
    "customs form": "ECCN: EAR99\nSchedule B: 8803.90\nLicense: NLR\nValue: 12,000 USD",
    "web page": "Home | Products | ITAR policy | Contact\n\nHalcyon Orbital builds docking hardware.",
    "article": "NOFORN no more? Allies ask the United States to share more. The label keeps partners out, they say.",
    "appendix of abbreviations": "DSP-5  licence for permanent export\nFOUO  For Official Use Only\nSBU  Sensitive But Unclassified\nREL TO  releasable to",
    "schedule": "Controlled items committee, Tuesday. Distribution of badges, Wednesday. Statement of the chair, Thursday.",
    "music": "Play it by ear. The EAR orchestra, conducted by L. Cui, performs at eight.",
}  # fmt: skip


@cache
def third_marked() -> list[Sample]:
    """The marked half."""
    found = [Sample(f"third lot: {what}", content) for what, content in MARKED]
    return found + [
        Sample(f"third lot: {what}", content, kind, f"file.{kind.value}") for what, kind, content in MARKED_OFFICE
    ]


@cache
def third_clean() -> list[Sample]:
    """The clean half."""
    return [Sample(f"third lot: {what}", pdf(words)) for what, words in CLEAN.items()] + [
        Sample("third lot: plain", pdf(PLAIN), Kind.PDF, "CUI policy comments.pdf")
    ]
