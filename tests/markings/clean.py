# ruff: noqa: E501 - samples and patterns are easier to read whole
"""Clean files, many of them hard: they speak of export control, of CUI, of distribution, and carry no marking.

The companies and figures are made up, and so is what is said of them.
"""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, xlsx

PLAIN = (
    "The panel is folded for launch and opens in orbit within two hours. It was tested in a vacuum chamber in the spring "
    "and showed no loss of stiffness after forty cycles."
)

SPEAKING: dict[str, str] = {
    "policy paper": "ITAR reform and the commercial station\n\nThe International Traffic in Arms Regulations (ITAR) shaped two "
    "decades of satellite exports. Since 2014 most commercial spacecraft are controlled by the Export Administration "
    "Regulations (EAR) instead. This paper asks what that means for foreign modules.",
    "EAR overview": "When does the EAR apply?\n\nThe EAR applies to most commercial items made in the United States. An exporter "
    "first finds the Export Control Classification Number (ECCN) of the item and then checks the country chart.",
    "ECCN in a FAQ": "Q: What is ECCN 9A515?\n\nA: It covers commercial spacecraft and related commodities. Items in 9A515 moved "
    "from USML Category XV in 2014. For example, 9A515.x covers specially designed parts.",
    "ECCN list": "9A004 Space launch vehicles and spacecraft\n9A515 Spacecraft and related commodities\n9E515 Technology for "
    "spacecraft\n\nThe table above summarizes the entries that a station builder meets most often.",
    "USML overview": "Category XV of the USML lists spacecraft that provide space-based logistics or are crewed, among others. "
    "Category IV lists launch vehicles. Whether a module falls under either is a matter of its parameters.",
    "CUI essay": "Controlled Unclassified Information: fifteen years on\n\nThe CUI program replaced more than a hundred agency labels, "
    "among them For Official Use Only (FOUO) and Sensitive But Unclassified (SBU). Critics say that CUI is marked too often.",
    "CUI definition at a line's start": "Agencies must protect Controlled Unclassified Information\n(CUI) is information that law or "
    "policy requires to be protected but that is not classified.",
    "CUI training": "CUI awareness training\n\nBanner markings stand at the top of each page, for example \u201cCUI//SP-EXPT\u201d. Portion "
    "markings such as (CUI) are optional. Ask your security officer before you share such a document.",
    "CUI marking example": "How to mark\n\nA banner line looks like this:\n\u201cCUI//SP-CTI//NOFORN\u201d\n\nThe first part says that the "
    "document is CUI, the second names the category, the third limits dissemination.",
    "DFARS clause": "252.204-7012 Safeguarding covered defense information\n\nThe Contractor shall provide adequate security on all covered "
    "contractor information systems. Controlled technical information means technical information with military or space "
    "application that is subject to controls, and is to be marked with one of the distribution statements B through F.",
    "distribution statements explained": "Distribution Statement A means that a document is approved for public release. Statement B "
    "limits it to U.S. Government agencies, Statement C adds their contractors, and D is for the DoD and its contractors.",
    "table of statements": "Distribution Statement A - Approved for public release\nDistribution Statement B - U.S. Government agencies only\n"
    "Distribution Statement C - U.S. Government agencies and their contractors\nDistribution Statement D - DoD and contractors",
    "approved for release": "DISTRIBUTION STATEMENT A. Approved for public release: distribution is unlimited.\n\n"
    + PLAIN,
    "approved for release, short": "Distribution A: approved for public release; distribution unlimited. Case 2026-0417.\n\n"
    + PLAIN,
    "memo to all": "Memorandum\n\nDistribution: all staff\nSubject: parking during the summit\n\nThe north lot is closed on Tuesday.",
    "memo with lists": "Distribution: B. Adams, C. Brown, D. Chen, F. Diaz\n\nMinutes of the weekly meeting. The caterer was confirmed.",
    "statement of distribution": "Statement of distribution to limited partners, fourth quarter. Distribution B shares receive 4.2 % per year.",
    "not controlled": "This document has been reviewed and contains no technical data controlled under the ITAR or the EAR.\n\n"
    + PLAIN,
    "does not contain": "This presentation does not contain export controlled information and may be shown to foreign nationals.\n\n"
    + PLAIN,
    "reviewed by NASA": "This material has been reviewed for export control and proprietary content and was determined to be non-sensitive. "
    "It was released to the public through the normal process.\n\n" + PLAIN,
    "not ITAR": "NOT ITAR CONTROLLED\n\n" + PLAIN,
    "EAR99": "Product sheet, cable tie\n\nECCN: EAR99\n\n" + PLAIN,
    "mass-market software": "License and export\n\nThe software uses standard encryption. ECCN 5D992.c. No license is required for most "
    "destinations.",
    "NDA": "Mutual non-disclosure agreement\n\n1. Purpose. The parties wish to discuss a possible hosted payload.\n\n7. Export control. Neither "
    "party shall disclose technical data controlled under the ITAR or the EAR without the written consent of the other party.",
    "NDA, marked by discloser": "8. Export controlled information. Before disclosure, the disclosing party shall identify any export controlled "
    "information and mark it \u201cExport Controlled\u201d. The receiving party may refuse to receive it.",
    "NDA heading": "9. EXPORT CONTROLLED INFORMATION\n\nThe parties do not expect to exchange export controlled information. If that changes, "
    "they will agree on a procedure first.",
    "NDA, may be subject": "The parties acknowledge that information exchanged under this Agreement may be subject to the export laws of the United "
    "States, including the ITAR and the EAR, and agree to comply with them.",
    "NDA of a foreign company": "Each party shall be responsible for its own export licences. No technical data shall be exported or "
    "re-exported in breach of the laws of the United States or Japan. This Agreement is governed by the laws of Japan.",
    "confidential NDA": "CONFIDENTIAL\n\nThis agreement is made between Halcyon Orbital and Duarte Capital. Confidential information means all "
    "information disclosed by either party.",
    "teaming agreement": "Teaming agreement\n\nArticle 12. Should performance require the transfer of ITAR-controlled technical data, the parties shall "
    "conclude a Technical Assistance Agreement (TAA) and obtain approval of the Department of State before any transfer.",
    "teaming agreement, CUI": "Article 14. If the prime contractor furnishes CUI, the subcontractor shall handle it as NIST SP 800-171 requires and "
    "shall flow this clause down to lower tiers.",
    "term sheet": "Term sheet, Series C\n\nThe investor acknowledges that closing is conditional on CFIUS clearance and, where required, on notice to DDTC "
    "under 22 CFR 122.4(b) at least sixty days before closing.",
    "press release": "Halcyon Orbital signs capacity agreement\n\nHouston, 3 March 2026. The company will host two payload racks. The agreement was reviewed "
    "for compliance with U.S. export control regulations. FOR IMMEDIATE RELEASE",
    "press release, licence": "The Department of State approved an export license for the mission, the company said on Monday. It needs three further "
    "licenses before the module may be shipped to the launch site.",
    "press release, award": "The Bureau of Industry and Security granted a license in June. Export-controlled parts will be handled by U.S. persons only, said the "
    "chief executive.",
    "brochure": "A platform for everybody\n\nPower 8 kW, racks 24, crew 4. Our export team guides partners from abroad through ITAR and EAR questions, "
    "so that your payload flies on time.",
    "brochure, ITAR-free": "ITAR-free reaction wheels\n\nOur wheels are developed in Europe and are not subject to the ITAR. Delivery within twelve weeks.",
    "job advertisement": "Propulsion engineer\n\nTo conform to U.S. export control regulations (ITAR), applicants must be a U.S. citizen, lawful permanent "
    "resident or protected individual. We are an equal opportunity employer.",
    "job advertisement, clearance": "Candidates with an active Secret or Top Secret clearance are preferred. The role handles controlled unclassified "
    "information (CUI) now and then.",
    "compliance policy": "Export compliance policy\n\nAll employees must protect technical data. Documents that contain ITAR technical data must be marked as "
    "such and kept on the restricted drive. Questions go to the compliance officer.",
    "compliance policy, legend text": "Each page of a controlled drawing must bear the legend \u201cThis document contains technical data controlled under the ITAR\u201d. "
    "Drawings without the legend are returned to the author.",
    "compliance slide": "Know the words\n\nNOFORN: not releasable to foreign nationals\nREL TO: may be released to the countries named\nFOUO: an old label, "
    "replaced by CUI\n\nIf you see one of these on a document, stop and call us.",
    "proposed rule": "The Bureau proposes to revise ECCN 9A515 to clarify which crewed spacecraft remain subject to the EAR. Comments are due within thirty days. "
    "The proposal would remove two notes from Category XV of the U.S. Munitions List.",
    "comment letter": "We support the move of crewed habitats from USML Category XV(a) to ECCN 9A515. License Exception STA should be available for "
    "Country Group A:5.",
    "law firm note": "Client alert: what counts as an export\n\nReleasing technology to a foreign national in the United States is a deemed export. Violations "
    "of the export laws can lead to severe criminal penalties. Companies may want to review who can see their drives.",
    "regulations summary": "22 CFR 120.33 defines technical data. 15 CFR 734.13 defines export. 32 CFR 2002 governs CUI. Readers should consult the "
    "regulations themselves, since summaries leave things out.",
    "court case": "The indictment says that the defendant sent technical data controlled under the ITAR to a buyer abroad. The data concerned night vision "
    "equipment. He pleaded not guilty.",
    "thesis": "Chapter 4 examines how firms decide whether technical data is subject to the ITAR. Interviews with 22 export officers show that doubtful "
    "cases take between nine days and five months.",
    "history": "During the war the report was stamped SECRET and kept in a vault. It was declassified in 1974 and is now in the national archive.",
    "ear, the organ": "The ear and weightlessness\n\nFluid shifts towards the head change hearing. Subjects wore an in-ear thermometer. EAR pressure tests were "
    "repeated weekly.",
    "cui bono": "Cui bono?\n\nWho gains from a second station in the same orbit? The question that the Romans asked, cui bono, is asked too seldom about "
    "public money.",
    "CUI, a city": "Cui (崔) is a Chinese family name. Dr. CUI Wei presented the results of the protein crystal experiment.",
    "REL, the word": "Figure 3. Rel. humidity against time. REL TO BASELINE the humidity rose by four percent.",
    "controlled environment": "Controlled environment\n\nSamples are kept at a controlled temperature. Access to the clean room is controlled. Unclassified "
    "samples are stored in rack B.",
    "document control": "CONTROLLED COPY\n\nQuality manual, issue 7. Printed copies are uncontrolled. Controlled by the quality department.",
    "document control, block": "Document control\n\nPrepared by: A. Lund\nControlled by: Quality Assurance\nDistribution: internal\nRevision: D\n\n"
    + PLAIN,
    "statement of work": "The contractor shall deliver technical data in accordance with the contract data requirements list. Distribution statement: as "
    "specified in block 9 of each item.",
    "invoice": "Invoice 2026-0091\n\nCategory IV consulting services, 12 hours. Terms net 30 days. Bank details below.",
    "chapters in Roman numbers": "Category XV of the prize goes to the best student payload. Part IV, section (a), lists former winners.",
    "licence numbers": "Export of agricultural goods under licence GBOIE2020/01234 continues as before. Driving licence number 050 998 877 was found "
    "at the reception desk.",
    "FCC licence": "The company holds FCC license number 1234567 for the telemetry downlink and an ITU filing for the return band.",
    "software licence": "This software is provided under the Apache License 2.0. You may not export or re-export it to embargoed destinations.",
    "web site terms": "You agree to comply with all export laws that apply to your use of the service, including the EAR, and confirm that you are not "
    "on a restricted party list.",
    "user guide": "The form asks whether your project involves technical data controlled under the ITAR or the EAR. If you are unsure, choose \u201cI am not "
    "sure\u201d and contact the export desk.",
    "checklist": "Before you upload\n\nDoes the file carry a CUI banner? Is it marked NOFORN? Does it bear a distribution statement B, C, D, E or F? If "
    "so, stop.",
    "policy steps": "Step 2: find out the jurisdiction. If the item is on the USML, a DSP-5 or TAA from DDTC is needed, which takes 30 to 60 days. If it is on "
    "the CCL, look at the ECCN and the country chart.",
    "foreign ministry note": "The ministry notes that an agreement under Section 123 is a different matter. ITAR exemptions for Australia and the United Kingdom "
    "took effect in 2024.",
    "French on ITAR": "La réforme de la réglementation ITAR\n\nLes entreprises européennes cherchent des composants qui ne sont pas soumis à l'ITAR. Cet article "
    "résume le débat.",
    "German on ITAR": "Was bedeutet ITAR für europäische Zulieferer?\n\nDer Beitrag erklärt, wann ein Bauteil den ITAR unterliegt und wann die EAR gelten.",
    "Spanish denial": "Este folleto no contiene datos técnicos controlados por el ITAR. " + PLAIN,
    "Japanese on export control": "輸出管理の概要\n\n本資料は、ITARおよびEARの仕組みを一般向けに説明するものです。技術データは含まれていません。",
    "Russian note": "Обзор правил экспортного контроля США. Статья рассказывает, как ITAR и EAR влияют на рынок спутников.",
    "numbers": "Mass budget (kg)\n\nStructure 4120, life support 980, power 1330, margin 15 %, total 7395.",
    "biography": "Ana Duarte leads investments in space infrastructure. She served on an advisory committee on export controls from 2019 to 2023.",
    "agenda": "09:00 Opening\n09:30 Panel: ITAR, EAR and the new stations\n11:00 Workshop: handling CUI in small companies\n12:30 Lunch",
    "workshop title": "CUI for small businesses",
    "course title": "ITAR COMPLIANCE TRAINING\n\nModule 1: what is a defense article?\nModule 2: who is a foreign person?",
    "export controls heading": "EXPORT CONTROLS\n\nThe company has a compliance program. No violations were reported in the period.",
    "risk factors": "Risk factors\n\nOur products are subject to U.S. export control laws, including the ITAR. If we fail to obtain licenses, our business "
    "could suffer. Some of our contracts give us access to classified information.",
    "prospectus": "Some of our technology is controlled under the EAR, and exports of it require a license. We cannot assure investors that licenses will be "
    "granted.",
    "annual report": "The number of agreements under the ITAR rose from 14 to 19. Two TAAs were amended. Compliance cost was 1.2 million dollars.",
    "open data": "License: CC BY 4.0. This data set contains radiation measurements of a public mission and may be used freely.",
    "technical paper": "We describe a two-phase loop for a commercial habitat. The design uses ammonia outside and water inside. Pressure drop agrees with the "
    "model within 6 percent.\n\nApproved for public release, case 26-S-0412.",
    "conference disclaimer": "The views expressed are those of the authors and do not reflect the policy of any agency. Cleared for open publication 14 January 2026.",
    "letter of interest": "Dear colleagues, our fund would like to learn more about the airlock module. Please tell us which information you can share without an "
    "export license.",
    "due diligence list": "Please send: corporate documents, export classification of main products, list of TAAs and licenses, CUI policy, incident log.",
    "pricing": "BUSINESS CONFIDENTIAL\n\nPrice per locker and month: 41,000 USD in year one. Halcyon Orbital proprietary information.",
    "limited rights": "Halcyon Orbital Proprietary. Use or disclosure is subject to the restriction on the title page of this proposal.",
    "warning": "WARNING: high voltage. Disconnect the supply before you open the case. Controlled discharge takes three minutes.",
    "museum": "Visitors may not photograph the exhibit marked Top Secret, a film prop from 1983.",
    "game": "In the card game, each player holds a SECRET card and a PUBLIC card.",
    "privacy notice": "We process personal data in accordance with the GDPR. Access is limited to staff who need it. Sensitive but necessary data is encrypted.",
    "acronyms": "Acronyms\n\nCUI  Controlled Unclassified Information\nEAR  Export Administration Regulations\nITAR  International Traffic in Arms "
    "Regulations\nNOFORN  Not Releasable to Foreign Nationals\nUSML  United States Munitions List",
    "glossary": "Export controlled: said of items that need a license. Foreign person: anybody who is not a U.S. person. Technical data: see 22 CFR 120.33.",
    "quiz": "Question 5. A colleague sends you a file whose header reads \u201cCUI//SP-EXPT\u201d. What do you do? (a) forward it (b) report it (c) print it",
    "minutes": "The board asked whether the drawings are export controlled. Counsel will answer at the next meeting.",
    "e-mail": "Hi Ren, is the attached price list free of ITAR data? Legal says yes. Best, Marcus",
    "grant call": "Proposals must not contain classified, export-controlled or CUI material. Proposals that contain such material will be returned without review.",
    "submission rules": "Authors shall not submit papers that contain technical data controlled by the ITAR. All papers are published openly.",
    "audit finding": "Finding 3: two of forty drawings lacked the ITAR legend. The company corrected the template in May.",
    "contract list": "Contract 80EX-C-1234, option B exercised. Distribution: contracting officer, finance, file.",
}

