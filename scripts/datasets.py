"""Writes src/data/digits.ts and src/data/iris.ts from the files that scikit-learn ships.

Run with a Python that has scikit-learn (Debian: /usr/bin/python3 scripts/datasets.py). The same
input gives the same output, byte for byte.
"""

import csv
import gzip
import re
from pathlib import Path

import sklearn

source = Path(sklearn.__file__).parent / "datasets" / "data"
target = Path(__file__).parent.parent / "src" / "data"

digits_header = """/**
 * 1,797 handwritten digits, 8 x 8 pixels of 0 to 16. Written by scripts/datasets.py; do not edit.
 *
 * Source: UCI Machine Learning Repository, "Optical Recognition of Handwritten Digits", E. Alpaydin
 * and C. Kaynak, 1998, https://doi.org/10.24432/C50P49; the test part, as shipped by scikit-learn.
 * Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. Changed: only the notation.
 *
 * A line is an image: its digit, a colon, and its pixels row by row, a to p for 1 to 16, and a digit
 * for so many pixels of 0.
 */
"""

iris_header = """/**
 * 150 irises of three species, four lengths in cm. Written by scripts/datasets.py; do not edit.
 *
 * Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936; UCI Machine
 * Learning Repository, https://doi.org/10.24432/C56C76; as shipped by scikit-learn (which corrects
 * two rows of UCI's file by Fisher's paper).
 * Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. Changed: only the notation.
 */
"""


def image(cells):
    *pixels, digit = [int(float(cell)) for cell in cells]
    letters = "".join("0" if pixel == 0 else chr(ord("a") + pixel - 1) for pixel in pixels)
    packed = re.sub("0{1,9}", lambda run: str(len(run[0])), letters)
    return f"{digit}:{packed}"


def write(name, header, constant, lines):
    body = "\n".join(lines)
    text = f"{header}export const {constant}: string = `{body}`\n"
    (target / name).write_text(text, encoding="utf-8", newline="\n")


def digits():
    with gzip.open(source / "digits.csv.gz", "rt", newline="") as file:
        write("digits.ts", digits_header, "digitLines", [image(row) for row in csv.reader(file)])


def iris():
    with open(source / "iris.csv", newline="") as file:
        (_count, _features, *species), *rows = csv.reader(file)
    lines = ["sepal length,sepal width,petal length,petal width,species"]
    lines += [",".join([*lengths, species[int(kind)]]) for *lengths, kind in rows]
    write("iris.ts", iris_header, "irisCsv", lines)


digits()
iris()
