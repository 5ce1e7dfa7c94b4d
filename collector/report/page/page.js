/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.js - draws the report that lies in the page as JSON
 *
 * All of it came out of a dump and may be anything: it reaches the page as text only (textContent,
 * attributes that are no code), never as HTML.
 */
"use strict";

const report = JSON.parse(document.getElementById("report").textContent);
const SVG = "http://www.w3.org/2000/svg";
const COLOURS = ["#2e90fa", "#12b76a", "#f79009", "#9e77ed", "#ee46bc", "#06aed4", "#667085",
	"#ef6820", "#4e5ba6", "#85888e"];
const TOP = 12;
const BAD = /panic|BUG|Oops|WARNING|Call Trace|RIP:|lockup|blocked for more|out of memory|hung|fault/i;

/* An element with its attributes and children; a string is a text. */
function make(name, attributes = {}, ...children) {
	const svg = ["svg", "g", "rect", "text", "line", "circle", "title"].includes(name);
	const e = svg ? document.createElementNS(SVG, name) : document.createElement(name);

	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith("on"))
			e.addEventListener(key.slice(2), value);
		else
			e.setAttribute(key, String(value));
	}
	e.append(...children.filter(child => child !== null && child !== undefined));
	return e;
}

function section(title, ...children) {
	document.body.append(make("section", { id: title.toLowerCase().replace(/ /g, "-") },
		make("h2", {}, title), ...children));
}

const list = value => Array.isArray(value) ? value : [];

/* What could not be made has its reason in its place. */
function why_not(part) {
	return part && part.error ? make("p", { class: "note" }, `Not in this report: ${part.error}`) : null;
}

function bytes(n) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let i = 0;

	for (n = Number(n) || 0; Math.abs(n) >= 1024 && i < units.length - 1; i++)
		n /= 1024;
	return `${n >= 100 || i === 0 ? Math.round(n) : n.toFixed(1)} ${units[i]}`;
}

/* --- head --- */

function facts(pairs) {
	const dl = make("dl");

	for (const [name, value] of pairs)
		if (value !== undefined && value !== null && value !== "")
			dl.append(make("dt", {}, name), make("dd", {}, String(value)));
	return dl;
}

function head() {
	const m = report.machine || {};
	const title = report.reason || "Nothing is wrong in the kernel's log";
	const at = m.crash_time > 0 ? new Date(m.crash_time * 1000) : null;

	document.title = `${title} - report of a crash`;
	document.body.append(make("header", {},
		make("h1", { class: report.fatal ? "fatal" : "" }, title),
		report.reason && !report.fatal ? make("p", { class: "note" }, "The kernel did not die of it.") : null,
		facts([["Function", report.function && report.module ? `${report.function} [${report.module}]` : report.function],
			["Panic", report.panic],
			["Process", report.process && (report.pid === null ? report.process : `${report.process} (pid ${report.pid})`)],
			["CPU", report.cpu], ["Taint", report.taint], ["Fingerprint", report.fingerprint],
			["Kernel", m.kernel], ["Version", m.version], ["Build ID", m.build_id], ["Host", m.host],
			["CPUs", m.cpus && `${m.cpus}, ${m.online} of them online`],
			["Died at", at && !isNaN(at) ? `${at.toISOString().slice(0, 19).replace("T", " ")} UTC` : ""],
			["Uptime", m.uptime && `${m.uptime} s`], ["Started with", m.cmdline]]),
		report.missing ? make("p", { class: "note" }, `Not in this report: ${report.missing}`) : null));
}

/* --- stacks and locks --- */

const ENDS = { cut: "(more frames)", lost: "(the rest of the stack cannot be followed)", user: "(user space)" };

function stack(title, entry, open) {
	const frames = list(entry.frames).map(String);
	const regs = Object.entries(entry.user_regs || {}).map(([name, value]) => `${name} ${value}`);

	if (ENDS[entry.end])
		frames.push(ENDS[entry.end]);
	if (!frames.length)
		frames.push(entry.in_user_space ? "(in user space)" : "(it saved no registers)");
	for (let i = 0; i < regs.length; i += 4)
		frames.push(`  ${regs.slice(i, i + 4).join("  ")}`);
	return make("details", open ? { open: "" } : {}, make("summary", {}, title), make("pre", {}, frames.join("\n")));
}

function backtraces() {
	const part = report.backtraces || {};

	section("Backtraces", why_not(part),
		...list(part.cpus).map(c => stack(`CPU ${c.cpu}, pid ${c.pid} ${c.comm}${c.died ? ", where the kernel died" : ""}`, c, c.died)),
		...list(part.blocked).map(b => stack(`blocked for ${b.seconds} s: pid ${b.pid} ${b.comm}`, b, false)));
}

