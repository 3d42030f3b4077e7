# ruff: noqa: E501 - samples are easier to read whole
# fmt: off
"""A fifth lot, written without sight of the scan and measured before the scan was changed for any of it."""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, with_note, xlsx

RACK = "Interface control: power rack\n\nThe rack accepts 120 V direct current on connector J1. Inrush stays under 14 A.\n\nThe coolant loop runs at 3 bar. Quick disconnects are of the blind type."
FLOW = "Loop heat pipe, analysis\n\nThe evaporator was modelled with nine nodes. The largest error against test is 2.3 K.\n\nA margin of 5 K is kept at all interfaces."
TRIP = "Trip report\n\nOn 8 April the team met the supplier in Turin. The valve line was shown.\n\nThe next visit is in autumn."


def _marked() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("banner with slashes and blanks", pdf(FLOW, RACK, head="CUI // SP-CTI // DL ONLY"), p, "b.pdf"),
        ("banner with NOCON", pdf(TRIP, foot="CUI//NOCON"), p, "b.pdf"),
        ("banner in mixed case words", pdf(TRIP, head="Controlled Unclassified Information"), p, "b.pdf"),
        ("banner on the second page alone", pdf(TRIP, FLOW + "\n\nCUI", "Appendix: photographs"), p, "b.pdf"),
        ("CUI and basic category", pdf(TRIP, head="CUI//PROCURE/PROPIN"), p, "b.pdf"),
        ("statement that attachments are CUI", pdf(TRIP + "\n\nWhen separated from its attachments this letter is decontrolled. Attachment 2 is CUI."), p, "b.pdf"),
        ("portion marks as list ends", pdf("Findings\n\n1. Hinge torque rose by six percent. (CUI)\n2. The latch held. (U)"), p, "b.pdf"),
        ("figure caption mark", pdf("Figure 3 (CUI): Emissivity of the coating over time\n\nTable 1 (U): Instruments used"), p, "b.pdf"),
        ("indicator with no blank lines and in table form", xlsx(["Controlled by", "NASA JSC EA"], ["CUI categories", "EXPT"], ["LDC", "FED ONLY"], ["POC", "a@example.gov"], ["Node", "Temp"], ["1", "291"]), x, "nodes.xlsx"),
        ("FOUO sentence", pdf(TRIP + "\n\nThis document is FOR OFFICIAL USE ONLY and may contain information exempt from disclosure under the Freedom of Information Act."), p, "b.pdf"),
        ("DoD D of a Navy lab", pdf(FLOW, foot="Distribution Statement D: DoD and U.S. DoD contractors only; foreign government information; 30 Sep 2020; NRL Code 8200"), p, "b.pdf"),
        ("distribution limited to Government", pdf(RACK + "\n\nDistribution limited to U.S. Government agencies and their contractors. Other requests to SSC/EN."), p, "b.pdf"),
        ("DISTRO B in a slide footer", pdf(FLOW, RACK, foot="DISTRO B | PREDECISIONAL | 3", flipped=True), p, "b.pdf"),
        ("DIST STMT E", pdf(RACK, foot="DIST STMT E - DoD only"), p, "b.pdf"),
        ("AF technical order notice", pdf("TO 1S-45-2\n\nThis publication is restricted to DoD components. It contains technical data whose release outside the Government needs approval of the issuing office.\n\n" + RACK), p, "b.pdf"),
        ("warning act only", pdf(FLOW, foot="WARNING: EXPORT OF THIS TECHNICAL DATA IS RESTRICTED BY 22 U.S.C. 2751 ET SEQ. OR 50 U.S.C. 4801 ET SEQ."), p, "b.pdf"),
        ("sheet subject to restriction of title page ITAR", pdf(FLOW + "\n\nUse or disclosure of data on this page is subject to the ITAR restrictions on the title page."), p, "b.pdf"),
        ("export notice of an aerospace firm", pdf(RACK + "\n\nEXPORT NOTICE\nThe technical data in this document is controlled under the U.S. Export Administration Regulations, ECCN 9E515.a, and may not be exported, re-exported or transferred to any foreign person without the approval of the U.S. Government."), p, "b.pdf"),
        ("ECI line of NASA", pdf(FLOW, head="EXPORT CONTROLLED INFORMATION (ECI) - NASA NPR 2190.1"), p, "b.pdf"),
        ("contains EAR data", pdf(RACK, foot="Contains EAR-controlled technology (9E001). Handle accordingly."), p, "b.pdf"),
        ("ITAR/EAR footer slash", pdf(RACK, foot="ITAR/EAR CONTROLLED"), p, "b.pdf"),
        ("company legend with ITAR", pdf(RACK, foot="Lumen Orbital Proprietary and ITAR Export Controlled"), p, "b.pdf"),
        ("not for release to foreign persons", pdf(TRIP, head="Do not release to non-US persons"), p, "b.pdf"),
        ("no export without licence", pdf(RACK, foot="No export of this drawing without a U.S. Department of State licence"), p, "b.pdf"),
        ("U.S. citizens eyes", pdf(TRIP, head="U.S. EYES ONLY"), p, "b.pdf"),
        ("FVEY banner", pdf(TRIP, head="UNCLASSIFIED//FVEY"), p, "b.pdf"),
        ("secret by error", pdf(TRIP, head="SECRET//NOFORN", foot="SECRET//NOFORN"), p, "b.pdf"),
        ("missile technology category", pdf(FLOW, foot="MTCR Category I - USML IV(h)"), p, "b.pdf"),
        ("German firm with American data", pdf("Schnittstellenbeschreibung\n\nDer Stecker J1 liefert 120 V.", foot="Enthält ITAR-kontrollierte technische Daten"), p, "b.pdf"),
        ("French firm with American data", pdf("Note technique\n\nLe panneau rejette 3 kW.", foot="Ce document contient des données techniques soumises à l'ITAR."), p, "b.pdf"),
        ("turned CUI stamp", pdf(TRIP, across="CUI"), p, "b.pdf"),
        ("comment says so", with_note(pdf(TRIP), "This is ITAR, do not send outside the U.S."), p, "b.pdf"),
        ("two columns and a boxed notice", pdf("Abstract. We show a heat pipe.\n\nNOTICE: This paper contains information subject to the ITAR and its release is limited to U.S. persons.\n\n" + FLOW, columns=2), p, "b.pdf"),
        ("DOCX footer ECCN", docx("Interface pins", "Pin 4 is ground.", foot="ECCN 9E515.a"), d, "pins.docx"),
        ("DOCX watermark", docx("Interface pins", "Pin 4 is ground.", watermark="ITAR CONTROLLED"), d, "pins.docx"),
        ("DOCX broken runs", docx("EXPORT CONTROLLED", "Interface pins", "Pin 4 is ground.", split=True), d, "pins.docx"),
        ("XLSX page header", xlsx(["Node", "Temp"], [1, 291], head="&CCUI//SP-EXPT"), x, "nodes.xlsx"),
        ("XLSX sheet name", xlsx(["Node", "Temp"], [1, 291], sheet="ITAR Controlled"), x, "nodes.xlsx"),
        ("name with distro", pdf(TRIP), p, "valve_test_DistroD_v3.pdf"),
        ("CSV header field", b"Export Control Status,ITAR Controlled\nnode,temp\n1,291\n", c, "nodes.csv"),
    ]


