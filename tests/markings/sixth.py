# ruff: noqa: E501 - samples are easier to read whole
# fmt: off
"""A sixth lot, written without sight of the scan and measured before the scan was changed for any of it."""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, xlsx

TANK = "Tank vibration test\n\nThe tank was shaken on three axes to 14 g. No mode lies under 60 Hz.\n\nAn accelerometer came loose in run 7 and the run was made again."
OPTICS = "Optical bench, alignment log\n\nThe mirror was moved by 14 micrometres. Wavefront error fell to 31 nm.\n\nThe bench rests on three bipods."
NOTE = "Weekly note\n\nThe kick-off was moved to Tuesday. Two engineers join from Houston.\n\nThe clean room is free again from the ninth."


def _marked() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x = Kind.PDF, Kind.DOCX, Kind.XLSX
    return [
        ("banner and page number on one line", pdf(TANK, OPTICS, foot="CUI    Page 2 of 9"), p, "c.pdf"),
        ("banner with company to the left", pdf(TANK, OPTICS, head="Halden Rockets Inc.            CUI//SP-CTI"), p, "c.pdf"),
        ("UNCLASSIFIED//CUI", pdf(NOTE, head="UNCLASSIFIED//CUI"), p, "c.pdf"),
        ("CUI in brackets below the title", pdf("Valve failure review\n(CUI)\n\n" + TANK), p, "c.pdf"),
        ("CUI Specified", pdf(NOTE, foot="CUI Specified"), p, "c.pdf"),
        ("basic CUI with limited dissemination in words", pdf(NOTE, head="CUI - Federal Employees and Contractors Only"), p, "c.pdf"),
        ("warning to non holders", pdf(NOTE + "\n\nThis e-mail and its attachments contain Controlled Unclassified Information. If you are not the intended recipient, delete it."), p, "c.pdf"),
        ("indicator block with short fields", pdf(NOTE + "\n\nControlled by: DARPA/TTO\nCUI Category: CTI\nLDC: DIST-D\nPOC: 571-555-0100"), p, "c.pdf"),
        ("LIMDIS banner", pdf(NOTE, head="UNCLASSIFIED//LIMITED DISTRIBUTION"), p, "c.pdf"),
        ("law sensitive portion", pdf("Report\n\n(LES) The subject was seen at the gate.\n\n(U) Weather was fair."), p, "c.pdf"),
        ("PCII cover", pdf("PROTECTED CRITICAL INFRASTRUCTURE INFORMATION\n\nRequirements for use: it is exempt from release under the Freedom of Information Act.\n\n" + NOTE), p, "c.pdf"),
        ("NNPI notice", pdf(TANK, head="NOFORN: This document is subject to special export controls and each transmittal to foreign governments or foreign nationals may be made only with prior approval of NAVSEA"), p, "c.pdf"),
        ("distribution C with reason list", pdf("DISTRIBUTION C: Distribution authorized to U.S. Government Agencies and their contractors; Export Controlled; Critical Technology; determined 4 Feb 2021. Refer other requests to MDA/DV.\n\n" + TANK), p, "c.pdf"),
        ("distribution statement on two lines", pdf(TANK + "\n\nDISTRIBUTION STATEMENT\nD. Distribution authorized to the Department of Defense and U.S. DoD\ncontractors only."), p, "c.pdf"),
        ("distribution in lower case", pdf(OPTICS, foot="distribution statement f: further distribution only as directed by the program manager"), p, "c.pdf"),
        ("Dist C stamp", pdf(OPTICS, across="DISTRIBUTION C"), p, "c.pdf"),
        ("SBIR rights with export", pdf(OPTICS + "\n\nSBIR DATA RIGHTS\nContract No. 80NSSC21C0000\nExport control: the data herein fall under the ITAR."), p, "c.pdf"),
        ("warning, short", pdf(TANK, foot="WARNING: ITAR technical data. Unauthorized export is a felony."), p, "c.pdf"),
        ("controlled by the ITAR", pdf(TANK + "\n\nInformation contained herein is controlled by the International Traffic in Arms Regulations. Diversion contrary to U.S. law is prohibited."), p, "c.pdf"),
        ("subject to export control laws", pdf(TANK, foot="The contents of this document are subject to U.S. export control laws and may not be given to foreign persons"), p, "c.pdf"),
        ("USML in a drawing frame", pdf(OPTICS, foot="CAGE 0XYZ9   DWG 44-1203   REV B   EXPORT CLASS: USML XV(e)(17)", flipped=True), p, "c.pdf"),
        ("ECCN in a drawing frame", pdf(OPTICS, foot="SIZE D | SHEET 1 OF 3 | ECCN: 9A515.x | SCALE 1:2", flipped=True), p, "c.pdf"),
        ("tick boxes", pdf("Export control assessment of this document\n\n[ ] Not controlled\n[X] ITAR - USML Category XV\n[ ] EAR - ECCN\n\n" + TANK), p, "c.pdf"),
        ("licence exception line", pdf(OPTICS, foot="Export authorised under Licence Exception STA only - ECCN 9E515"), p, "c.pdf"),
        ("US only slide", pdf(NOTE, OPTICS, foot="US ONLY", flipped=True), p, "c.pdf"),
        ("internal to US persons", pdf(OPTICS, head="ACCESS LIMITED TO U.S. PERSONS"), p, "c.pdf"),
        ("foreign disclosure not allowed", pdf(NOTE, head="No foreign dissemination"), p, "c.pdf"),
        ("UK ITAR note", pdf(OPTICS, foot="Contains US export controlled material - see licence TA-5521-19 before transfer"), p, "c.pdf"),
        ("data received from NASA under agreement", pdf(OPTICS + "\n\nThe data in this report were furnished under a Technical Assistance Agreement and remain ITAR controlled."), p, "c.pdf"),
        ("Spanish notice", pdf("Informe de vibración\n\nEl tanque se ensayó en tres ejes.", foot="Este documento contiene datos técnicos controlados por ITAR."), p, "c.pdf"),
        ("Japanese report with English stamp", pdf("振動試験報告\n\n三軸で試験した。", head="ITAR CONTROLLED DATA"), p, "c.pdf"),
        ("title holds it", pdf("Alignment Procedure (Export Controlled)\n\n" + OPTICS), p, "c.pdf"),
        ("DOCX first line", docx("[ITAR]", "Alignment log", "The mirror was moved."), d, "log.docx"),
        ("DOCX comment", docx("Alignment log", "The mirror was moved.", comment="Export controlled data, see legal before sharing"), d, "log.docx"),
        ("DOCX property", docx("Alignment log", "The mirror was moved.", properties={"subject": "CUI//SP-CTI"}), d, "log.docx"),
        ("DOCX distribution paragraph", docx("Alignment log", "The mirror was moved.", "Distribution authorized to U.S. Government agencies only. Reason: proprietary information."), d, "log.docx"),
        ("XLSX export column", xlsx(["Doc", "Export control"], ["Alignment log", "ITAR"], ["Menu", "None"]), x, "docs.xlsx"),
        ("XLSX comment", xlsx(["Doc", "Owner"], ["Log", "Ito"], comment="CUI - do not share outside the program"), x, "docs.xlsx"),
        ("name with export controlled", pdf(NOTE), p, "Alignment-log-EXPORT-CONTROLLED.pdf"),
        ("name with noforn", pdf(NOTE), p, "log_v2_NOFORN.pdf"),
    ]