function locks() {
	const part = report.locks || {}, waits = list(part.waits);
	const named = pid => {
		const wait = waits.find(w => w.pid === pid);
		return wait ? `${wait.comm} (pid ${pid})` : `pid ${pid}`;
	};
	const sentence = w => `${named(w.pid)} waits for the ${w.kind} ${w.symbol}` + (w.owner_pid === undefined ?
		", whose holder is not known" : `, ${w.owner_certain ? "held" : "last taken"} by ${named(w.owner_pid)}`);

	if (!waits.length && !part.error)
		return;
	section("Locks", why_not(part), ...list(part.deadlocks).map(d => make("p", { class: "deadlock" },
		`${d.certain ? "Deadlock" : "Perhaps a deadlock"}: ` + list(d.pids).map(named).join(" waits for ") +
		` waits for ${named(list(d.pids)[0])}.`)), ...waits.map(w => make("p", {}, sentence(w))));
}

/* --- pictures --- */

/* Horizontal bars; each has its name, its size and a colour. */
function bars(title, rows) {
	const high = 22, wide = 480, at = 170, biggest = Math.max(1, ...rows.map(row => row.size));
	const svg = make("svg", { viewBox: `0 0 ${wide} ${rows.length * high + 24}`, role: "img", "aria-label": title },
		make("text", { x: 0, y: 14, "font-weight": 600 }, title));

	rows.forEach((row, i) => {
		const y = 24 + i * high, width = Math.max(1, row.size / biggest * (wide - at - 80));

		svg.append(make("g", { class: "bar" }, make("title", {}, `${row.name}: ${row.size} bytes`),
			make("text", { x: at - 8, y: y + 14, "text-anchor": "end" }, row.name.slice(0, 26)),
			make("rect", { x: at, y: y + 3, width, height: high - 7, rx: 2, fill: COLOURS[i % COLOURS.length] }),
			make("text", { x: at + width + 6, y: y + 14, class: "soft" }, bytes(row.size))));
	});
	return svg;
}

const CLASSES = [["free", "free"], ["anonymous", "anonymous"], ["file", "file cache"], ["slab_reclaimable", "slabs, reclaimable"],
	["slab_unreclaimable", "slabs, not reclaimable"], ["page_tables", "page tables"], ["kernel_stacks", "kernel stacks"],
	["other", "not counted"]];

function memory() {
	const m = report.memory || {}, slabs = report.slabs || {}, processes = report.processes || {};
	const by_class = CLASSES.map(([key, name]) => ({ name, size: Number(m[key]) || 0 })).filter(row => row.size > 0);
	const pages = list(processes.largest).slice(0, TOP).map(p => ({ name: `${p.comm} (${p.pid})`, size: Number(p.resident_pages) * Number(processes.page_size) || 0 }));
	const pictures = [["Pages by class", by_class], ["Largest slabs", list(slabs.largest).slice(0, TOP).map(s => ({ name: String(s.name), size: Number(s.bytes) || 0 }))],
		["Largest processes, resident", pages]].filter(([, rows]) => rows.length);

	section("Memory", m.total ? make("p", { class: m.oom ? "fatal" : "note" }, `${bytes(m.total)} that the kernel manages` +
		(m.oom ? "; it ran out" : "") + (m.oom_kills ? `; ${m.oom_kills} processes were killed for memory` : "")) : null,
		why_not(m), why_not(slabs), why_not(processes),
		make("div", { class: "pictures" }, ...pictures.map(([title, rows]) => bars(title, rows))));
}

/* --- the log --- */

function parse_log(text) {
	let t = 0;

	return String(text || "").split("\n").filter(line => line).map(line => {
		const found = /^\[\s*(\d+\.\d+)\]/.exec(line);

		t = found ? Number(found[1]) : t;
		return { t, line, bad: BAD.test(line) };
	});
}

