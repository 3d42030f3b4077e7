# ruff: noqa: E501 - samples are easier to read whole
# fmt: off
"""A fourth lot, written without sight of the scan and measured before the scan was changed for any of it."""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, xlsx

RADIATOR = "Deployable radiator, test report\n\nThe panel was cycled forty times between 95 and 320 K. Hinge torque rose by six percent after the twelfth cycle and stayed level.\n\nThe next article flies with a wider hinge pin."
BUDGET = "Power budget, revision 4\n\nThe bus delivers 4.2 kW at the beginning of life. Payload peak is 2.9 kW in sunlight and 1.1 kW in eclipse.\n\nBattery depth of discharge stays under 28 percent."
LETTER = "To the programme manager\n\nWe thank you for the visit on 4 March and send the figures you asked for.\n\nThe supplier of the valves has moved the delivery to June."
MEMO = "MEMORANDUM FOR RECORD\n\nSUBJECT: Second thermal balance review\n\n1. The review was held on 11 May with the contractor.\n\n2. Two actions remain open.\n\n3. The point of contact is the undersigned."


def _marked() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("CUI banner with specified category", pdf(RADIATOR, BUDGET, head="CUI//SP-CTI"), p, "a.pdf"),
        ("CUI export and noforn", pdf(BUDGET, head="CUI//SP-EXPT//NOFORN", foot="CUI//SP-EXPT//NOFORN"), p, "a.pdf"),
        ("CONTROLLED at head and foot", pdf(MEMO, BUDGET, head="CONTROLLED", foot="CONTROLLED"), p, "a.pdf"),
        ("CONTROLLED with category", pdf(MEMO, head="CONTROLLED//PRVCY"), p, "a.pdf"),
        ("basic CUI only at the foot", pdf(LETTER, RADIATOR, foot="CUI"), p, "a.pdf"),
        ("indicator block", pdf(MEMO + "\n\nControlled by: Space Systems Command\nControlled by: SSC/BC\nCUI Category: CTI, EXPT\nDistribution/Dissemination Control: FEDCON\nPOC: J. Rivera, 310-555-0142"), p, "a.pdf"),
        ("indicator block in a footer", pdf(RADIATOR, foot="Controlled by: NASA/GRC  CUI Category(ies): Proprietary  Limited Dissemination Control: FED ONLY  POC: k.osei@example.gov"), p, "a.pdf"),
        ("portion marks in the paragraphs", pdf("Thermal study\n\n(U) The bus is commercial.\n\n(CUI) The coating reaches an emissivity of 0.91 after ageing.\n\n(U) The next review is in May."), p, "a.pdf"),
        ("portion mark with category", pdf("1. Scope\n\n(CUI//SP-EXPT) The nozzle throat is 14 mm wide.\n\n2. Schedule"), p, "a.pdf"),
        ("FOUO old banner", pdf(MEMO, foot="UNCLASSIFIED//FOR OFFICIAL USE ONLY"), p, "a.pdf"),
        ("FOUO short banner", pdf(MEMO, BUDGET, head="U//FOUO", foot="U//FOUO"), p, "a.pdf"),
        ("FOUO portion", pdf("Site plan\n\n(U//FOUO) Gate three opens at 0500.\n\n(U) Visitors park outside."), p, "a.pdf"),
        ("SBU line of NASA", pdf(LETTER, head="SENSITIVE BUT UNCLASSIFIED (SBU)"), p, "a.pdf"),
        ("LES line", pdf(LETTER, head="LAW ENFORCEMENT SENSITIVE"), p, "a.pdf"),
        ("UCNI cover", pdf("UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION\nNOT FOR PUBLIC DISSEMINATION\nUnauthorized dissemination subject to civil and criminal sanctions under section 148 of the Atomic Energy Act of 1954, as amended (42 U.S.C. 2168).\n\n" + BUDGET), p, "a.pdf"),
        ("OUO stamp of Energy", pdf(BUDGET + "\n\nOFFICIAL USE ONLY\nMay be exempt from public release under the Freedom of Information Act (5 U.S.C. 552), exemption number and category: 4, Commercial/Proprietary."), p, "a.pdf"),
        ("SSI footer", pdf(LETTER, foot="WARNING: This record contains Sensitive Security Information that is controlled under 49 CFR parts 15 and 1520."), p, "a.pdf"),
        ("distribution B", pdf(RADIATOR + "\n\nDISTRIBUTION STATEMENT B. Distribution authorized to U.S. Government agencies only; Test and Evaluation; 12 May 2021. Other requests for this document shall be referred to AFRL/RQRS, Edwards AFB, CA."), p, "a.pdf"),
        ("distribution C", pdf("Distribution Statement C: Distribution authorized to U.S. Government agencies and their contractors, critical technology, May 2022. Other requests shall be referred to NAVAIR.\n\n" + BUDGET), p, "a.pdf"),
        ("distribution D", pdf(BUDGET, foot="DISTRIBUTION D. Distribution authorized to the Department of Defense and U.S. DoD contractors only (Critical Technology) (6 Jun 2020)."), p, "a.pdf"),
        ("distribution E without number", pdf(MEMO + "\n\nDistribution authorized to DoD Components only; Administrative or Operational Use; 3 April 2019. Other requests shall be referred to the program office."), p, "a.pdf"),
        ("distribution F", pdf(BUDGET + "\n\nDISTRIBUTION STATEMENT F. Further dissemination only as directed by PEO Space (9 Aug 2021) or higher DoD authority."), p, "a.pdf"),
        ("DISTRO C short", pdf(RADIATOR, BUDGET, foot="DISTRO C"), p, "a.pdf"),
        ("Dist D short", pdf(RADIATOR, foot="ABC Rocket Co.   Dist. D   Page 3"), p, "a.pdf"),
        ("Air Force destruction notice", pdf(MEMO + "\n\nDESTRUCTION NOTICE - Destroy by any method that will prevent disclosure of contents or reconstruction of the document."), p, "a.pdf"),
        ("arms export act warning", pdf(RADIATOR + "\n\nWARNING - This document contains technical data whose export is restricted by the Arms Export Control Act (Title 22, U.S.C., Sec 2751 et seq.) or the Export Administration Act of 1979, as amended, Title 50, U.S.C., App. 2401 et seq. Violations of these export laws are subject to severe criminal penalties."), p, "a.pdf"),
        ("contractor ITAR footer", pdf(BUDGET, foot="ITAR Controlled - Export authorization required"), p, "a.pdf"),
        ("ECCN and no licence exception", pdf(BUDGET, foot="EAR 9E515.a - NLR not authorised"), p, "a.pdf"),
        ("subject to the EAR with its number", pdf(RADIATOR, foot="Subject to the EAR, ECCN 9A515.x"), p, "a.pdf"),
        ("USML category in the footer", pdf(RADIATOR, foot="USML Category XV(e)"), p, "a.pdf"),
        ("export controlled information", pdf(LETTER, head="Export Controlled Information"), p, "a.pdf"),
        ("no foreign nationals", pdf(BUDGET, foot="Lumen Orbital   |   No foreign nationals   |   14"), p, "a.pdf"),
        ("US persons only stamp", pdf(BUDGET, across="US PERSONS ONLY"), p, "a.pdf"),
        ("not releasable", pdf(MEMO, head="NOT RELEASABLE TO FOREIGN NATIONALS"), p, "a.pdf"),
        ("rel to", pdf(MEMO, head="UNCLASSIFIED//REL TO USA, GBR"), p, "a.pdf"),
        ("rel to alone", pdf(MEMO, BUDGET, foot="REL TO USA, AUS, GBR"), p, "a.pdf"),
        ("EXPORT-CONTROLLED with hyphen", pdf(RADIATOR, head="EXPORT-CONTROLLED"), p, "a.pdf"),
        ("15 CFR 774 in a sentence", pdf(BUDGET + "\n\nThis file contains technology controlled under 15 CFR 774."), p, "a.pdf"),
        ("ITAR restricted technical data", pdf(RADIATOR, foot="Technical Data - ITAR Restricted: transfer to foreign persons prohibited"), p, "a.pdf"),
        ("drawing note", pdf("NOTES: UNLESS OTHERWISE SPECIFIED\n1. DIMENSIONS ARE IN MILLIMETRES.\n2. TORQUE TO 4 NM.\n3. THE INFORMATION IN THIS DRAWING IS SUBJECT TO THE INTERNATIONAL TRAFFIC IN ARMS REGULATIONS (ITAR) AND MAY NOT BE DISCLOSED TO A FOREIGN PERSON WITHOUT PRIOR APPROVAL.", flipped=True), p, "a.pdf"),
        ("jurisdiction and classification block", pdf(BUDGET + "\n\nExport Jurisdiction: EAR\nECCN: 9E515.a\nReason for control: NS, RS, MT"), p, "a.pdf"),
        ("legend of a proposal", pdf(LETTER, foot="These items are controlled by the U.S. Government and authorized for export only to the country of ultimate destination for use by the ultimate consignee."), p, "a.pdf"),
        ("letters pulled apart", pdf(BUDGET, head="C U I / / S P - C T I"), p, "a.pdf"),
        ("turned stamp with ITAR", pdf(RADIATOR, across="ITAR"), p, "a.pdf"),
        ("email subject", pdf("From: D. Pham\nTo: L. Ortiz\nSubject: [CUI] Torque results\n\nLeo,\n\nplease find the torque results below. The second hinge failed."), p, "a.pdf"),
        ("cover sheet", pdf("CONTROLLED UNCLASSIFIED INFORMATION\n\nATTENTION\n\nAll individuals handling this information are required to protect it from unauthorized disclosure.", BUDGET), p, "a.pdf"),
        ("DOCX header", docx("Torque results", "The second hinge failed.", head="CUI//SP-CTI//FEDCON"), d, "torque.docx"),
        ("DOCX notice at the end", docx("Test plan", "Twelve cycles are run.", "Notice: Release of this data to non-U.S. persons requires a licence from the Department of State."), d, "plan.docx"),
        ("DOCX with a licence number", docx("Technical data in this package is exported under TAA 1234-21 and may not be retransferred without approval of DDTC.", "Interface pins are listed below."), d, "icd.docx"),
        ("DOCX custom label", docx("Interface pins", "Pin 4 is ground.", custom={"Classification": "Export Controlled - ITAR"}), d, "pins.docx"),
        ("DOCX named CUI", docx("Quarterly figures", "Costs rose by two percent."), d, "CUI_Report.docx"),
        ("PDF named ITAR", pdf(RADIATOR), p, "thermal_ITAR.pdf"),
        ("PDF named FOUO", pdf(RADIATOR), p, "2021-05 site plan (FOUO).pdf"),
        ("PDF keywords", pdf(BUDGET, info={"Keywords": "radiator, hinge, export controlled, ITAR"}), p, "a.pdf"),
        ("PDF subject", pdf(BUDGET, info={"Subject": "Distribution Statement D"}), p, "a.pdf"),
        ("XLSX with a Classification column", xlsx(["Part", "Mass", "Classification"], ["Hinge", 0.41, "EAR99"], ["Thruster valve", 0.22, "USML XV(e)(12)"], ["Latch", 0.1, "9A515.x"]), x, "parts.xlsx"),
        ("XLSX with a top line", xlsx(["CUI"], ["Part", "Mass"], ["Hinge", 0.41]), x, "parts.xlsx"),
        ("XLSX with jurisdiction columns", xlsx(["Item", "Jurisdiction", "ECCN/USML"], ["Star tracker", "EAR", "9A515.x"], ["Valve", "ITAR", "XV(e)"]), x, "matrix.xlsx"),
        ("CSV with a notice above", b"# Export controlled data - U.S. persons only\npart,mass\nhinge,0.41\n", c, "parts.csv"),
        ("CSV with a marking column", b"id,title,marking\n1,Hinge torque,CUI//SP-CTI\n2,Menu,U\n", c, "list.csv"),
    ]


