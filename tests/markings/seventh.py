# ruff: noqa: E501 - samples are easier to read whole
# fmt: off
"""A seventh lot, measured before the scan was changed for any of it."""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, with_note, xlsx

PUMP = "Pump life test\n\nThe pump ran for 4,100 hours at 60 percent of its speed. Flow fell by two percent.\n\nBearings were opened and looked at after the run."
ORBIT = "Orbit choice for a data centre\n\nA dawn-dusk orbit at 720 km keeps the array in sun for most of the year.\n\nThe longest eclipse is nineteen minutes."


def _marked() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("banner of two categories at the foot", pdf(PUMP, ORBIT, foot="CUI//SP-EXPT/SP-CTI//DISPLAY ONLY"), p, "d.pdf"),
        ("CONTROLLED and a page number", pdf(PUMP, ORBIT, foot="CONTROLLED   |   4"), p, "d.pdf"),
        ("sentence that pages are CUI", pdf(PUMP + "\n\nPages 3 through 7 contain CUI and have to be kept in a locked container."), p, "d.pdf"),
        ("indicator block of a contractor", pdf(ORBIT + "\n\nControlled by: Naval Research Laboratory\nControlled by: Code 8100\nCUI Category: OPSEC\nDistribution Statement: D\nPOC: m.oduya@example.mil"), p, "d.pdf"),
        ("portion marks beside headings", pdf("(U) INTRODUCTION\n\nThe pump was run.\n\n(CUI) RESULTS\n\nFlow fell by two percent."), p, "d.pdf"),
        ("FOUO in a paragraph of its own", pdf(PUMP + "\n\nFOR OFFICIAL USE ONLY\n\nBearings came from lot 9."), p, "d.pdf"),
        ("distribution with war department", pdf(PUMP + "\n\nDistribution Statement C. Distribution authorized to U.S. Government agencies and their contractors; 1 Feb 2026; other requests shall be referred to the Department of War."), p, "d.pdf"),
        ("secondary distribution", pdf(ORBIT + "\n\nSecondary distribution of this report outside the Department of Defense requires approval of the controlling office."), p, "d.pdf"),
        ("state licence needed", pdf(PUMP, foot="Technical data on this sheet may not leave the United States without a DSP-5"), p, "d.pdf"),
        ("acts by short name", pdf(PUMP, foot="Restricted by AECA / ITAR 22 CFR 120-130"), p, "d.pdf"),
        ("legend of a university lab", pdf(ORBIT + "\n\nNOTE: the drawings that follow are ITAR-restricted and may be viewed by U.S. persons of the laboratory only."), p, "d.pdf"),
        ("commerce control in words", pdf(PUMP + "\n\nThe technology described in this memo is controlled for national security reasons under ECCN 9E515.b and requires a licence for most destinations."), p, "d.pdf"),
        ("EAR technology in the footer", pdf(PUMP, foot="Ostrava Pumps LLC - EAR controlled technology - 9E001"), p, "d.pdf"),
        ("export class in a title block", pdf(ORBIT, foot="DWG 7-220   SH 1   EXPORT CONTROL: ITAR   REV A", flipped=True), p, "d.pdf"),
        ("foreign persons shut out", pdf(PUMP, head="NO FOREIGN PERSON ACCESS"), p, "d.pdf"),
        ("releasable list", pdf(PUMP, head="CUI//REL TO USA, JPN"), p, "d.pdf"),
        ("stamp across", pdf(PUMP, across="EXPORT CONTROLLED"), p, "d.pdf"),
        ("note in the file", with_note(pdf(ORBIT), "CUI - remove before release"), p, "d.pdf"),
        ("DOCX line below the title", docx("Pump life test", "Export Controlled - ITAR", "The pump ran for 4,100 hours."), d, "pump.docx"),
        ("DOCX mail with subject", docx("Subject: FOUO: guard roster", "The roster is below.", "Gate one: two guards."), d, "mail.docx"),
        ("DOCX consent needed", docx("Pump life test", "This document may not be released to foreign nationals without the prior written approval of the U.S. Department of State."), d, "pump.docx"),
        ("XLSX of parts with USML", xlsx(["Part number", "USML", "Qty"], ["P-1", "IV(h)(7)", 2], ["P-2", "XV(e)(11)", 1]), x, "list.xlsx"),
        ("CSV with a marking row", b"marking,CUI\nnode,temp\n1,291\n", c, "nodes.csv"),
        ("name with export code", pdf(ORBIT), p, "pump_9E515_design.pdf"),
        ("keywords hold the banner", pdf(ORBIT, info={"Keywords": "CUI//SP-CTI"}), p, "d.pdf"),
    ]


