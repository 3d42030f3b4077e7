# ruff: noqa: E501 - samples and patterns are easier to read whole
"""Marked files: banners, portion marks, blocks, statements, legends, as they stand on real kinds of documents.

The companies and figures are made up, and so is what is said of them.
"""

from functools import cache

from app.documents.states import Kind
from tests.markings.make import Sample, docx, pdf, with_note, xlsx

BODY = (
    "1. Scope\n\nThis interface control document defines the mechanical and thermal interfaces between the habitat "
    "module and the visiting vehicle berthing port. Loads are given in the coordinate frame of the module.\n\n"
    "2. Applicable documents\n\nThe following drawings apply to the extent specified here. Where they conflict, this "
    "document takes precedence over lower-tier specifications."
)
MORE = (
    "3. Thermal interfaces\n\nThe heat rejected across the interface shall not exceed the values of Table 4. The cold "
    "plate is sized for the worst hot case with one pump out.\n\n4. Verification\n\nVerification is by analysis and by "
    "a thermal vacuum test of the engineering model."
)


def _pdfs() -> list[tuple[str, bytes]]:
    return [
        ("CUI in head and foot", pdf(BODY, MORE, head="CUI", foot="CUI")),
        ("CUI with export category, left", pdf(BODY, MORE, head="CUI//SP-EXPT", foot="CUI//SP-EXPT", align="left")),
        ("CUI with page number", pdf(BODY, MORE, foot="CUI | Page 2 of 14")),
        ("CUI between document number and revision", pdf(BODY, MORE, head="ICD-2207 Rev C    CUI    12 March 2026")),
        ("CONTROLLED banner", pdf(BODY, head="CONTROLLED//SP-CTI/EXPT//FED ONLY", foot="CONTROLLED//SP-CTI/EXPT//FED ONLY")),
        ("CUI with NOFORN", pdf(BODY, head="CUI//SP-CTI//NOFORN", size=8, edge=7)),
        ("CUI basic, spaced slashes", pdf(BODY, head="CUI // PROPIN / EXPT // DL ONLY")),
        ("portion marks", pdf("Radiator panel study\n\n(CUI) The panel rejects 3.1 kW at 290 K with both loops running.\n\n"
                              "(U) The study was carried out in 2025.")),
        ("portion mark with category", pdf("2.1 Docking loads\n\n(CUI//SP-EXPT) Peak axial load at contact is 4.4 kN.")),
        ("designation block", pdf(BODY + "\n\nControlled by: Department of Example\nControlled by: Human Exploration Office\n"
                                  "CUI Category: EXPT, PROPIN\nDistribution/Dissemination Control: FEDCON\nPOC: J. Doe, 555-0100")),
        ("cover sheet", pdf("CONTROLLED UNCLASSIFIED\nINFORMATION\n\nAttention\n\nAll individuals handling this information "
                            "are required to protect it from unauthorized disclosure.", size=18)),
        ("says it contains CUI", pdf(BODY + "\n\nNotice: this document contains Controlled Unclassified Information and must "
                                     "be safeguarded in accordance with 32 CFR Part 2002.")),
        ("letters apart", pdf(BODY, head="C U I / / S P - E X P T")),
        ("letters apart by tracking", pdf(BODY, head="CUI//SP-EXPT", foot="E X P O R T   C O N T R O L L E D", tracking=0.5)),
        ("watermark only", pdf(BODY, across="CUI")),
        ("watermark export controlled", pdf(BODY, MORE, across="EXPORT CONTROLLED")),
        ("white text", pdf(BODY, head="CUI//SP-CTI", fill="white")),
        ("two columns", pdf(BODY, MORE, head="CUI//EXPT", columns=2, size=8, justify=True, hyphenate=True)),
        ("landscape slides", pdf("Life support architecture\n\nOverview of loops\n\nCUI", "Mass balance\n\nCUI", size=20, flipped=True)),
        ("old FOUO", pdf(BODY, foot="FOR OFFICIAL USE ONLY")),
        ("old FOUO short", pdf(BODY, head="UNCLASSIFIED//FOUO", foot="UNCLASSIFIED//FOUO")),
        ("FOUO with sentence", pdf(BODY, foot="FOR OFFICIAL USE ONLY - This document may be exempt from mandatory disclosure under FOIA.")),
        ("SBU", pdf(BODY, head="SENSITIVE BUT UNCLASSIFIED (SBU)")),
        ("NOFORN line", pdf(BODY, foot="NOFORN")),
        ("not releasable", pdf(BODY + "\n\nNOT RELEASABLE TO FOREIGN NATIONALS WITHOUT PRIOR APPROVAL.")),
        ("REL TO", pdf(BODY, head="CUI//REL TO USA, AUS, GBR", foot="CUI//REL TO USA, AUS, GBR")),
        ("REL TO alone", pdf(BODY, head="UNCLASSIFIED//REL TO USA, FVEY")),
        ("classified banner", pdf(BODY, head="SECRET//NOFORN", foot="SECRET//NOFORN")),
        ("distribution D in full", pdf(BODY + "\n\nDISTRIBUTION STATEMENT D. Distribution authorized to the Department of Defense "
                                       "and U.S. DoD contractors only (Critical Technology) (12 March 2026). Other requests for this "
                                       "document shall be referred to the program office.")),
        ("distribution C", pdf("Distribution Statement C: Distribution authorized to U.S. Government agencies and their contractors; "
                               "Export Controlled; 2025-11-02. Other requests shall be referred to the controlling office.\n\n" + BODY, size=7)),
        ("distribution B short", pdf(BODY, foot="DISTRIBUTION B")),
        ("distribution F", pdf(BODY + "\n\nDistribution Statement F. Further distribution only as directed by the Program Executive "
                               "Officer (15 January 2026) or higher DoD authority.")),
        ("distribution E abbreviated", pdf(BODY, foot="Dist. Stmt. E - DoD components only")),
        ("distribution statement broken over lines", pdf(BODY + "\n\nDISTRIBUTION\nSTATEMENT D:\nDistribution authorized to DoD\nand DoD "
                                                         "contractors only", justify=True)),
        ("distribution without letter", pdf(BODY + "\n\nDistribution authorized to U.S. Government agencies only; Administrative or "
                                            "Operational Use; April 2025.")),
        ("AECA warning", pdf("WARNING - This document contains technical data whose export is restricted by the Arms Export Control Act "
                             "(Title 22, U.S.C., Sec 2751, et seq.) or the Export Control Reform Act of 2018. Violations of these export "
                             "laws are subject to severe criminal penalties. Disseminate in accordance with provisions of DoD Directive "
                             "5230.25.\n\n" + BODY, size=8)),
        ("ITAR sentence", pdf(BODY + "\n\nThis document contains technical data controlled under the ITAR (22 CFR 120-130) and may not be "
                              "transferred to a foreign person without authorization from the Department of State.")),
        ("ITAR sentence in the foot", pdf(BODY, MORE, foot="Contains ITAR controlled technical data. No transfer to non-U.S. persons without prior approval.", edge=6)),
        ("drawing title block", pdf("SHEET 1 OF 3   SIZE D   CAGE 0ABC1\n\nTHIS DRAWING CONTAINS TECHNICAL DATA SUBJECT TO THE INTERNATIONAL "
                                    "TRAFFIC IN ARMS REGULATIONS. EXPORT OR DISCLOSURE TO ANY FOREIGN PERSON WITHOUT A LICENSE IS PROHIBITED.\n\n"
                                    "BRACKET, STARBOARD\nDO NOT SCALE", flipped=True)),
        ("information herein", pdf(BODY + "\n\nThe information contained herein is controlled by the U.S. Department of Commerce under the "
                                   "Export Administration Regulations (EAR), ECCN 9E515.a.")),
        ("EAR sentence", pdf("These data are subject to the Export Administration Regulations, 15 CFR 730-774, and shall not be exported, "
                             "released or disclosed to foreign nationals inside or outside the United States without prior authorization.\n\n" + BODY)),
        ("EAR legend with hyphenation", pdf(BODY + "\n\nThis report contains tech-\nnology controlled under the Export Adminis-\ntration "
                                            "Regulations.")),
        ("commodity legend", pdf("Packing list 4471\n\nThese items are controlled by the U.S. Government and authorized for export only to the "
                                 "country of ultimate destination for use by the ultimate consignee herein identified.")),
        ("diversion legend", pdf("Commercial invoice\n\nThese commodities, technology or software were exported from the United States in "
                                 "accordance with the Export Administration Regulations. Diversion contrary to U.S. law is prohibited.")),
        ("TAA legend", pdf(BODY + "\n\nThe attached technical data is furnished under TAA 1234-25 and may be used only as that agreement provides.")),
        ("DSP-5 legend", pdf(BODY, foot="Exported under DSP-5 license 050998877. Retransfer requires approval of DDTC.")),
        ("BIS license legend", pdf(BODY + "\n\nTechnology released pursuant to BIS Export License No. D1234567; conditions apply.")),
        ("licence exception", pdf(BODY + "\n\nThis technology is transferred under License Exception STA (15 CFR 740.20). Consignee statement on file.")),
        ("USML line", pdf("Part specification 88-102\n\nExport classification: USML Category XV(e)(11)\n\n" + BODY)),
        ("ECCN line", pdf("Data sheet, star tracker\n\nECCN: 9A515.d\n\nAccuracy 3 arcsec. Mass 1.1 kg.")),
        ("jurisdiction table", pdf("Configuration item list\n\nItem: Valve driver\nJurisdiction: ITAR\nUSML: XV(e)(17)\nQuantity: 4")),
        ("classified under", pdf(BODY + "\n\nThe technology in this presentation is classified under ECCN 9E515.b.")),
        ("legend without verb", pdf(BODY, foot="Export Controlled Technical Data - ECCN 9E001")),
        ("US persons", pdf(BODY, head="U.S. PERSONS ONLY", foot="ITAR CONTROLLED")),
        ("ITAR restricted line", pdf("ITAR RESTRICTED\n\n" + BODY)),
        ("ITAR alone in head", pdf(BODY, MORE, head="ITAR", foot="ITAR")),
        ("proprietary and export controlled", pdf(BODY, foot="Halcyon Orbital Proprietary / Export Controlled")),
        ("cyrillic letters", pdf(BODY, head="\u0421UI//SP-\u0415\u0425\u0420\u0422")),
        ("zero width letters", pdf(BODY, head="C\u200bU\u200bI//SP\u200b-EXPT")),
        ("full width letters", pdf(BODY, head="\uff23\uff35\uff29\uff0f\uff0f\uff33\uff30\uff0d\uff25\uff38\uff30\uff34")),
        ("greek letters in ITAR", pdf(BODY, foot="\u0399\u03a4\u0391R C\u039fNTR\u039fLLED")),
        ("digits for letters", pdf(BODY, head="N0F0RN", foot="1TAR CONTR0LLED")),
        ("french legend", pdf("Ce document contient des données techniques contrôlées par la réglementation ITAR (22 CFR 120-130). Toute "
                              "communication à une personne étrangère est interdite sans autorisation.\n\n" + MORE)),
        ("german legend", pdf(MORE + "\n\nDiese Zeichnung enthält technische Daten, die den ITAR unterliegen. Weitergabe nur mit Genehmigung.")),
        ("spanish legend", pdf(MORE + "\n\nEste documento contiene datos técnicos controlados por las regulaciones ITAR de los Estados Unidos.")),
        ("italian legend", pdf(MORE + "\n\nIl presente documento contiene dati tecnici soggetti alle norme ITAR.")),
        ("japanese legend", pdf("本書には米国ITAR規制の対象となる技術データが含まれています。許可なく外国人に開示してはなりません。\n\n" + MORE)),
        ("korean or chinese legend", pdf("本文件包含受美国《出口管理条例》(EAR)管制的技术数据，未经许可不得转让。\n\n" + MORE)),
        ("note in the margin", with_note(pdf(BODY), "Careful: this page is CUI//SP-EXPT, do not forward.")),
        ("last page only", pdf(BODY, MORE, BODY, "Appendix\n\nDISTRIBUTION STATEMENT E. Distribution authorized to DoD Components only.")),
        ("upside down placement", pdf(BODY, head="Halcyon Orbital\nCUI//SP-PROPIN//FEDCON", align="right", edge=5)),
    ]  # fmt: skip


