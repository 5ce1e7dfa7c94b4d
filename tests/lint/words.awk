# words.awk - identifiers of C files that have a word of words.list in them
#
# Comments, strings and character constants are taken out first. Words are the parts of an
# identifier between underscores.
FILENAME ~ /words\.list$/ {
	if ($0 ~ /^#/ || NF == 0)
		next
	if ($1 == "except")
		excepted[$2] = 1
	else
		better[$1] = $0
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

{
	n = split(code($0), names, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++) {
		if (names[i] in excepted)
			continue
		parts = split(tolower(names[i]), part, "_")
		for (j = 1; j <= parts; j++) {
			if (part[j] in better) {
				print FILENAME ":" FNR ": " names[i] ": " better[part[j]]
				bad = 1
			}
		}
	}
}

END { exit bad }
