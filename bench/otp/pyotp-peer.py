"""pyotp in the race: `pyotp-peer.py SECTION WORKLOAD`. One line of standard input is one question, one line of output its answer."""
import hashlib
import sys
import time
from datetime import datetime, timezone

import pyotp

section, path = sys.argv[1:3]
look_ahead = 100
digest = {"verify-sha256": hashlib.sha256, "verify-sha512": hashlib.sha512}.get(section, hashlib.sha1)

secrets, calls = [], []
with open(path, encoding="ascii") as lines:
    secret_count, call_count = map(int, next(lines).split())
    secrets = [next(lines).strip() for _ in range(secret_count)]
    for _ in range(call_count):
        secret, code, seconds = next(lines).split()
        calls.append((int(secret), code, int(seconds)))


def moment(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


def verify(secret, code, at):
    return pyotp.TOTP(secrets[secret], digest=digest).verify(code, for_time=at, valid_window=1)


def verify_prepared(secret, code, at):
    return prepared[secret].verify(code, for_time=at, valid_window=1)


def search(secret, code, counter):
    hotp = prepared[secret]
    return any(hotp.verify(code, each) for each in range(counter, counter + look_ahead + 1))


def generate(secret, _, at):
    return pyotp.TOTP(secrets[secret]).at(at)


def generate_prepared(secret, _, at):
    return prepared[secret].at(at)


call = {
    "verify-prebuilt": verify_prepared,
    "look-ahead": search,
    "generate": generate,
    "generate-prebuilt": generate_prepared,
}.get(section, verify)
kind = pyotp.HOTP if section == "look-ahead" else pyotp.TOTP
prepared = [kind(secret) for secret in secrets]
# What the library wants for a time is made before the clock runs.
as_time = int if section == "look-ahead" else moment
calls = [(secret, code, as_time(seconds)) for secret, code, seconds in calls]

for line in sys.stdin:
    word, *rest = line.split()
    if word == "check":
        answer = call(int(rest[0]), rest[1], as_time(int(rest[2])))
        print(answer if isinstance(answer, str) else int(answer), flush=True)
    else:
        first, size = map(int, rest)
        started = time.perf_counter_ns()
        for index in range(first, first + size):
            call(*calls[index & (call_count - 1)])
        print(time.perf_counter_ns() - started, flush=True)
