"""Checks ONNX files with all that onnx has: {files} -> for each what is wrong, or null."""

import json
import sys

import onnx


def wrong(file):
    try:
        onnx.checker.check_model(onnx.load(file), full_check=True)
    except Exception as error:
        return str(error)


print(json.dumps([wrong(file) for file in json.load(sys.stdin)["files"]]))