def _clean() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("press release on a rule", pdf("FOR IMMEDIATE RELEASE\n\nCommerce eases licence rules for commercial spacecraft\n\nWASHINGTON - The Bureau of Industry and Security today published a rule that removes licence requirements for certain spacecraft items controlled under ECCN 9A515 when exported to Australia, Canada and the United Kingdom. \"This supports our allies,\" the Under Secretary said."), p, "a.pdf"),
        ("NASA policy paper", pdf("Export control reform and civil space\n\nBefore 2014 most satellites and their technical data were controlled on the U.S. Munitions List, Category XV. The reform moved commercial satellites to the Commerce Control List under ECCN 9A515.\n\nTechnical data on crewed vehicles stayed for some time under the ITAR. This paper reviews how the change was felt by universities."), p, "a.pdf"),
        ("law review article", pdf("Deemed exports and the campus\n\nA deemed export occurs when controlled technology is released to a foreign national in the United States. Under 15 CFR 734.13 the release is treated as an export to the home country of the person. We argue that the rule should be narrowed."), p, "a.pdf"),
        ("NDA, confidential", pdf("MUTUAL NON-DISCLOSURE AGREEMENT\n\n1. Confidential Information means all information disclosed by one party to the other.\n\n7. Export. Neither party shall export technical data received under this agreement in violation of the ITAR or the EAR. A party shall mark and give notice before it discloses export-controlled technical data.", head="Confidential - subject to NDA"), p, "a.pdf"),
        ("company proprietary footer", pdf(BUDGET, foot="Company Proprietary"), p, "a.pdf"),
        ("brochure, EAR99", pdf("Lightweight racks for orbit\n\nOur products are EAR99 or subject to the EAR; contact us for the classification of a part. Delivery is twelve weeks."), p, "a.pdf"),
        ("brochure, ITAR-free", pdf("ITAR-free star trackers from Toulouse\n\nOur trackers contain no U.S.-origin parts and are not subject to the ITAR. They fly on nineteen spacecraft."), p, "a.pdf"),
        ("job advert", pdf("Senior thermal engineer, Denver\n\nYou will lead the design of radiators. To conform to U.S. Government export regulations, applicant must be a (i) U.S. citizen or national, (ii) U.S. lawful permanent resident, (iii) refugee or (iv) asylee, or be eligible to obtain the required authorizations from the U.S. Department of State."), p, "a.pdf"),
        ("job advert, short", docx("Technician wanted", "This position requires access to information that is subject to ITAR. U.S. person status is required.", "Apply by May."), d, "advert.docx"),
        ("job advert, plain words", pdf("Intern, guidance software\n\nRequirements: BSc in progress; C++; U.S. persons only due to export control regulations. We are an equal opportunity employer."), p, "a.pdf"),
        ("training slide on CUI", pdf("CUI in ten minutes\n\nWhat is CUI?\nControlled Unclassified Information is information the government creates or possesses that law or policy requires to be protected.\n\nMark each page with CUI at the top and the bottom. Put the designation indicator on the first page.", "Quiz\n\nWhere does the banner go? Which categories need SP-?", flipped=True), p, "cui_training.pdf"),
        ("training, legacy marks", pdf("From FOUO to CUI\n\nThe legacy markings FOUO, SBU and LES are being phased out. Do not use them on new documents. Agencies replace them with CUI as they reissue."), p, "a.pdf"),
        ("academic paper on encryption rules", pdf("Abstract\n\nWe study how ECCN 5A002 classifications affected the market of secure telephones between 1998 and 2010. The sample has 412 firms.\n\nKeywords: export control, dual use, encryption"), p, "a.pdf"),
        ("contract clause", pdf("Article 14. Export compliance\n\n14.1 The Supplier shall comply with all applicable export laws, including the ITAR (22 CFR 120-130) and the EAR (15 CFR 730-774).\n\n14.2 The Supplier shall identify the ECCN or USML category of each deliverable.\n\n14.3 No technical data shall be transferred to a foreign person without written consent and any required licence."), p, "a.pdf"),
        ("DFARS flow-down list", pdf("Flow-down clauses\n\n252.204-7012 Safeguarding Covered Defense Information and Cyber Incident Reporting\n252.225-7048 Export-Controlled Items\n252.204-7020 NIST SP 800-171 DoD Assessment Requirements"), p, "a.pdf"),
        ("FAQ on ECCNs", pdf("Frequently asked questions\n\nWhat is an ECCN?\nAn Export Control Classification Number is five characters long, for example 9A515 or 3A001.\n\nIs my satellite part 9A515.x?\nIt is if it is specially designed and not named elsewhere.\n\nWhat is EAR99?\nEAR99 items are subject to the EAR but not listed."), p, "a.pdf"),
        ("distribution A", pdf(RADIATOR, foot="DISTRIBUTION STATEMENT A. Approved for public release; distribution is unlimited."), p, "a.pdf"),
        ("approved for public release", pdf(RADIATOR, foot="Approved for public release; distribution is unlimited. AFRL-2023-1188"), p, "a.pdf"),
        ("cleared at NASA", pdf(BUDGET, foot="This material has been reviewed and contains no export controlled information. STRIVES 20230004411"), p, "a.pdf"),
        ("minutes", pdf("Minutes, export control working group, 3 June\n\nPresent: five members.\n\nMs Haddad asked whether the drawings would be ITAR controlled. Mr Cole answered that counsel expects EAR99.\n\nAction: Mr Cole to ask for a commodity jurisdiction."), p, "a.pdf"),
        ("teaming agreement", pdf("Teaming agreement\n\n9. The parties recognise that information exchanged may be subject to U.S. export control laws. Each party shall get any licence required before it discloses such information to foreign persons.\n\n10. This agreement ends after two years."), p, "a.pdf"),
        ("ear protection brochure", pdf("Ear protection for launch crews\n\nEar defenders reduce noise by 31 dB. Subject to the ear size, choose S, M or L."), p, "a.pdf"),
        ("cui bono", pdf("Cui bono? Notes on Cicero\n\nCicero borrowed the question from Lucius Cassius: cui bono fuisset? The dative cui means to whom."), p, "cui bono.pdf"),
        ("GDPR notice", pdf("Privacy notice\n\nThe controller is Lumen GmbH. Data are processed under Article 6(1)(b) GDPR. Transfers to third countries are controlled by standard contractual clauses."), p, "a.pdf"),
        ("controlled document", pdf(BUDGET, foot="Controlled document. Printed copies are uncontrolled. Rev C"), p, "a.pdf"),
        ("uncontrolled if printed", pdf(RADIATOR, foot="UNCONTROLLED IF PRINTED"), p, "a.pdf"),
        ("quality manual", pdf("4.2 Control of documents\n\nControlled copies are listed by the quality office. Distribution: B. Weiss, C. Lang, D. Roth.\n\nControlled by: Quality"), p, "a.pdf"),
        ("data sheet with a classification", pdf("XR-2 reaction wheel\n\nMomentum 1.2 Nms. Mass 0.9 kg.\n\nExport classification: EAR99. No licence required to most destinations."), p, "a.pdf"),
        ("speech", pdf("Remarks to the satellite industry association\n\nI have heard you: the words export controlled should not be stamped on every page. When everything is marked NOFORN, our allies stop calling."), p, "a.pdf"),
        ("history of markings", pdf("A short history of official secrecy\n\nIn the 1970s agencies had more than a hundred marks: For Official Use Only, Limited Official Use, Sensitive But Unclassified, Law Enforcement Sensitive. Executive Order 13556 replaced them with one program."), p, "a.pdf"),
        ("conference call for papers", pdf("Call for papers\n\nAuthors must make sure that abstracts are cleared for public release. Do not submit papers that contain ITAR-controlled, export-controlled or classified information."), p, "a.pdf"),
        ("summit guidance", pdf("Guidance for exhibitors\n\nPlease do not upload CUI, ITAR technical data or documents with distribution statements B to F. Everything in the room must be releasable to all delegations."), p, "a.pdf"),
        ("web site terms", docx("Terms of use", "You may not use this site in violation of U.S. export laws. Software downloaded from this site may be subject to the Export Administration Regulations.", "These terms are ruled by the law of Delaware."), d, "terms.docx"),
        ("annual report risk", pdf("Risk factors\n\nOur business is subject to the ITAR and the EAR. If we fail to obtain licences, our sales may fall. Violations can bring severe civil and criminal penalties and debarment."), p, "a.pdf"),
        ("company profile", pdf("About us\n\nWe are ITAR registered and AS9100 certified. Our engineers have supported programmes controlled under USML Categories IV and XV since 2003. Ninety staff, two sites."), p, "a.pdf"),
        ("capability statement", pdf("CAPABILITY STATEMENT\n\nNAICS 336414, 541715. CAGE 0ABC1. DDTC registered. CMMC Level 2. We handle CUI and export-controlled data for six agencies.", foot="www.example.com"), p, "a.pdf"),
        ("solicitation text", pdf("Request for information\n\nThis is a request for information only. Responses shall not contain classified or controlled unclassified information. Foreign owned firms may respond. Offerors who need the export-controlled annex shall hold a valid JCP certification (DD 2345)."), p, "a.pdf"),
        ("syllabus", pdf("AE 531 Spacecraft thermal control\n\nAll course material is fundamental research and published; no ITAR restrictions apply. International students are welcome."), p, "a.pdf"),
        ("shipping invoice", pdf("COMMERCIAL INVOICE\n\nItem: aluminium brackets, 40 pieces. HTS 7616.99. ECCN: EAR99. Licence: NLR. Country of origin: US."), p, "a.pdf"),
        ("table of rules", pdf("Table 2. Control lists compared\n\nList   Regime   Example\nUSML XV   ITAR   military satellites\nCCL 9A515   EAR   commercial satellites\nEU 2021/821   9A004   spacecraft"), p, "a.pdf"),
        ("environment report", pdf("Groundwater monitoring\n\nStatement of results: wells B, C and D are within limits. Distribution of nitrates is even."), p, "a.pdf"),
        ("electric distribution", pdf("Distribution board D\n\nFeeds: racks 1 to 8. Statement of load: 14 kW. Controlled by: PLC 3."), p, "a.pdf"),
        ("probability lecture", pdf("Distribution F\n\nThe F distribution arises as a ratio of two chi-squared variables. Statement B follows from lemma 2."), p, "a.pdf"),
        ("French study", pdf("Le contrôle des exportations\n\nLes biens soumis à l'ITAR et à l'EAR ne peuvent être réexportés sans licence. L'étude compare le régime français et le régime américain."), p, "a.pdf"),
        ("German data sheet", pdf("Datenblatt Kamera K4\n\nAL: N. ECCN: EAR99. Ausfuhr innerhalb der EU ohne Genehmigung."), p, "a.pdf"),
        ("student handbook", pdf("Visas and export control\n\nSome laboratories are open to U.S. persons only. Ask the export control officer before you join a project."), p, "a.pdf"),
        ("news article", pdf("Leaked memo was marked CUI, officials say\n\nA memo marked \"CUI//FEDCON\" appeared on a chat site on Tuesday, two officials said. The Pentagon opened an inquiry."), p, "a.pdf"),
        ("DOCX style guide", docx("Marking guide for authors", "Use the line \"Distribution authorized to U.S. Government agencies only\" for statement B, and \"DISTRIBUTION STATEMENT C\" for contractors.", "Ask the security office when in doubt."), d, "guide.docx"),
        ("DOCX plain plan", docx("Project plan", "The team meets weekly. Budget control lies with the CFO."), d, "plan.docx"),
        ("DOCX with confidential label", docx("Price list", "Prices are in euro.", head="Confidential", custom={"Classification": "Company Internal"}), d, "prices.docx"),
        ("XLSX bill of materials, all free", xlsx(["Part", "Mass", "ECCN"], ["Hinge", 0.41, "EAR99"], ["Latch", 0.22, "EAR99"]), x, "bom.xlsx"),
        ("XLSX classification of accounts", xlsx(["Account", "Classification", "Sum"], ["4000", "Income", 18.2], ["6000", "Cost", 9.1]), x, "accounts.xlsx"),
        ("XLSX delegates", xlsx(["Name", "Country", "Title"], ["Cui Wei", "China", "Director"], ["Itar Cohen", "Israel", "Counsel"]), x, "delegates.xlsx"),
        ("XLSX checklist", xlsx(["Question", "Answer"], ["Does the file contain ITAR technical data?", "No"], ["Does the file contain CUI?", "No"]), x, "attestation.xlsx"),
        ("CSV of rules", b"year,rule,subject\n2014,79 FR 27417,Satellites moved from USML XV to 9A515\n2017,82 FR 2875,Second satellite rule\n", c, "rules.csv"),
        ("CSV of persons", b"name,ear tag,sex\nBella,9A515,F\nRosa,9A516,F\n", c, "herd.csv"),
        ("name about the reform", pdf(LETTER), p, "ITAR reform talking points.pdf"),
        ("name of a course", pdf(LETTER), p, "Introduction to CUI - course outline.pdf"),
        ("keywords about control", pdf("Satellite exports after 2014\n\nWe measure sales before and after the reform.", info={"Keywords": "ITAR, export controls, satellite industry", "Title": "Satellite exports after 2014"}), p, "a.pdf"),
        ("open source notice", pdf("Open source flight software\n\nThis software has been classified as EAR99 and is publicly available; it is not subject to the EAR under 15 CFR 734.7."), p, "a.pdf"),
    ]


@cache
def fourth_marked() -> list[Sample]:
    """The marked files of this lot."""
    return [Sample("fourth: " + row[0], *row[1:]) for row in _marked()]


@cache
def fourth_clean() -> list[Sample]:
    """The clean files of this lot."""
    return [Sample("fourth: " + row[0], *row[1:]) for row in _clean()]