def _properties() -> list[tuple[str, bytes]]:
    return [
        ("PDF subject", pdf(BODY, info={"Subject": "CUI//SP-EXPT"})),
        ("PDF keywords", pdf(BODY, info={"Keywords": "radiator; export controlled; thermal"})),
        ("PDF title", pdf(BODY, info={"Title": "ITAR CONTROLLED - Docking adapter loads"})),
        ("PDF description in XMP", pdf(BODY, xmp="Distribution Statement D. DoD and U.S. DoD contractors only.")),
        ("PDF property of a labelling tool", pdf(BODY, info={"Classification": "CUI"})),
    ]


def _office() -> list[tuple[str, Kind, bytes]]:
    return [
        ("Word head", Kind.DOCX, docx(BODY, head="CUI", foot="CUI")),
        ("Word watermark", Kind.DOCX, docx(BODY, watermark="CONTROLLED UNCLASSIFIED INFORMATION")),
        ("Word in runs", Kind.DOCX, docx("This document contains technical data subject to the ITAR.", BODY, split=True)),
        ("Word comment", Kind.DOCX, docx(BODY, comment="This section is export controlled under ECCN 9E515.a, remove before sharing.")),
        ("Word category", Kind.DOCX, docx(BODY, properties={"subject": "For Official Use Only"})),
        ("Word sensitivity label", Kind.DOCX, docx(BODY, custom={"MSIP_Label_1f2e_Name": "CUI"})),
        ("Word foot with statement", Kind.DOCX, docx(BODY, foot="Distribution Statement C - U.S. Government agencies and their contractors")),
        ("sheet head", Kind.XLSX, xlsx(["part", "mass"], ["panel", 12.5], head="&CCUI//SP-EXPT")),
        ("sheet of parts with ECCN", Kind.XLSX, xlsx(["Part number", "Description", "ECCN"], ["88-102", "Valve driver", "9A515.x"], ["88-103", "Harness", "EAR99"])),
        ("sheet with warning row", Kind.XLSX, xlsx(["WARNING: EXPORT CONTROLLED DATA"], ["axis", "load"], ["x", 4.4])),
        ("sheet name", Kind.XLSX, xlsx(["axis", "load"], ["x", 4.4], sheet="ITAR CONTROLLED")),
        ("sheet comment", Kind.XLSX, xlsx(["axis", "load"], ["x", 4.4], comment="Contains ITAR technical data")),
        ("sheet keywords", Kind.XLSX, xlsx(["axis", "load"], properties={"keywords": "NOFORN"})),
        ("CSV with banner row", Kind.CSV, b"CUI//SP-CTI\naxis,load\nx,4.4\n"),
        ("CSV with classification column", Kind.CSV, b"Part number,Name,USML\n88-102,Valve driver,XV(e)(17)\n"),
        ("CSV with legend in a cell", Kind.CSV, b'note,value\n"This file contains technical data controlled under the ITAR",1\n'),
    ]  # fmt: skip


NAMES = [
    "ICD-2207_CUI_RevC.pdf", "docking-loads-ITAR.pdf", "(CUI) thermal model.pdf", "Radiator_EXPORT_CONTROLLED.pdf",
    "habitat_spec_NOFORN_v3.pdf", "9E515.a_star_tracker_test.pdf", "Dist-D_propulsion_summary.pdf",
    "FOUO - power budget.pdf", "USML XV(e) item list.pdf", "ITAR Controlled - valve drawing.pdf",
]  # fmt: skip


@cache
def marked() -> list[Sample]:
    """Every marked file."""
    found = [Sample(f"PDF: {what}", content) for what, content in _pdfs()]
    found += [Sample(f"properties: {what}", content) for what, content in _properties()]
    found += [Sample(f"Office: {what}", content, kind, f"document.{kind.value}") for what, kind, content in _office()]
    plain = pdf(BODY)
    return found + [Sample(f"name: {name}", plain, Kind.PDF, name) for name in NAMES]