LAID_OUT: list[tuple[str, dict[str, object], str]] = [
    ("proprietary head", {"head": "Halcyon Orbital Proprietary", "foot": "Page 1 of 3"}, PLAIN),
    ("confidential foot", {"foot": "CONFIDENTIAL | Page 2"}, PLAIN),
    ("draft watermark", {"across": "DRAFT"}, PLAIN),
    ("confidential watermark", {"across": "CONFIDENTIAL"}, PLAIN),
    ("policy brief with its title in the head", {"head": "ITAR reform: a policy brief"}, SPEAKING["policy paper"]),
    ("training with its title in the head", {"head": "CUI Awareness Training 2026", "foot": "Halcyon Orbital"}, SPEAKING["CUI training"]),
    ("statement A in the foot", {"foot": "DISTRIBUTION STATEMENT A: Approved for public release. Distribution unlimited."}, PLAIN),
    ("not export controlled in the foot", {"foot": "Contains no export controlled technical data"}, PLAIN),
    ("public banner", {"head": "PUBLIC", "foot": "Unclassified"}, PLAIN),
    ("two columns on the EAR", {"columns": 2, "size": 8, "justify": True, "hyphenate": True}, SPEAKING["EAR overview"]),
    ("slides on classification", {"size": 22, "flipped": True}, SPEAKING["ECCN in a FAQ"]),
    ("narrow columns on CUI", {"columns": 3, "size": 8, "hyphenate": True}, SPEAKING["CUI essay"]),
    ("press kit", {"head": "FOR IMMEDIATE RELEASE"}, SPEAKING["press release"]),
]  # fmt: skip