function log() {
	const all = parse_log(report.log), end = all.length ? all[all.length - 1].t : 0;
	const picture = make("div"), lines = make("div", { class: "log", tabindex: 0 });
	const choice = make("select", { "aria-label": "how much", onchange: draw }, ...[["60", "last minute"], ["300", "last 5 minutes"],
		["1800", "last 30 minutes"], ["Infinity", "all that is here"]].map(([value, name]) => make("option", { value }, name)));

	function draw() {
		const span = Number(choice.value), shown = all.filter(entry => entry.t >= end - span);
		const first = shown.length ? shown[0].t : 0, width = 960, scale = (width - 40) / Math.max(0.001, end - first);
		const svg = make("svg", { viewBox: `0 0 ${width} 62`, role: "img", "aria-label": "messages by time" },
			make("line", { class: "axis", x1: 20, x2: width - 20, y1: 38, y2: 38 }));
		const rows = shown.map(entry => make("div", entry.bad ? { class: "bad" } : {}, entry.line));

		shown.forEach((entry, i) => svg.append(make("circle", { cx: (20 + (entry.t - first) * scale).toFixed(1), cy: entry.bad ? 22 : 38,
			r: entry.bad ? 5 : 3, fill: entry.bad ? "#d92d20" : "#2e90fa", "fill-opacity": 0.6, onclick: () => {
				rows.forEach(row => row.classList.remove("here"));
				rows[i].classList.add("here");
				rows[i].scrollIntoView({ block: "center" });
			} }, make("title", {}, entry.line.slice(0, 300)))));
		for (let i = 0; i <= 4; i++)
			svg.append(make("text", { class: "soft", x: 20 + i * (width - 40) / 4, y: 58, "text-anchor": ["start", "middle", "middle", "middle", "end"][i] },
				`${(first + (end - first) * i / 4).toFixed(1)} s`));
		picture.replaceChildren(svg);
		lines.replaceChildren(...rows);
		lines.scrollTop = lines.scrollHeight;
	}

	if (!all.length)
		return;
	section("Log", make("p", { class: "note" }, "The last messages, by seconds since the kernel started. Click on a mark for its line. "), choice, picture, lines);
	choice.value = "300";
	draw();
}

/* --- tasks --- */

const COLUMNS = [["pid", "PID", true], ["tgid", "Process", true], ["state", "State"], ["cpu", "CPU", true], ["idle_ms", "Idle s", true], ["comm", "Command"]];

function tasks() {
	const part = report.tasks || {}, all = list(part.list);
	let key = "pid", rising = true;
	const body = make("tbody"), count = make("span", { class: "note" });
	const search = make("input", { type: "search", placeholder: "search: command, pid, state", "aria-label": "search", oninput: draw });

	function value(task, name) {
		return name === "comm" ? (task.kernel ? `[${task.comm}]` : String(task.comm)) :
			name === "state" ? String(task.state) + (task.on_cpu ? "*" : "") : name === "idle_ms" ? task.idle_ms / 1000 : task[name];
	}

	function draw() {
		const words = search.value.toLowerCase().split(/\s+/).filter(word => word);
		const shown = all.filter(task => words.every(word => COLUMNS.some(([name]) => String(value(task, name)).toLowerCase().includes(word))));

		shown.sort((a, b) => {
			const x = value(a, key), y = value(b, key);
			return (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y))) * (rising ? 1 : -1);
		});
		count.textContent = `${shown.length} of ${all.length} tasks`;
		body.replaceChildren(...shown.slice(0, 5000).map(task => make("tr", {},
			...COLUMNS.map(([name, , number]) => make("td", number ? { class: "number" } : {}, String(value(task, name)))))));
	}

	const header = make("tr", {}, ...COLUMNS.map(([name, title]) => make("th", {}, make("button", { type: "button", onclick: () => {
		rising = key === name ? !rising : true;
		key = name;
		draw();
	} }, title))));

	section("Tasks", why_not(part), part.cut ? make("p", { class: "note" }, "The list is damaged or has no end, there may be more.") : null,
		part.left_out ? make("p", { class: "note" }, `${part.left_out} of ${part.total} tasks are left out: none that ran or was in state D while there was space.`) : null,
		search, count, make("table", { class: "tasks" }, make("thead", {}, header), body));
	draw();
}

/* --- modules, hardware --- */

function modules() {
	const rows = list((report.modules || {}).list);

	if (rows.length)
		section("Modules", make("table", {}, ...rows.map(m => make("tr", {}, make("td", {}, String(m.name)), make("td", { class: "number" }, bytes(m.size)),
			make("td", {}, String(m.taints || "")), make("td", {}, m.out_of_tree ? "from outside the kernel's tree" : "")))));
}

function hardware() {
	const rows = list(report.hardware).filter(row => row.count);

	if (rows.length)
		section("Hardware errors", make("p", {}, "The kernel survived: " + rows.map(row => `${row.count} of ${row.kind}`).join(", ")));
}

for (const part of [head, backtraces, locks, memory, hardware, log, tasks, modules]) {
	try {
		part();
	} catch (error) {
		document.body.append(make("p", { class: "fatal" }, `The part "${part.name}" cannot be drawn: ${error.message}`));
	}
}
document.body.dataset.drawn = "yes";
