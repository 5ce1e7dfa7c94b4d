/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * script_python.c - what a python script imports, in python: nothing of the script is run
 *
 * Imports that may fail (inside "try") are taken if they are there. What only developers use
 * is left out unless the script names it. A package that is not of the standard library goes
 * in whole: such load their own parts by name, and bring data.
 */
#include "initramfs/image/program/scripts.h"

const char script_python[] =
	"import ast, modulefinder, os, site, sys, sysconfig\n"
	"script = sys.argv[1]\n"
	"with open(script, 'rb') as f:\n"
	"    tree = ast.parse(f.read(), script)\n"
	"tried = {n for t in ast.walk(tree) if isinstance(t, ast.Try) and t.handlers\n"
	"         for s in t.body for n in ast.walk(s)}\n"
	"named, needed = set(), set()\n"
	"for n in ast.walk(tree):\n"
	"    names = []\n"
	"    if isinstance(n, ast.Import):\n"
	"        names = [a.name for a in n.names]\n"
	"    elif isinstance(n, ast.ImportFrom) and n.module and not n.level:\n"
	"        names = [n.module]\n"
	"    named.update(names)\n"
	"    needed.update([] if n in tried else names)\n"
	"own = site.getsitepackages()\n"
	"std = sysconfig.get_path('stdlib'), sysconfig.get_path('platstdlib')\n"
	"path = [os.path.dirname(script)]\n"
	"path += [p for p in sys.path if p in own or p.startswith(std)]\n"
	"tools = 'distutils doctest lib2to3 pdb pydoc readline rlcompleter sitecustomize ' \\\n"
	"    'test tkinter unittest usercustomize'\n"
	"skip = set(tools.split()) - {n.split('.')[0] for n in named}\n"
	"finder = modulefinder.ModuleFinder(path, excludes=skip)\n"
	"finder.run_script(script)\n"
	"start = 'site warnings linecache traceback encodings.aliases encodings.ascii ' \\\n"
	"    'encodings.latin_1 encodings.utf_8'\n"
	"for n in start.split() + ['encodings.idna'] * ('socket' in finder.modules):\n"
	"    finder.import_hook(n)\n"
	"for n in sorted(needed - set(finder.modules)):\n"
	"    print('missing', n)\n"
	"files = {os.path.join(sys.prefix, 'pyvenv.cfg')}\n"
	"for m in finder.modules.values():\n"
	"    if not m.__file__ or m.__name__ == '__main__':\n"
	"        continue\n"
	"    files.add(m.__file__)\n"
	"    top = os.path.dirname(m.__file__)\n"
	"    if m.__path__ and os.path.dirname(top) in own:\n"
	"        for at, below, names in os.walk(top):\n"
	"            below[:] = [n for n in below if n not in ('__pycache__', 'test', 'tests')]\n"
	"            files.update(os.path.join(at, n) for n in names)\n"
	"print('dir', os.path.join(std[1], 'lib-dynload'))\n"
	"for f in sorted(files):\n"
	"    if os.path.isfile(f):\n"
	"        print('file', f)\n";