def _clean() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("talk abstract", pdf("Who guards the drawings?\n\nThis talk tells how small firms learn to live with the ITAR, and what it costs them to keep foreign engineers out of the room."), p, "d.pdf"),
        ("fact sheet of an agency", pdf("Fact sheet: spacecraft rules\n\nThis fact sheet answers common questions on licences for spacecraft under ECCN 9A515 and USML Category XV. It is no legal advice."), p, "d.pdf"),
        ("licence terms of a map", pdf("Terms\n\nThis map may be copied and shared with anyone without a licence. Do not distribute for profit."), p, "d.pdf"),
        ("patent", pdf("United States patent\n\nA fluid pump is disclosed. In some forms the flow is controlled by the release of a valve; access to the motor is limited by a lid."), p, "d.pdf"),
        ("clinical note on CUI", pdf("Cognitive use index (CUI)\n\nThe CUI of group B fell by two points. CUI is measured with a form of nine questions."), p, "d.pdf"),
        ("visa letter", pdf("To the consulate\n\nMs Aoki, a foreign national, is invited to the summit. This letter is given to her for the purpose of a visa."), p, "d.pdf"),
        ("summit terms", pdf("Terms of attendance\n\nAttendees shall not bring controlled technical data. Those who break this rule, foreign or American, may lose access."), p, "d.pdf"),
        ("offset report", pdf("Offsets in defence trade\n\nFigure 3 shows sales of items controlled by the ITAR between 2001 and 2020. Table 4 splits them by country."), p, "d.pdf"),
        ("university statement", pdf(ORBIT, foot="Published under CC BY 4.0. No export restrictions apply."), p, "d.pdf"),
        ("section title in a header", pdf("Chapter 4 goes through the licences of the Department of Commerce.", head="Chapter 4: Export controls after 2014"), p, "d.pdf"),
        ("journal header", pdf("Abstract. We look at 20 years of fines.", head="Journal of Trade Law 12 (2023) 44-61: ITAR fines and their effects"), p, "d.pdf"),
        ("customs guide", pdf("Filing in AES\n\nEnter the ECCN or EAR99. Enter licence code C33 for NLR. For ITAR goods enter the DDTC registration number."), p, "d.pdf"),
        ("supplier code of conduct", pdf("Code of conduct\n\nSuppliers protect information marked CUI, ITAR or export controlled, and tell us of every loss in three days."), p, "d.pdf"),
        ("cleared presentation", pdf(ORBIT, foot="DISTRIBUTION A: Approved for public release. Case 23-114"), p, "d.pdf"),
        ("proprietary and no more", pdf(PUMP, foot="Ostrava Pumps LLC - Proprietary and confidential - not for distribution"), p, "d.pdf"),
        ("sales sheet", pdf("Pump P4\n\nThe P4 is made in Brno and holds no U.S. parts, so no ITAR or EAR licence is needed.", foot="www.example.cz"), p, "d.pdf"),
        ("letter of a lawyer", pdf("Dear client,\n\nyou asked whether your drawings are technical data under the ITAR. In our view they are not, since they are general system descriptions."), p, "d.pdf"),
        ("DOCX plan for marking", docx("Marking plan", "Drawings that are ITAR controlled will bear a legend in the title block.", "Nothing in this plan is controlled."), d, "plan.docx"),
        ("DOCX visitors", docx("Visit request", "Are you a U.S. person? Yes / No", "Foreign nationals: add a copy of the passport."), d, "visit.docx"),
        ("XLSX of training", xlsx(["Name", "Course", "Done"], ["Ito", "ITAR", "yes"], ["Cole", "CUI", "no"]), x, "training.xlsx"),
        ("XLSX compliance matrix", xlsx(["Clause", "Text", "Comply"], ["3.1", "Bidder shall mark export controlled data", "Y"], ["3.2", "Bidder shall deliver in May", "Y"]), x, "matrix.xlsx"),
        ("XLSX of power lines", xlsx(["Distribution", "Load"], ["Board B", 12], ["Board C", 14]), x, "load.xlsx"),
        ("CSV of news", b"date,headline\n2024-10-23,US eases export controls for space firms\n2025-01-15,What NOFORN means for allies\n", c, "news.csv"),
        ("name about a course", pdf(ORBIT), p, "Export control training slides.pdf"),
        ("keywords of a paper", pdf(ORBIT, info={"Keywords": "spacecraft; licensing; EAR; ITAR; trade"}), p, "d.pdf"),
    ]


@cache
def seventh_marked() -> list[Sample]:
    """The marked files of this lot."""
    return [Sample("seventh: " + row[0], *row[1:]) for row in _marked()]


@cache
def seventh_clean() -> list[Sample]:
    """The clean files of this lot."""
    return [Sample("seventh: " + row[0], *row[1:]) for row in _clean()]
