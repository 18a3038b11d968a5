"""A password is kept as argon2id, costs the same for nobody, and is refused when guessable."""

import asyncio
import unicodedata
from statistics import median
from time import process_time

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.passwords import (
    check_password,
    check_password_async,
    hash_password,
    hash_password_async,
    needs_rehash,
    password_problems,
)

NOBODY_MAY_DIFFER = 1.6  # factor in processor time between a wrong password and no account
GOOD = "tasse lampe wolke birne"


def problems(text: str) -> str | None:
    return password_problems(text, email="alice.smith@acmecorp.com", name="Alice Smith")


def test_a_password_is_checked_against_its_hash() -> None:
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(stored, GOOD)
    assert not check_password(stored, GOOD + " ")
    assert stored != hash_password(GOOD), "each hash has a salt of its own"


async def test_hashing_in_a_thread_leaves_the_event_loop_free() -> None:
    hashing = asyncio.create_task(hash_password_async(GOOD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    assert await check_password_async(hashing.result(), GOOD)
    assert not await check_password_async(None, GOOD)


def test_the_same_keys_on_another_system_are_the_same_password() -> None:
    composed = "zwölf grüne Äpfel"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert check_password(hash_password(composed), decomposed)


def test_a_lone_surrogate_is_a_wrong_password_and_no_error() -> None:
    assert not check_password(hash_password(GOOD), "\ud800")


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$v=19$broken"])
def test_without_a_sound_hash_no_password_is_right(stored: str | None) -> None:
    assert not check_password(stored, GOOD)
    assert not check_password(stored, "")


def test_an_account_without_password_answers_no_faster() -> None:
    stored = hash_password(GOOD)

    def cost_s(hashed: str | None) -> float:
        # Processor time: others share this machine.
        costs = []
        for _ in range(7):
            before = process_time()
            check_password(hashed, "a wrong password")
            costs.append(process_time() - before)
        return median(costs)

    of_someone, of_nobody = cost_s(stored), cost_s(None)
    assert max(of_someone, of_nobody) < NOBODY_MAY_DIFFER * min(of_someone, of_nobody)


def test_a_hash_with_other_parameters_asks_to_be_renewed() -> None:
    assert not needs_rehash(hash_password(GOOD))
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD))
    assert needs_rehash("no hash at all")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "kX9#vLq2mZ7w",
        "my dog ate the cake",
        "mein Hund frisst Kuchen",
        "alice likes purple monkeys a lot",
        "こんにちは世界のみなさん元気",
        "x#9!k$2^v&7*",
        "tasse" * 3 + "lampe wolke",
        "kX9#vLq2mZ7w" + "xy" * 506,
    ],
)
def test_long_and_uncommon_is_all_that_is_asked_for(text: str) -> None:
    assert problems(text) is None


def test_too_short_and_too_long_name_the_limit() -> None:
    assert problems("kX9#vLq2mZ7") == (
        "Use at least 12 characters. Four unrelated words are easy to remember."
    )
    assert problems("kX9#vLq2mZ7w" + "xy" * 507) == "Use at most 1,024 characters."
    # Eleven characters, twelve code points before normalisation.
    assert problems(unicodedata.normalize("NFD", "kX9#vLq2mZö")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Password1234!",
        "P@ssw0rd2024",
        "pass-word-1234",
        "passwordpassword",
        "iloveyou1234",
        "letmein12345",
        "Welcome2024!!",
        "qwertyuiop123",
        "qwertzuiop12",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "qazwsxedcrfv",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "ab12ab12ab12",
        "123456789012",
        "987654321098",
        "abcdefghijkl",
        "correct horse battery staple",
        "sunshine-dragon",
        "loomlite2026!",
        "LoomLite rocks",
    ],
)
def test_what_is_guessed_first_is_refused(text: str) -> None:
    assert problems(text) == (
        "This password is among the first to be guessed. Use four unrelated words instead."
    )


@pytest.mark.parametrize(
    "text", ["alice.smith2024", "AliceSmith123", "smith-alice-99", "acmecorp-alice", "4l1c3smith!!"]
)
def test_what_others_know_of_the_person_is_refused(text: str) -> None:
    assert problems(text) == (
        "This password is too close to your name or e-mail. Add a few unrelated words."
    )
    assert password_problems(text + " lampe", email="bob@example.com", name="Bob") is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_judged_without_an_error(text: str, email: str, name: str) -> None:
    problem = password_problems(text, email=email, name=name)
    assert problem is None or problem.endswith(".")


def test_judging_the_longest_password_takes_no_time() -> None:
    before = process_time()
    problems("qwertz1" * 146)
    problems("a" * 1024)
    problems("é!" * 512)
    assert process_time() - before < 1.0
