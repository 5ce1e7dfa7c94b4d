# contracts.awk - functions of more than five parameters, mutable variables of a file
#
# Reads sources as clang-format leaves them: what begins in the first column is a declaration.
FILENAME ~ /contracts\.list$/ {
	if ($0 !~ /^#/ && NF)
		excepted[$1 " " $2] = 1
	next
}

function report(name, text) {
	if (!((FILENAME " " name) in excepted)) {
		print FILENAME ":" first ": " name ": " text
		bad = 1
	}
}

# The parameters between the parenthesis at position p of text and the one that closes it.
function parameters(text, p,    depth, n, c) {
	for (n = 1; p <= length(text); p++) {
		c = substr(text, p, 1)
		depth += (c == "(") - (c == ")")
		if (depth == 0)
			return n
		n += c == "," && depth == 1
	}
	return n
}

function declaration(text,    name, p) {
	gsub(/\/\*[^*]*\*\//, "", text)
	if (match(text, /[A-Za-z_0-9]+\(/)) {
		p = RSTART + RLENGTH - 1
		name = substr(text, RSTART, RLENGTH - 1)
	}
	if (p && text !~ /^[^(]*=/) {
		if (name != "__attribute__" && parameters(text, p) > 5)
			report(name, parameters(text, p) " parameters; 5 at most, or a struct")
		return
	}
	if (text ~ /^(typedef|extern|struct [a-z_0-9]+ \{|struct [a-z_0-9]+;|union|enum|_Static_assert)/)
		return
	if (text ~ /^static struct [a-z_0-9]* ?\{/) {
		report("struct", "a variable of the file that changes; pass it")
		return
	}
	sub(/ *(=.*|;.*)$/, "", text)
	if (text ~ /\*/ ? text !~ /\*const/ : text !~ /(^| )const /) {
		sub(/\[.*/, "", text)
		match(text, /[A-Za-z_0-9]+$/)
		report(substr(text, RSTART), "a variable of the file that changes; pass it")
	}
}

FNR == 1 { text = "" }

# A macro goes on behind a backslash.
macro { macro = /\\$/; next }
/^#/ { macro = /\\$/; next }

text == "" && /^[a-z_].*[^:]$/ {
	text = $0
	first = FNR
}
text != "" && FNR != first {
	if ($0 !~ /^\{/)
		text = text " " $0
}
text != "" && (/[;{] *(\/\*.*)?$/ || /^\{/) {
	declaration(text)
	text = ""
}

END { exit bad }
