"""Asks grpc.health.v1 as any program in another language would: `ADDRESS check|watch SERVICE...`.

Each answer is one line of JSON. The two messages are so small that they are read and written by hand:
a request is a string in field 1, an answer an enum in field 1.
"""

import json
import sys
import threading

import grpc

STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]
DEADLINE_SECONDS = 60


def request_of(service):
    name = service.encode()
    return b"\x0a" + bytes([len(name)]) + name if name else b""


def status_of(answer):
    return STATUSES[answer[1] if answer else 0]


def tell(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def check(channel, service):
    ask = channel.unary_unary("/grpc.health.v1.Health/Check", request_of, status_of)
    try:
        tell(service=service, status=ask(service, timeout=DEADLINE_SECONDS))
    except grpc.RpcError as error:
        tell(service=service, ended=error.code().name, details=error.details())


def watch(channel, service):
    open_stream = channel.unary_stream("/grpc.health.v1.Health/Watch", request_of, status_of)
    try:
        for status in open_stream(service, timeout=DEADLINE_SECONDS):
            tell(service=service, status=status)
        tell(service=service, ended="OK", details="")
    except grpc.RpcError as error:
        tell(service=service, ended=error.code().name, details=error.details())


address, action, *services = sys.argv[1:]
with grpc.insecure_channel(address) as channel:
    act = {"check": check, "watch": watch}[action]
    threads = [threading.Thread(target=act, args=(channel, service)) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
