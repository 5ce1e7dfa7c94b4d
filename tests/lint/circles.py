#!/usr/bin/env python3
"""circles.py - files that use each other in a circle

A file uses another when it names a function or table that the other one defines. A header has
no such edges of its own: it declares what one or more files define. Reads the sources as
clang-format leaves them: a definition begins in the first column, its body with '{' there.

    circles.py LIST FILE...     LIST: the edges that are meant, "FROM TO WHY"
"""
import re
import sys

NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
FUNCTION = re.compile(r'^(?!static\b|typedef\b|extern\b)[a-z_][^;{}=#()]*?\b(\w+)\([^;{}]*\)\n\{', re.M)
TABLE = re.compile(r'^(?!static\b|typedef\b|extern\b)(?:const )?[a-z_][^;{}()#]*?\b(\w+)(?:\[\])? = ', re.M)
STATIC = re.compile(r'^static\b[^;{}=#()]*?\b(\w+)\(', re.M)
TAG = re.compile(r'\b(?:struct|enum|union)\s+\w+')
USE = re.compile(r'(?<![.\w])(?<!->)[A-Za-z_]\w*')


def read(path):
    with open(path, encoding="utf-8") as f:
        return NOT_CODE.sub(" ", f.read())


def edges(texts):
    """Who uses whom: {file: {other file: a name}}."""
    defined = {}
    for path, text in texts.items():
        for name in FUNCTION.findall(text) + TABLE.findall(text):
            if name != "main":
                defined[name] = path
    uses = {}
    for path, text in texts.items():
        own = set(STATIC.findall(text))
        uses[path] = {}
        for name in USE.findall(TAG.sub(" ", text)):
            other = defined.get(name)
            if other and other != path and name not in own:
                uses[path].setdefault(other, name)
    return uses


def reachable(uses, start):
    seen, todo = set(), [start]
    while todo:
        for other in uses[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def main():
    meant = {}
    with open(sys.argv[1], encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                source, target, why = line.split(None, 2)
                meant[source, target] = why
    uses = edges({path: read(path) for path in sys.argv[2:]})
    bad = False
    for source, target in meant:
        if uses.get(source, {}).pop(target, None) is None:
            print(f"{sys.argv[1]}: {source} does not use {target} any more; remove the line")
            bad = True
    reach = {path: reachable(uses, path) for path in uses}
    for path in sorted(uses):
        for other, name in sorted(uses[path].items()):
            if path in reach[other]:
                print(f"{path}: uses {name} of {other}, which leads back here")
                bad = True
    return 1 if bad else 0


sys.exit(main())
