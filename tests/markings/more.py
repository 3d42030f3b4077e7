# ruff: noqa: E501 - samples are easier to read whole
"""A second lot of files, written after the scan was first measured, so that the rates say something of the unseen."""

from functools import cache

from app.documents.states import Kind
from tests.markings.clean import PLAIN
from tests.markings.make import Sample, docx, pdf, xlsx
from tests.markings.marked import BODY, MORE

MARKED: list[tuple[str, bytes]] = [
    ("banner with category only", pdf(BODY, MORE, head="CUI//CTI", foot="Page 1 of 2")),
    ("banner in brackets", pdf(BODY, foot="[CUI]", align="right")),
    ("banner between stars", pdf("*** CUI//SP-EXPT ***\n\n" + BODY)),
    ("banner and company", pdf(BODY, foot="CUI  |  Halcyon Orbital Proprietary  |  3")),
    ("banner at the end of a title line", pdf(BODY, MORE, head="Habitat Thermal Control System CDR - CUI")),
    ("cover page block", pdf("Critical design review\nHabitat thermal control\n\nControlled By: NASA Johnson Space Center\nCUI Categories: SP-EXPT, SP-PROPIN\nLDC: FEDCON\nPOC: thermal.lead@example.gov")),
    ("sentence with handle as", pdf(BODY + "\n\nThis briefing includes CUI. Handle, store and destroy accordingly.")),
    ("portion marks on bullets", pdf("Findings\n\n\u2022 (CUI) Pump B cavitates below 120 kPa.\n\u2022 (U) The test stand was repaired.")),
    ("paragraph portion with number", pdf("4.3.1 (CUI//SP-EXPT) The valve opens at 2.41 MPa and closes at 2.28 MPa.")),
    ("table title", pdf("Table 7. Limit loads at the berthing ring (CUI)\n\nCase A 4.4 kN, case B 5.1 kN.")),
    ("distribution on cover", pdf("Final report 88-1\n\nDISTRIBUTION STATEMENT B\nDistribution authorized to U.S. Government agencies only; test and evaluation; 4 May 2026.")),
    ("distribution with colon and no words", pdf(BODY, foot="Distribution Statement: D")),
    ("distribution with code in foot", pdf(BODY, foot="DISTRO D / EXPORT CONTROLLED")),
    ("limited to government and contractors", pdf(BODY + "\n\nDistribution limited to DoD and DoD contractors only. Refer other requests to the program office.")),
    ("destruction notice", pdf(BODY + "\n\nDESTRUCTION NOTICE: For unclassified, limited documents, destroy by any method that will prevent disclosure of contents or reconstruction of the document.")),
    ("ITAR notice", pdf("ITAR NOTICE\n\nThe technical data in this document is controlled under the International Traffic in Arms Regulations. It may not be given to foreign persons in or outside the United States without a license or exemption.\n\n" + BODY, size=8)),
    ("export notice with USML", pdf(BODY + "\n\nEXPORT CONTROL NOTICE: The enclosed information is technical data as defined in 22 CFR 120.33 and is controlled under USML Category XV(f).")),
    ("drawing note", pdf("NOTES: 1. ITAR CONTROLLED DATA. 2. BREAK SHARP EDGES. 3. FINISH PER 88-PS-004.\n\nBRACKET", flipped=True)),
    ("NASA software notice", pdf("This software is subject to U.S. export control laws and regulations and is classified as ECCN 9D515. It has not been approved for release to foreign persons.")),
    ("NASA export box", pdf(BODY, foot="This document contains information within the purview of the Export Administration Regulations (EAR), 15 CFR 730-774, and is export-controlled. It may not be transferred to foreign persons in the U.S. or abroad without specific approval of a knowledgeable NASA export control official.", edge=5)),
    ("USML purview", pdf("This document contains information which falls under the U.S. Munitions List (USML), as defined in the ITAR, 22 CFR 120-130, and is export controlled.\n\n" + MORE)),
    ("not for export sentence", pdf(BODY + "\n\nThe data on this page shall not be disclosed to any foreign person, including employees, without authorization under the ITAR.")),
    ("slide stamp", pdf("Engine cycle trade\n\nExport-Controlled Information", "Test campaign\n\nExport-Controlled Information", size=20, flipped=True)),
    ("short label with colon", pdf(BODY, head="Export Control: ITAR - USML XV(f)")),
    ("labelled EAR", pdf(BODY, foot="EAR Controlled - 9E515.a")),
    ("ECCN in brackets", pdf(BODY, foot="Technology (ECCN 9E515.a) - authorized recipients only")),
    ("license legend", pdf(BODY + "\n\nThis data is exported under State Department license DSP-5 No. 050123987. Re-export or retransfer is prohibited.")),
    ("MLA", pdf(BODY, head="Transferred pursuant to MLA 0456-24A")),
    ("TAA in the foot", pdf(BODY, foot="TAA-3321-25 | Halcyon Orbital and Kestrel K.K. | technical data")),
    ("foreign disclosure", pdf(BODY, foot="NOFORN/PROPIN")),
    ("rel marking", pdf(BODY, head="UNCLASSIFIED//REL TO USA, JPN")),
    ("LES", pdf(BODY, head="UNCLASSIFIED//LES")),
    ("FOUO spelled with hyphens", pdf(BODY, foot="F-O-U-O")),
    ("letters apart with dots", pdf(BODY, head="I.T.A.R. CONTROLLED")),
    ("soft hyphens", pdf(BODY, head="EX\u00adPORT CON\u00adTROLLED")),
    ("combining and styled letters", pdf(BODY, head="\u0421\u00adUI\u2044\u2044SP\u2011EXPT")),
    ("portuguese legend", pdf("Este desenho contém dados técnicos controlados pelo ITAR e n\u00e3o pode ser transferido sem licen\u00e7a.\n\n" + MORE)),
    ("french drawing", pdf("Ces données sont soumises aux EAR (ECCN 9E515.a). Réexportation interdite.\n\n" + MORE)),
    ("german document", pdf("Dieses Dokument unterliegt den US-Exportbestimmungen (EAR, ECCN 9E515).\n\n" + MORE)),
    ("japanese drawing", pdf("この図面はITARの対象であり、米国政府の許可なく再移転できません。\n\n" + MORE)),
    ("properties: subject sentence", pdf(BODY, info={"Subject": "This document contains ITAR controlled technical data"})),
    ("properties: keywords with banner", pdf(BODY, info={"Keywords": "thermal, CUI//SP-EXPT, radiator"})),
]  # fmt: skip
MARKED_OFFICE: list[tuple[str, Kind, bytes]] = [
    ("Word foot", Kind.DOCX, docx(BODY, foot="Export Controlled - See Sheet 1")),
    ("Word first paragraph", Kind.DOCX, docx("CUI", BODY, "CUI")),
    ("Word header with legend", Kind.DOCX, docx(BODY, head="ITAR Controlled Technical Data")),
    ("sheet title row", Kind.XLSX, xlsx(["Mass properties - ITAR Controlled"], ["item", "kg"], ["panel", 12])),
    ("sheet of items", Kind.XLSX, xlsx(["Item", "Qty", "Jurisdiction", "Classification"], ["Thruster", 4, "ITAR", "XV(e)(12)"])),
    ("CSV of items", Kind.CSV, b"item;eccn\nstar tracker;9A515.d\n".replace(b";", b",")),
]  # fmt: skip
MARKED_NAMES = [
    "CUI_habitat_loads.pdf",
    "Engine ICD [ITAR].pdf",
    "loads (export controlled).pdf",
    "TPS-report-DistroC.pdf",
    "valve__NOFORN.pdf",
]