NAMES = [
    "ITAR-reform-policy-paper.pdf", "CUI awareness training 2026.pdf", "EAR_overview_for_investors.pdf", "middle-ear-study.pdf",
    "distribution-list.pdf", "Understanding ECCN 9A515 - FAQ.pdf", "export-control-policy.pdf", "NDA_Halcyon_Duarte.pdf",
    "price list (confidential).pdf", "Cui Wei - curriculum vitae.pdf", "not export controlled - brochure.pdf", "relative-humidity.pdf",
    "Series-D-term-sheet.pdf",
]  # fmt: skip


@cache
def clean() -> list[Sample]:
    """Every clean file."""
    found = [Sample(f"PDF: {what}", pdf(words)) for what, words in SPEAKING.items()]
    found += [Sample(f"layout: {what}", pdf(words, **layout)) for what, layout, words in LAID_OUT]
    found += [Sample(f"name: {name}", pdf(PLAIN), Kind.PDF, name) for name in NAMES]
    office = [
        ("Word policy", Kind.DOCX, docx(*SPEAKING["compliance policy"].split("\n\n"), head="Export compliance policy")),
        ("Word NDA", Kind.DOCX, docx(*SPEAKING["NDA"].split("\n\n"), foot="Confidential")),
        ("Word properties", Kind.DOCX, docx(PLAIN, properties={"title": "Panel test", "subject": "Export controls, an overview"})),
        ("Word label public", Kind.DOCX, docx(PLAIN, custom={"MSIP_Label_77_Name": "Public"})),
        ("Word comment", Kind.DOCX, docx(PLAIN, comment="Is this ITAR? Please ask Marcus before we send it.")),
        ("sheet of racks", Kind.XLSX, xlsx(["rack", "power (W)"], ["A1", 500], ["B2", 250])),
        ("sheet of ECCNs explained", Kind.XLSX, xlsx(["ECCN", "Meaning"], ["9A515", "Spacecraft and related commodities"], ["9E515", "Technology"])),
        ("sheet of parts without control", Kind.XLSX, xlsx(["Part number", "Description", "ECCN"], ["77-1", "Cable tie", "EAR99"])),
        ("sheet head", Kind.XLSX, xlsx(["a", "b"], head="&CCompany confidential")),
        ("CSV of contacts", Kind.CSV, b"name,country,topic\nAna,PT,ITAR and EAR questions\nRen,JP,hosted payload\n"),
        ("CSV of regulations", Kind.CSV, b"citation,subject\n22 CFR 120-130,ITAR\n15 CFR 730-774,EAR\n32 CFR 2002,CUI\n"),
    ]  # fmt: skip
    found += [Sample(f"Office: {what}", content, kind, f"document.{kind.value}") for what, kind, content in office]
    found.append(
        Sample("properties: policy title", pdf(PLAIN, info={"Title": "ITAR reform and the commercial station"}))
    )
    found.append(
        Sample("properties: keywords", pdf(PLAIN, info={"Keywords": "ITAR, EAR, CUI, export controls, policy"}))
    )
    return found
