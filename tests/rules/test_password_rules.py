"""Which passwords are good enough."""

import pytest

from app.accounts import passwords
from app.accounts.password_rules import COMMON, LONGEST, OWN, SHORTEST, TOO_LONG, TOO_SHORT, weakness

GUESSED_FIRST = [
    "passwordpassword", "password123456789", "P@ssw0rdP@ssw0rd", "Password1234567!", "mypassword123456",
    "qwertyuiopasdfgh", "1q2w3e4r5t6y7u8i", "1qaz2wsx3edc4rfv", "zxcvbnmasdfghjkl", "0987654321qwerty",
    "123456789012345", "111111222222333", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "abcdefghijklmno",
    "iloveyouforever1", "iloveyou123456789", "letmeinletmein1!", "Summer2024Summer2024", "administrator123",
    "correcthorsebatterystaple", "Correct Horse Battery Staple", "to be or not to be", "unitedstatesofamerica",
    "maytheforcebewithyou", "password password password", "a a a a a a a a a a", "welcome123welcome",
]  # fmt: skip

GOOD = [
    "granite lantern oboe fig", "purple rain boots on tuesday", "7f3K9xQ2mWb8Zt1L", "}{:<>?~!#^&*()=-",
    "пароль для орбиты станции", "宇宙ステーションで会いましょう今夜また", "mydogate3shoestoday", "483920174629104",
    "tide lamp orbit cello", "🛰️🧪🎻🌋🍋🧦🐙🪁🧵🚲🏔️🎲🧭🪴🔭",
]  # fmt: skip


@pytest.mark.check("A1")
@pytest.mark.parametrize("password", GOOD)
def test_any_characters_make_a_password(password):
    assert weakness(passwords.normal(password)) is None


@pytest.mark.check("A1")
def test_length_alone_decides_and_spaces_count():
    assert weakness("k3 vw 9p xz q8") == TOO_SHORT  # 14
    assert weakness("k3 vw 9p xz q8 ") is None  # 15, the last one a space
    assert SHORTEST == 15
    long = "k3vw9pxzq8tjn5rm" * 3 + "wd7yb2hfu6ac4gse" * 4 + "lo0i" * 4
    assert LONGEST >= 64
    assert weakness(long[:LONGEST]) is None
    assert weakness(long[:LONGEST] + "x") == TOO_LONG


@pytest.mark.check("A2")
@pytest.mark.parametrize("password", GUESSED_FIRST)
def test_what_guessers_try_first_is_refused(password):
    assert weakness(password) == COMMON


@pytest.mark.check("A2")
@pytest.mark.parametrize(
    "password",
    [
        "tanaka aiko 2027 kibo",
        "AikoTanaka1234567",
        "kibo-trading-kibo-trading",
        "rendezvoussummit2027",
        "T4n4k4 T4n4k4 aiko!",
    ],
)
def test_a_password_made_of_own_words_or_the_events_is_refused(password):
    assert weakness(password, ["Aiko Tanaka", "aiko.tanaka@kibo.example", "Kibo Trading"]) in (OWN, COMMON)


def test_an_own_word_among_others_does_no_harm():
    assert weakness("tanaka likes violet umbrellas", ["Aiko Tanaka"]) is None


@pytest.mark.check("A1")
def test_a_password_typed_with_combining_marks_is_the_same_password():
    kept = passwords.hashed("café über straße 42")
    assert passwords.matches(kept, "cafe\u0301 u\u0308ber straße 42")


@pytest.mark.check("A1")
def test_nothing_is_cut_off_a_password():
    kept = passwords.hashed(" spaces around count ")
    assert not passwords.matches(kept, "spaces around count")
    long = "k3vw9pxzq8tjn5rm" * 8
    assert not passwords.matches(passwords.hashed(long), long[:-1] + "x")


@pytest.mark.check("A3")
def test_hashes_are_argon2id_of_at_least_19_mib_two_passes_one_lane():
    kept = passwords.hashed("granite lantern oboe fig")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(kept)


def test_nobody_has_no_password():
    assert not passwords.matches(None, "granite lantern oboe fig")
    assert not passwords.matches("not a hash", "granite lantern oboe fig")