CLEAN: dict[str, str] = {
    "investor letter": "Dear partner, before we send the data pack our export officer will remove everything that is ITAR-controlled. What remains is business confidential.",
    "export FAQ for visitors": "Do I need a license to visit the factory? Usually not. You will not be shown technical data subject to the ITAR during the tour.",
    "white paper": "This paper describes how export controls shape cooperation on commercial stations. It draws on public sources only.",
    "report with regime in its title": "This report discusses technical data controlled under the ITAR and how allied programmes handle it. Chapter 2 turns to the EAR.",
    "guide on marking": "Technical drawings that fall under the USML need a legend. A common one begins with the words \u201cWARNING - This document contains technical data whose export is restricted\u201d.",
    "contract clause": "The Seller shall state the ECCN or USML category of each item on the packing list. Items subject to the ITAR require prior written notice.",
    "contract clause on CUI": "CUI shall be marked in accordance with 32 CFR 2002.20. The Government may provide CUI under this contract.",
    "patent": "The invention relates to a docking mechanism. This application was filed after a secrecy review under 35 U.S.C. 184 and a foreign filing license was granted.",
    "statement of public domain": "This document consists of general capability information that is not defined as controlled technical data under ITAR Part 120.33 or EAR Part 772.",
    "marketing approval": "Cleared for public release by the export compliance office, log 2026-119. No export-controlled content.",
    "fundamental research": "The results arise from fundamental research and are not subject to the EAR under 15 CFR 734.8.",
    "capability statement": "Core competences: composite tanks, avionics. CAGE 0ABC1. NAICS 336414. ITAR registered with DDTC since 2012. AS9100 certified.",
    "registered supplier": "We are ITAR registered and maintain an export compliance program. Our facility is NIST SP 800-171 compliant and able to handle CUI.",
    "table of contents": "1 Introduction 3\n2 Export Controlled Information 7\n3 Controlled Unclassified Information 12\n4 Distribution Statements 15",
    "headings": "Controlled Unclassified Information\n\nThis section of the handbook lists the duties of the security officer.",
    "speech": "We hear it from every partner: ITAR, ITAR, ITAR. So let us talk about what can be shared without any license at all.",
    "letter from a ministry": "The delegation asks whether hardware classified under ECCN 9A515 can be returned to Japan after flight. We would be grateful for a reply by May.",
    "news": "A company agreed to pay two million dollars after it had exported drawings under an expired TAA. The drawings showed parts of a launch vehicle.",
    "case study": "The firm reclassified its sensor from USML Category XII to ECCN 6A003 and won two orders within a year.",
    "questionnaire": "Is your product listed on the USML? Yes / No\nECCN if known: ______\nDoes the product contain encryption? Yes / No",
    "ear training": "Ear protection must be worn in the test hall. EAR CHECK: every worker is tested once a year.",
    "statement A long": "Distribution Statement A: Approved for Public Release; Distribution is Unlimited. PA clearance 2026-0099.\n\n" + PLAIN,
    "class D": "Category D cables and class B fire doors were inspected. Distribution board B is rated for 400 A.",
    "distribution channel": "Distribution\n\nWe sell through two distributors. Distribution authorized dealers are listed on our site.",
    "secret of success": "The secret of success\n\nThe founders kept costs down and flew early.",
    "controlled by": "Temperature is controlled by two heaters. The valve is controlled by the flight computer. Subject to availability.",
    "foreign person form": "Visitor form. Citizenship: ____. Are you a U.S. person as defined in 22 CFR 120.62? Yes / No.",
    "only US persons course": "Note for participants: day two of the course is open to U.S. persons only. Day one is open to everybody.",
    "table of regimes": "Regime\nAgency\nITAR\nState\nEAR\nCommerce\nOFAC\nTreasury",
    "list of abbreviations": "CUI\nControlled Unclassified Information\nDDTC\nDirectorate of Defense Trade Controls\nECCN\nExport Control Classification Number\nITAR\nInternational Traffic in Arms Regulations",
    "privacy": "Personnel files are sensitive. They must not be disclosed to persons outside the United States office without consent.",
    "warranty": "These terms may not be transferred to a third party outside the group without written approval.",
    "licence notice of software": "This product includes software developed by others. Export of this product may require a license.",
    "shipping policy": "All exports are made in accordance with the Export Administration Regulations. Customers must not divert goods contrary to law.",
    "Japanese policy": "当社は輸出管理規程に基づき、ITARおよびEARの対象となる技術を適切に管理しています。",
    "French policy": "Notre entreprise forme ses salariés aux règles ITAR et EAR. Les documents publics ne sont pas concernés.",
    "German policy": "Unser Unternehmen hält die ITAR und die EAR ein. Öffentliche Unterlagen enthalten keine kontrollierten Daten.",
    "budget": "Line 14: export licenses, 30,000 USD. Line 15: CUI-compliant storage, 12,000 USD.",
    "org chart": "Export control\nJ. Ortega\n\nSecurity and CUI\nL. Brandt\n\nContracts\nM. Osei",
    "risk register": "R-14: late TAA approval delays the interface review. Owner: export officer. R-15: drawings marked wrongly as ITAR.",
}  # fmt: skip
CLEAN_NAMES = [
    "Export compliance program.pdf",
    "secret-of-success.pdf",
    "TAA process overview.pdf",
    "distribution plan.pdf",
    "controlled-environment-test.pdf",
    "nearfield antenna.pdf",
]


@cache
def more_marked() -> list[Sample]:
    """The marked half."""
    found = [Sample(f"second lot: {what}", content) for what, content in MARKED]
    found += [
        Sample(f"second lot: {what}", content, kind, f"file.{kind.value}") for what, kind, content in MARKED_OFFICE
    ]
    plain = pdf(BODY)
    return found + [Sample(f"second lot, name: {name}", plain, Kind.PDF, name) for name in MARKED_NAMES]


@cache
def more_clean() -> list[Sample]:
    """The clean half."""
    found = [Sample(f"second lot: {what}", pdf(words)) for what, words in CLEAN.items()]
    return found + [Sample(f"second lot, name: {name}", pdf(PLAIN), Kind.PDF, name) for name in CLEAN_NAMES]
