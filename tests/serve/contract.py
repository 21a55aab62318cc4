"""Holds every answer that a test gets against web/openapi.json."""
import json
import os
import re

import jsonschema

with open(os.path.join(os.path.dirname(__file__), "../../web/openapi.json"), encoding="utf-8") as file:
    API = json.load(file)

operations = {(method.upper(), path): operation for path, methods in API["paths"].items() for method, operation in methods.items()}
used = set()


def find(method, path):
    for (known, pattern), operation in operations.items():
        if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            used.add((known, pattern))
            return operation
    return None


def check(method, target, answer):
    """An answer that the description does not know, or that looks otherwise, is an error of the test."""
    operation = find(method, target.split("?")[0])
    if operation is None:
        assert answer.status in (401, 404, 405, 414, 421), f"{method} {target} answered {answer.status} and is not described"
        return
    described = operation["responses"].get(str(200 if answer.status == 206 else answer.status), operation["responses"]["default"])
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    assert kind in described["content"], f"{method} {target} answered {answer.status} as {kind}"
    schema = described["content"][kind].get("schema")
    if schema:
        jsonschema.Draft202012Validator({**schema, "components": API["components"]}).validate(answer.json)
