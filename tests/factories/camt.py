"""Statements as banks write them, made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tx:
    """One transaction of an entry."""

    amount: str
    words: str = ""
    reference: str = ""
    end_to_end: str = ""
    name: str = "Aozora Space K.K."
    iban: str = "JP0000000001"
    charges: str = ""


def transaction(tx: Tx, currency: str, way: str) -> str:
    party = "Dbtr" if way == "CRDT" else "Cdtr"
    structured = f"<Strd><CdtrRefInf><Ref>{tx.reference}</Ref></CdtrRefInf></Strd>" if tx.reference else ""
    plain = f"<Ustrd>{tx.words}</Ustrd>" if tx.words else ""
    charges = f'<Chrgs><Rcrd><Amt Ccy="{currency}">{tx.charges}</Amt></Rcrd></Chrgs>' if tx.charges else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{tx.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{tx.amount}</Amt></TxAmt></AmtDtls>{charges}'
        f"<RltdPties><{party}><Nm>{tx.name}</Nm></{party}>"
        f"<{party}Acct><Id><IBAN>{tx.iban}</IBAN></Id></{party}Acct></RltdPties>"
        f"<RmtInf>{plain}{structured}</RmtInf></TxDtls>"
    )


def entry(
    amount: str, *txs: Tx, ref: str = "E1", way: str = "CRDT", day: str = "2027-03-05", currency: str = "EUR",
    status: str = "BOOK", reversal: bool = False, new_style: bool = False,
) -> str:  # fmt: skip
    """One entry with its transactions."""
    sts = f"<Sts><Cd>{status}</Cd></Sts>" if new_style else f"<Sts>{status}</Sts>"
    rvsl = "<RvslInd>true</RvslInd>" if reversal else ""
    details = "".join(transaction(tx, currency, way) for tx in txs)
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{rvsl}{sts}'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef>"
        + (f"<NtryDtls>{details}</NtryDtls>" if details else "<AddtlNtryInf>Fees</AddtlNtryInf>")
        + "</Ntry>"
    )


def statement(
    *entries: str, ref: str = "S1", opening: str = "0.00", closing: str | None = None, currency: str = "EUR",
    iban: str = "DE89370400440532013000",
) -> str:  # fmt: skip
    """One statement of one account."""

    def balance(code: str, amount: str) -> str:
        way = "DBIT" if amount.startswith("-") else "CRDT"
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
            "<Dt><Dt>2027-03-05</Dt></Dt></Bal>"
        )

    closes = balance("CLBD", closing) if closing is not None else ""
    return (
        f"<Stmt><Id>{ref}</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance('OPBD', opening)}{closes}{''.join(entries)}</Stmt>"
    )


def document(*statements: str, version: str = "02") -> bytes:
    """A whole file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M1</MsgId></GrpHdr>{''.join(statements)}</BkToCstmrStmt></Document>"
    ).encode()