def _clean() -> list[tuple[str, bytes, Kind, str]]:
    p, d, x, c = Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.CSV
    return [
        ("table of contents of a marking manual", pdf("Contents\n\n1 Introduction .... 3\n2 Banner markings .... 5\n3 Distribution Statement B .... 9\n4 Distribution Statement C .... 10\n5 Export-controlled information .... 14"), p, "b.pdf"),
        ("glossary", pdf("Acronyms\n\nCUI   Controlled Unclassified Information\nEAR   Export Administration Regulations\nFOUO   For Official Use Only\nITAR   International Traffic in Arms Regulations\nNOFORN   Not Releasable to Foreign Nationals\nUSML   United States Munitions List"), p, "b.pdf"),
        ("slide called ITAR", pdf("ITAR\n\nAdministered by the Department of State\nCovers defense articles and services on the USML\nRegistration needed for makers and exporters", "EAR\n\nAdministered by the Department of Commerce\nCovers dual-use items on the CCL", flipped=True), p, "b.pdf"),
        ("slide called CUI", pdf("CUI\n\nWhy it matters to small firms\nWho designates it\nWhat CMMC asks for", flipped=True), p, "b.pdf"),
        ("webinar invitation", pdf("Join us: Export Controlled? A webinar for start-ups\n\nThursday, noon. Learn when your technology is controlled and who may see it. Free for members."), p, "b.pdf"),
        ("consultant's brochure", pdf("Export compliance made simple\n\nITAR | EAR | OFAC\n\nWe help you classify products, obtain licences and train staff. More than 200 clients."), p, "b.pdf"),
        ("quotation terms", pdf("Quotation 4471\n\nRadiator panel, 2 pieces, 41,000 USD.\n\nTerms: export of the goods is subject to U.S. export licences where they apply. The buyer shall not re-export contrary to U.S. law.", foot="Lumen Orbital, Denver"), p, "b.pdf"),
        ("end user letter blank", pdf("End-user statement\n\nWe certify that the items will not be used in missiles or in chemical, biological or nuclear weapons and will not be re-exported to embargoed countries.\n\nItem: ________  ECCN: ________"), p, "b.pdf"),
        ("congressional testimony", pdf("Statement of Dr. A. Brandt before the Subcommittee on Space\n\nChairman, ranking member: in 1999 Congress moved communications satellites to the Munitions List. Firms told us that an ITAR-controlled bolt could ground a whole satellite."), p, "b.pdf"),
        ("GAO style report", pdf("What GAO found\n\nThe Department has not tracked how often documents are marked as CUI in error. Of 120 documents reviewed, 31 carried a CUI banner with no designation indicator."), p, "b.pdf"),
        ("university policy", pdf("Openness in research\n\nThe university does not accept restrictions on publication or on the participation of foreign nationals. Projects that would need distribution statements other than A are referred to the vice provost."), p, "b.pdf"),
        ("privacy controlled words", pdf("Temperature-controlled transport\n\nThe box is export packed and controlled by two sensors. Technical data are on page 2."), p, "b.pdf"),
        ("press kit", pdf("Media kit\n\nPhotographs are cleared for public release. Interviews: US and foreign media welcome; foreign nationals need to send passport data two weeks before a visit."), p, "b.pdf"),
        ("base visit rules", pdf("Launch viewing\n\nForeign nationals must register thirty days ahead. U.S. persons show a driver's licence."), p, "b.pdf"),
        ("EU dual use", pdf("Regulation (EU) 2021/821 in brief\n\nListed items need an authorisation. Entry 9A004 covers spacecraft. Technology controls follow in 9E."), p, "b.pdf"),
        ("product sheet with free export", pdf("Camera K7\n\nMade in Japan without U.S. controlled content. ITAR free. EAR free.\n\nMass 320 g, power 2 W."), p, "b.pdf"),
        ("proposal instruction", pdf("Proposal preparation\n\nOfferors shall mark each sheet of data they wish to restrict with: \"Use or disclosure of data contained on this sheet is subject to the restriction on the title page of this proposal.\" Proposals that contain CUI shall be sent by the encrypted portal."), p, "b.pdf"),
        ("security plan outline", pdf("System security plan, outline\n\n3.1 Access control\n3.8 Media protection: mark media with necessary CUI markings and distribution limitations.\n3.13 Communications protection"), p, "b.pdf"),
        ("letter about a licence", pdf("Dear Ms Ito,\n\nwe applied for the export licence on 3 May and expect the answer in July. Until then we shall speak of unclassified, public matters alone.\n\nYours sincerely"), p, "b.pdf"),
        ("catalogue number like an ECCN", pdf("Spare parts\n\n9A515 gasket\n3A001 seal\n5D002 diode\n7A003 anchor"), p, "b.pdf"),
        ("book review", pdf("The Secret State, reviewed\n\nThe author counts the stamps - Secret, Top Secret, NOFORN - and finds that half were put there by habit."), p, "b.pdf"),
        ("proprietary with legal words", pdf(FLOW, foot="Lumen Orbital Proprietary. Do not copy or disclose without written consent."), p, "b.pdf"),
        ("internal use", pdf(TRIP, head="INTERNAL USE ONLY"), p, "b.pdf"),
        ("business confidential", pdf(TRIP, head="BUSINESS CONFIDENTIAL", foot="Commercial in confidence"), p, "b.pdf"),
        ("ESA unclassified", pdf(FLOW, foot="ESA UNCLASSIFIED - For ESA Official Use Only"), p, "b.pdf"),
        ("government works", pdf(FLOW, foot="This material is declared a work of the U.S. Government and is not subject to copyright protection in the United States. Approved for public release."), p, "b.pdf"),
        ("statement that nothing is controlled", pdf(FLOW + "\n\nThis document does not contain technical data as defined in the ITAR (22 CFR 120.33) nor technology controlled by the EAR."), p, "b.pdf"),
        ("public domain by rule", pdf(FLOW, foot="Not export controlled - public domain information per 22 CFR 120.34"), p, "b.pdf"),
        ("marketing data only", pdf("Bus overview\n\nAll figures are general system descriptions and basic marketing information and are therefore not technical data under the ITAR."), p, "b.pdf"),
        ("standard contract, French", pdf("Contrat de licence\n\nArticle 9. Les parties respectent les règles de contrôle des exportations, dont l'ITAR et l'EAR, le cas échéant."), p, "b.pdf"),
        ("Spanish article", pdf("La reforma de 2014\n\nLos satélites comerciales pasaron de la USML a la categoría 9A515 del Departamento de Comercio."), p, "b.pdf"),
        ("agenda with a session on it", pdf("Agenda\n\n09:00 Welcome\n09:30 Export controls: ITAR and EAR for newcomers\n10:30 Coffee\n11:00 CUI and CMMC\n12:00 Lunch"), p, "agenda.pdf"),
        ("DOCX call for staff", docx("Facilities clerk", "Candidates must be able to handle FOUO and CUI and hold an active Secret clearance."), d, "job.docx"),
        ("DOCX marking template described", docx("How to fill in the designation indicator", "Controlled by: write the name of your agency.", "CUI category: choose from the registry.", "POC: write a telephone number."), d, "howto.docx"),
        ("DOCX purchase terms", docx("Purchase order terms", "Seller shall tell Buyer in writing if any item is ITAR controlled or has an ECCN other than EAR99.", "Invoices are paid in thirty days."), d, "terms.docx"),
        ("XLSX course list", xlsx(["Course", "Hours"], ["ITAR basics", 2], ["CUI awareness", 1], ["Fire safety", 1]), x, "courses.xlsx"),
        ("XLSX risk register", xlsx(["Risk", "Owner", "Score"], ["Licence for ITAR parts comes late", "Cole", 12], ["Supplier fails", "Ito", 6]), x, "risks.xlsx"),
        ("XLSX supplier questions", xlsx(["Question", "Your answer"], ["Are you registered with DDTC?", ""], ["What is the ECCN of the item?", ""], ["Is the item ITAR controlled (yes/no)?", ""]), x, "questions.xlsx"),
        ("CSV of acronyms", b"term,meaning\nCUI,Controlled Unclassified Information\nNOFORN,Not releasable to foreign nationals\n", c, "terms.csv"),
        ("name about a policy", pdf(TRIP), p, "CUI policy summary 2024.pdf"),
    ]


@cache
def fifth_marked() -> list[Sample]:
    """The marked files of this lot."""
    return [Sample("fifth: " + row[0], *row[1:]) for row in _marked()]


@cache
def fifth_clean() -> list[Sample]:
    """The clean files of this lot."""
    return [Sample("fifth: " + row[0], *row[1:]) for row in _clean()]
