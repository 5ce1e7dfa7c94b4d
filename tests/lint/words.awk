# words.awk - identifiers of C files, and file names on stdin, with a word of words.list in them
#
# Comments, strings and character constants are taken out first. The words of a name are its
# parts between underscores, dots and slashes.
FILENAME ~ /words\.list$/ {
	if ($0 ~ /^#/ || NF == 0)
		next
	if ($1 == "except")
		excepted[$2] = 1
	else
		better[$1] = substr($0, 1, length($1)) ": write " substr($0, length($1) + 2)
	next
}

FNR == 1 { comment = 0 }

# The code of a line, without comments and strings.
function code(line,    out, c, i, n) {
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		if (comment) {
			if (c == "*" && substr(line, i + 1, 1) == "/") {
				comment = 0
				i++
			}
		} else if (c == "/" && substr(line, i + 1, 1) == "*") {
			comment = 1
			i++
		} else if (c == "/" && substr(line, i + 1, 1) == "/") {
			break
		} else if (c == "\"" || c == "'") {
			for (i++; i <= n && substr(line, i, 1) != c; i++)
				if (substr(line, i, 1) == "\\")
					i++
			out = out " "
		} else {
			out = out c
		}
	}
	return out
}

function check(where, name,    part, parts, i) {
	if (name in excepted)
		return
	parts = split(tolower(name), part, /[_.\/-]/)
	for (i = 1; i <= parts; i++) {
		if (part[i] in better) {
			print where name ": instead of " better[part[i]]
			bad = 1
		}
	}
}

FILENAME == "-" {
	check("", $0)
	next
}

{
	n = split(code($0), names, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		check(FILENAME ":" FNR ": ", names[i])
}

END { exit bad }
