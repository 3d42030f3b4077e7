"""Words that names are made of but that do not tell parties apart: legal forms, abbreviations, titles, particles."""

# Every legal form is written as one of a few classes, so that "OOO" and "LLC" agree and "Ltd" is not news.
LEGAL_PHRASES = {
    "limited liability company": "ltd", "limited liability partnership": "llp", "private limited": "ltd",
    "public joint stock company": "jsc", "open joint stock company": "jsc", "closed joint stock company": "jsc",
    "joint stock company": "jsc", "joint stock co": "jsc", "public limited company": "plc",
    "obshchestvo s ogranichennoi otvetstvennostyu": "ltd", "obshchestvo s ogranichennoy otvetstvennostyu": "ltd",
    "otkrytoe aktsionernoe obshchestvo": "jsc", "zakrytoe aktsionernoe obshchestvo": "jsc",
    "publichnoe aktsionernoe obshchestvo": "jsc", "aktsionernoe obshchestvo": "jsc",
    "federal state unitary enterprise": "fsue", "federalnoe gosudarstvennoe unitarnoe predpriyatie": "fsue",
    "federal state budgetary institution": "fsue", "sociedad anonima": "jsc", "societe anonyme": "jsc",
    "societa per azioni": "jsc", "sociedad de responsabilidad limitada": "ltd",
    "sociedad anonima de capital variable": "jsc",
    "s de rl de cv": "ltd", "sa de cv": "jsc", "sharikat": "company", "general trading": "trading",
    "free zone company": "ltd",
    "free zone establishment": "ltd", "sendirian berhad": "ltd", "gesellschaft mit beschrankter haftung": "ltd",
    "kabushiki kaisha": "jsc", "sole proprietorship": "ltd", "and company": "company", "et compagnie": "company",
}  # fmt: skip
LEGAL_FORMS = {
    **dict.fromkeys(
        ["ltd", "limited", "llc", "ooo", "gmbh", "sarl", "srl", "pte", "pty", "pvt", "bv", "bvba", "sdn", "bhd",
        "ltda",
         "limitada", "limitee", "kft", "doo", "eood", "ood", "sro", "spzoo", "zoo", "oy", "fzc", "fze", "fzco",
         "fzllc",
         "wll", "lda", "eirl", "tov", "too", "mchj", "cv", "uab", "sia", "ou", "eurl", "est", "establishment",
         "private"], "ltd",
    ),
    **dict.fromkeys(
        ["jsc", "ojsc", "pjsc", "cjsc", "oao", "zao", "pao", "ao", "ag", "sa", "spa", "nv", "ab", "asa", "oyj", "kk",
         "psc", "pjs", "ojs", "ad", "akc", "sab", "saoc", "saog", "tbk", "sae", "saog", "jscb", "oaoo"], "jsc",
    ),
    **dict.fromkeys(["inc", "incorporated", "corp", "corporation", "corporacion", "korporatsiya"], "corporation"),
    **dict.fromkeys(
        ["co", "company", "companies", "compania", "cia", "compagnie", "cie", "kompaniya", "sherkat", "sherkate"],
        "company",
    ),
    **dict.fromkeys(["plc"], "plc"),
    **dict.fromkeys(["llp", "lp"], "llp"),
    **dict.fromkeys(["fsue", "fgup", "gup", "fgbu"], "fsue"),
}  # fmt: skip
LEGAL = frozenset({"ltd", "jsc", "corporation", "company", "plc", "llp", "fsue"})

ABBREVIATIONS = {
    "inst": "institute", "institut": "institute", "instituto": "institute", "tech": "technology",
    "technol": "technology",
    "technologies": "technology", "univ": "university", "universitet": "university", "universidad": "university",
    "intl": "international", "int": "international", "internacional": "international", "mfg": "manufacturing",
    "manuf": "manufacturing", "dept": "department", "natl": "national", "min": "ministry", "res": "research",
    "sci": "science", "sciences": "science", "gen": "general", "trdg": "trading", "ind": "industry",
    "inds": "industry",
    "industries": "industry", "industrial": "industry", "eng": "engineering", "engg": "engineering",
    "engrg": "engineering",
    "elec": "electronics", "electronic": "electronics", "acad": "academy", "ctr": "center", "centre": "center",
    "lab": "laboratory", "labs": "laboratory", "laboratories": "laboratory", "org": "organization",
    "organisation": "organization", "grp": "group", "groupe": "group", "hldgs": "holding", "holdings": "holding",
    "bros": "brothers", "dev": "development", "svc": "service", "svcs": "service", "services": "service",
    "sys": "system", "systems": "system", "prods": "product", "products": "product", "equip": "equipment",
    "impex": "importexport", "aero": "aerospace", "aviat": "aviation", "logist": "logistics", "transp": "transport",
    "ents": "enterprise", "enterprises": "enterprise", "enterprize": "enterprise", "assoc": "association",
    "mach": "machinery", "mt": "mount", "st": "saint", "govt": "government", "num": "no", "fed": "federal",
}  # fmt: skip

TITLES = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "professor", "sir", "general", "gen", "major", "maj", "colonel", "col",
    "lieutenant", "lt", "captain", "capt", "brigadier", "admiral", "sheikh", "shaykh", "shaikh", "sheik",
    "haji", "hajji", "hajj", "mullah", "maulavi", "mawlawi", "maulvi", "mullawi", "ustad", "qari", "sayyid",
    "sayed", "imam", "hon", "rev", "father", "minister", "president", "eng", "engineer", "ayatollah",
    "hojjatoleslam", "mp",
})  # fmt: skip
PARTICLES = frozenset({
    "al", "el", "ul", "ur", "ad", "as", "ash", "az", "at", "an", "ar", "bin", "ibn", "bint", "ben", "abu",
    "abou", "umm", "de", "del", "da", "do", "dos", "di", "du", "la", "le", "les", "van", "von", "der",
    "den", "of", "the", "and", "for", "in", "on", "y", "e", "i", "und", "et",
})  # fmt: skip
