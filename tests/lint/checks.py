# checks.py - finds CHECK(a == b): an expression with one comparison, outside of parentheses
import re
import sys

BETTER = {"==": "CHECK_EQ(a, b), CHECK_STR or CHECK_MEM"}
TOKEN = re.compile(r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|->|<<|>>
                       |(?P<op>==|!=|<=|>=|&&|\|\||[<>?,])|(?P<open>[(\[{])|(?P<close>[)\]}])""", re.X)


def operators(text, at):
    """The operators of the argument that begins at at, as far as no parentheses hold them."""
    depth, found = 0, []
    for token in TOKEN.finditer(text, at):
        if token["open"]:
            depth += 1
        elif token["close"] and depth == 0:
            return found, text[at:token.start()]
        elif token["close"]:
            depth -= 1
        elif token["op"] and depth == 0:
            found.append(token["op"])
    return [], ""


bad = False
for name in sys.argv[1:]:
    with open(name) as f:
        text = f.read()
    for call in re.finditer(r"(?<!#define )\bCHECK\(", text):
        found, argument = operators(text, call.end())
        if len(found) != 1 or found[0] not in ("==", "!=", "<", ">", "<=", ">="):
            continue
        # A floating-point number would be cut, and a pointer that is there needs no second value.
        if re.search(r"\d\.\d", argument) or re.search(r"!= *NULL$", argument):
            continue
        line = text.count("\n", 0, call.start()) + 1
        better = BETTER.get(found[0], "CHECK_OP(a, %s, b)" % found[0])
        print("%s:%d: CHECK(%s): write %s, which prints both values" % (name, line, argument, better))
        bad = True
sys.exit(bad)