def _clean() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("op-ed", pdf("Stop stamping everything\n\nAn engineer I know writes ITAR on his lunch menu. He is joking, but only just. Over-marking hurts trade."), p, "c.pdf"),
        ("regulation summary", pdf("What changed on 23 October 2024\n\nItems in 9A515.a may go to forty countries without a licence. Technology in 9E515 follows. Category XV of the USML keeps the most sensitive spacecraft."), p, "c.pdf"),
        ("comment letter to a docket", pdf("Re: RIN 0694-AH66\n\nWe support the proposed rule. Today an importer must ask whether a star tracker is USML XV(e) or ECCN 9A515.x before he can even quote. We ask that 9A515.y be widened."), p, "c.pdf"),
        ("commodity jurisdiction explained", pdf("How to ask for a commodity jurisdiction\n\nFill in form DS-4076. Describe the article, say whether you think it is ITAR or EAR controlled, and attach brochures."), p, "c.pdf"),
        ("export manager CV", pdf("Curriculum vitae\n\nA. Lindqvist, export control manager. Drafted twelve TAAs; classified 3,000 parts under the USML and CCL; trained staff in CUI marking."), p, "c.pdf"),
        ("internship notice abroad", pdf("Internships in Kiruna\n\nOpen to all nationalities. No U.S. person requirement applies, as no ITAR-controlled work is done on site."), p, "c.pdf"),
        ("astronaut corps advert", pdf("Systems engineer II\n\nMust be a U.S. Person as defined by 22 CFR 120.62 due to access to export-controlled technical data. Base pay 98,000 to 120,000 USD. EEO employer."), p, "c.pdf"),
        ("shareholder letter", pdf("Dear shareholders,\n\nmoving our bus from the ITAR to the EAR opened eleven markets. Half of our backlog is now foreign."), p, "c.pdf"),
        ("technology licence brochure", pdf("License our patent\n\nPatent 11,000,001. Cryogenic coupling. Licensing is open to U.S. firms first under 35 U.S.C. 204. NASA Technology Transfer."), p, "c.pdf"),
        ("NASA technical memorandum", pdf("NASA/TM-2023-0001\n\nThermal model of a small sat\n\nAvailable from NASA STI Program. This report is available in electronic form at ntrs.nasa.gov.", foot="Unclassified - Unlimited. Subject category 18. Distribution: Standard"), p, "c.pdf"),
        ("report documentation page", pdf("REPORT DOCUMENTATION PAGE\n\n12. DISTRIBUTION/AVAILABILITY STATEMENT: Approved for public release; distribution unlimited\n16. SECURITY CLASSIFICATION OF: a. REPORT U b. ABSTRACT U c. THIS PAGE U"), p, "c.pdf"),
        ("unclassified banner", pdf(NOTE, head="UNCLASSIFIED", foot="UNCLASSIFIED"), p, "c.pdf"),
        ("thesis front matter", pdf("A thesis in aerospace engineering\n\nThis work was fundamental research; it was reviewed by the export control office and is free of any restriction under the ITAR or EAR."), p, "c.pdf"),
        ("grant terms", pdf("Award conditions\n\n17. Export control. The recipient is responsible for compliance with 22 CFR 120 to 130 and 15 CFR 730 to 774.\n18. CUI. No CUI is expected under this award."), p, "c.pdf"),
        ("draft memorandum of understanding", pdf("Memorandum of understanding\n\nArticle 8. A party that transfers export-controlled technical data shall mark it with a notice that says it shall be used only for this programme. Goods need not bear the notice if marked by number."), p, "c.pdf"),
        ("export control clause, long", pdf("18. EXPORT CONTROLS. Contractor agrees that any technical data provided hereunder that is subject to the EAR or ITAR shall not be disclosed to any foreign person, including employees, unless authorized. Contractor shall obtain licences at its cost."), p, "c.pdf"),
        ("trade show rules", pdf("Exhibitor manual\n\nExhibits that are export controlled need proof of temporary export. Ask your forwarder for an ATA carnet. Carts are controlled by the hall."), p, "c.pdf"),
        ("museum label", pdf("Nike missile, 1958\n\nOnce marked SECRET on every drawing, the missile can now be seen by anyone. Loan of the county museum."), p, "c.pdf"),
        ("archive finding aid", pdf("Finding aid, collection 44\n\nBox 3: memoranda stamped For Official Use Only, declassified 1994. Box 4: photographs. Box 5: drawings once marked NOFORN."), p, "c.pdf"),
        ("Chinese surname paper", pdf("Heat pipes in lunar night\n\nCui J., Cui L., Zhang W.\n\nAbstract. CUI's method gives better results than ITAR-1 satellites showed."), p, "c.pdf"),
        ("itar the sitar", pdf("Evening of sitar and tabla\n\nDoors open at seven. Ear plugs free. Distribution of sweets at the interval."), p, "c.pdf"),
        ("agricultural EAR", pdf("Corn ear rot, 2022\n\nEars were graded A, B and C. Ear weight was subject to the weather."), p, "c.pdf"),
        ("controlled trial", pdf("A randomised controlled trial\n\nControlled by age and sex, the effect stays. Distribution statement: data on request."), p, "c.pdf"),
        ("data availability", pdf("Data availability statement. C. Data are on Zenodo.\n\nDistribution of errors: D. Gauss."), p, "c.pdf"),
        ("procedures of a quality system", pdf(TANK, head="CONTROLLED COPY", foot="Halden QMS"), p, "c.pdf"),
        ("traffic light green", pdf(NOTE, head="TLP:CLEAR"), p, "c.pdf"),
        ("investor deck disclaimer", pdf("Investor deck\n\nThis presentation may not be sent into Australia, Canada or Japan, nor to U.S. persons, except under Rule 144A. It is not an offer of securities.", foot="Strictly private and confidential"), p, "c.pdf"),
        ("securities U.S. persons", pdf("Subscription form\n\nShares are offered only to persons who are not U.S. Persons as defined in Regulation S."), p, "c.pdf"),
        ("tax form help", pdf("W-8 or W-9?\n\nU.S. persons give a W-9. Foreign persons give a W-8BEN-E. Not sure? Ask your bank."), p, "c.pdf"),
        ("German overview", pdf("ITAR und EAR kurz erklärt\n\nITAR-kontrollierte Güter stehen auf der USML. Der Export bedarf einer Genehmigung des Außenministeriums."), p, "c.pdf"),
        ("Italian brochure", pdf("Pannelli solari\n\nProdotto libero da ITAR. Consegna in otto settimane."), p, "c.pdf"),
        ("export control newsletter", pdf("Export Control Watch, issue 51\n\nIn this issue: DDTC fines a maker for sending ITAR technical data by e-mail; BIS adds twelve firms to the Entity List; reader mail.", foot="Export Control Watch"), p, "c.pdf"),
        ("DOCX agenda", docx("Agenda of the export control council", "1. Minutes", "2. CUI marking pilot", "3. ITAR licence times", head="Export Control Council"), d, "agenda.docx"),
        ("DOCX sample clause library", docx("Clause library", "Legend for ITAR drawings: \"This drawing contains technical data controlled under the ITAR.\"", "Legend for public release: \"Approved for public release.\""), d, "library.docx"),
        ("DOCX plain with proprietary footer", docx("Plan", "All is well.", foot="Halden proprietary - controlled distribution"), d, "plan.docx"),
        ("XLSX list of rules", xlsx(["Regulation", "Agency", "Scope"], ["ITAR", "State", "Defense articles"], ["EAR", "Commerce", "Dual use"]), x, "rules.xlsx"),
        ("XLSX licence statistics", xlsx(["Year", "USML category", "Licences"], [2021, "XV", 212], [2022, "XV", 190], [2022, "IV", 88]), x, "stats.xlsx"),
        ("XLSX parts without control", xlsx(["Part", "Export classification"], ["Bracket", "EAR99"], ["Cable", "Not controlled"]), x, "parts.xlsx"),
        ("CSV of questions", b"no,question\n1,Do you hold CUI?\n2,Do you export ITAR items?\n", c, "survey.csv"),
        ("name of a brochure", pdf(NOTE), p, "ITAR-free catalogue 2025.pdf"),
    ]


@cache
def sixth_marked() -> list[Sample]:
    """The marked files of this lot."""
    return [Sample("sixth: " + row[0], *row[1:]) for row in _marked()]


@cache
def sixth_clean() -> list[Sample]:
    """The clean files of this lot."""
    return [Sample("sixth: " + row[0], *row[1:]) for row in _clean()]
