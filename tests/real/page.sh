#!/bin/sh
# page.sh - kdump-report --html in a browser: what it draws, sorting, searching, and hostile names
. "$(dirname "$0")/lib.sh"

browser=$(command -v chromium || command -v chromium-browser) || {
	echo "1..0 # SKIP no chromium; install it: tests/setup/deps.sh page"
	exit 0
}
dir=$(echo "$VMCORES" | tr ' ' '\n' | grep . | tail -n 1)

# drawn PAGE - what the browser makes of it, as HTML. It has no network and no home.
drawn() {
	HOME=$work unshare -n timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$work/profile" --virtual-time-budget=5000 --dump-dom "file://$1" 2>"$work/browser.err"
}

# shows REGEX... - the drawn page has each.
shows() {
	for regex; do
		grep -qE -- "$regex" "$work/dom" || { echo "not shown: $regex"; tail -c 3000 "$work/dom"; return 1; }
	done
}

# lacks REGEX - what was drawn, behind the script that did it, has it not.
lacks() {
	! sed '1,/^<\/script>/d' "$work/dom" | grep -nE -- "$1"
}

# What a user does, with what is there afterwards in an attribute of the body.
use() {
	cat >"$work/use" <<'E'
<script>
const rows = () => [...document.querySelectorAll("#tasks tbody tr")].map(tr => tr.lastChild.textContent);
const pids = () => [...document.querySelectorAll("#tasks tbody tr")].map(tr => Number(tr.firstChild.textContent));
const rising = list => list.every((n, i) => i === 0 || list[i - 1] <= n);
const input = document.querySelector("#tasks input"), result = { all: rows().length, rising: rising(pids()) };
document.querySelector("#tasks th button").click();
result.falling = rising(pids().reverse()) && pids()[0] > pids()[1];
input.value = "kthreadd s";
input.dispatchEvent(new Event("input"));
result.found = rows();
result.count = document.querySelector("#tasks .note").textContent;
input.value = "no such task";
input.dispatchEvent(new Event("input"));
result.nothing = rows().length;
const choice = document.querySelector("#log select"), lines = () => document.querySelectorAll("#log .log div").length;
choice.value = "Infinity";
choice.dispatchEvent(new Event("change"));
result.lines = lines();
result.marks = document.querySelectorAll("#log circle").length;
document.querySelector("#log circle").dispatchEvent(new Event("click"));
result.here = document.querySelectorAll("#log .here").length;
result.bars = document.querySelectorAll("#memory rect").length;
document.body.dataset.result = JSON.stringify(result);
</script>
E
	sed "/^<\/body>/e cat '$work/use'" "$work/page.html" >"$work/used.html" && drawn "$work/used.html" >"$work/dom" || return 1
	python3 - "$work/dom" "$work/json" <<'P'
import html, json, re, sys
dom = open(sys.argv[1]).read()
report = json.load(open(sys.argv[2]))
r = json.loads(html.unescape(re.search(r'data-result="([^"]*)"', dom).group(1)))
tasks = report["tasks"]["list"]
assert r["all"] == len(tasks) and r["rising"] and r["falling"], r
assert r["found"] == ["[kthreadd]"] and r["count"] == "1 of %d tasks" % len(tasks), r
assert r["nothing"] == 0 and r["lines"] > 100 and r["marks"] == r["lines"] and r["here"] == 1, r
assert r["bars"] > 10, r
P
}

# Names of a dump that would like to be more than text.
hostile() {
	python3 - "$work/page.html" "$work/hostile.html" <<'P'
import re, sys
page = open(sys.argv[1]).read()
evil = r'\u003cimg src=x onerror=document.body.dataset.owned=1\u003e\u003c/script\u003e'
page, n = re.subn(r'("(?:comm|reason|name|symbol|cmdline)":")[^"]*', lambda m: m.group(1) + evil, page)
assert n > 20
open(sys.argv[2], "w").write(page.replace('"log":"', '"log":"[1.0] panic ' + evil + r'\n', 1))
P
	drawn "$work/hostile.html" >"$work/dom" && shows 'data-drawn="yes"' '&lt;img src=x onerror' && lacks 'data-owned=' && lacks '<img'
}

ok "the page" "$build/kdump-report" --html "$work/page.html" "$dir/vmcore"
ok "for its owner alone" test "$(stat -c %a "$work/page.html")" = 600
"$build/kdump-report" --json "$dir/vmcore" >"$work/json"
ok "loads nothing" sh -c '! grep -oE "(src|href)=|url\(|@import|https?://[^\"]*" "$1" | grep -v "^http://www.w3.org/2000/svg$"' sh "$work/page.html"
drawn "$work/page.html" >"$work/dom"
ok "all of it" shows 'data-drawn="yes"' '<h1 class="fatal">' '<h2>Backtraces</h2>' 'where the kernel died' 'sysrq_handle_crash\+0x' \
	'<h2>Memory</h2>' '>Pages by class</text>' '>Largest slabs</text>' '>Largest processes, resident</text>' '<h2>Log</h2>' \
	'<h2>Tasks</h2>' '\[kthreadd\]'
ok "without a complaint" lacks 'cannot be drawn|undefined|NaN'
ok "tasks are sorted and searched, the log is looked through" use
ok "names are text" hostile
ok "without scripts it has the text" sh -c 'sed -n "s/.*<noscript><pre>//p" "$1" | grep -q "^Reason "' sh "$work/page.html"
finish
