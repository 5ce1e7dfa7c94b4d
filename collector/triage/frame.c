/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.c - functions as the kernel prints them in a log */
#include "triage/frame.h"

#include "triage/line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' || c == ':' ||
	       c == '~';
}

/* The name that ends before at; NULL: there is none. */
static const char *name_before(const char *text, const char *at)
{
	const char *start = at;

	while (start > text && is_name_char(start[-1]))
		start--;
	while (start < at && !isalpha((unsigned char)*start) && *start != '_')
		start++;
	return start < at ? start : NULL;
}

static void take_module(const char *text, struct triage_frame *out)
{
	const char *open = strchr(text, '[');
	size_t n = open ? strcspn(open + 1, "] ") : 0;

	out->module[0] = '\0';
	if (open && n < sizeof(out->module) && strncmp(open, "[inline]", 8) != 0)
		snprintf(out->module, sizeof(out->module), "%.*s", (int)n, open + 1);
}

static void take(const char *name, const char *end, const char *rest, struct triage_frame *out)
{
	snprintf(out->name, sizeof(out->name), "%.*s", (int)(end - name), name);
	take_module(rest, out);
}

/* "func+0x12/0x34" anywhere. */
static bool parse_offset(const char *text, struct triage_frame *out)
{
	const char *plus = text;

	while ((plus = strstr(plus, "+0x"))) {
		const char *name = name_before(text, plus);
		const char *end = plus + 3 + strspn(plus + 3, "0123456789abcdef");

		if (name && end > plus + 3 &&
		    (strncmp(end, "/0x", 3) == 0 || strchr(" )]", *end))) {
			end += strcspn(end, " )");
			take(name, plus, end, out);
			snprintf(out->offset, sizeof(out->offset), "%.*s", (int)(end - plus), plus);
			out->unsure = memchr(text, '?', (size_t)(name - text)) ||
				      strstr(end, "(unreliable)");
			return true;
		}
		plus += 3;
	}
	return false;
}

/* " (fs/a.c:12": where the source lines were looked up, as scripts/decode_stacktrace.sh does. */
static bool is_source(const char *text)
{
	size_t n = strcspn(text + 2, " ():");

	return line_starts(text, " (") && memchr(text + 2, '.', n) && text[n + 2] == ':' &&
	       isdigit((unsigned char)text[n + 3]);
}

/* "func (fs/a.c:12 (discriminator 1)) module" */
static bool parse_source(const char *text, struct triage_frame *out)
{
	const char *at = text, *end;

	while ((at = strstr(at, " (")) && !is_source(at))
		at++;
	if (!at || !name_before(text, at))
		return false;
	end = strrchr(at, ')');
	take(name_before(text, at), at, "", out);
	if (end && end[1] == ' ' && isalpha((unsigned char)end[2]))
		snprintf(out->module, sizeof(out->module), "%.*s", (int)strcspn(end + 2, " "),
			 end + 2);
	out->unsure = memchr(text, '?', (size_t)(name_before(text, at) - text));
	return true;
}

/* "func mm/slab.c:123 [inline]" */
static bool parse_inline(const char *text, struct triage_frame *out)
{
	const char *at = text + strspn(text, " \t"), *end = at;

	if (!strstr(text, " [inline]"))
		return false;
	while (is_name_char(*end) && *end != ':')
		end++;
	if (end == at || *end != ' ')
		return false;
	take(at, end, "", out);
	return true;
}

bool frame_parse(const char *text, struct triage_frame *out)
{
	*out = (struct triage_frame){ .unsure = false };
	return parse_offset(text, out) || parse_source(text, out) || parse_inline(text, out);
}

/* Only an address, "<IRQ>", "<<EOE>>", "?", "(", blanks or powerpc's "." may stand in front. */
bool frame_line(const char *text, struct triage_frame *out)
{
	const char *at = text;

	if (!frame_parse(text, out))
		return false;
	at += strspn(at, " \t?(.");
	while (*at == '[' || *at == '<') {
		at += strcspn(at, "]>");
		at += strspn(at, ">] \t?(.");
	}
	return strncmp(at, out->name, strlen(out->name)) == 0;
}

void frame_base_name(const char *name, char out[FRAME_NAME])
{
	static const char *const endings[] = { ".isra.", ".constprop.", ".part.", ".cold",
					       ".llvm." };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const char *at = strstr(name, endings[i]);

		if (at && (size_t)(at - name) < n)
			n = (size_t)(at - name);
	}
	snprintf(out, FRAME_NAME, "%.*s", (int)n, name);
}

bool frame_name_fits(const char *pattern, const char *name)
{
	while (*pattern && *pattern != '*') {
		if (*pattern++ != *name++)
			return false;
	}
	if (!*pattern)
		return !*name;
	for (pattern++;; name++) {
		if (frame_name_fits(pattern, name))
			return true;
		if (!*name)
			return false;
	}
}

#define SKIP_REPORT   1
#define SKIP_HELPER   2
#define SKIP_WAIT     3
#define SKIP_CALLBACK 4
#define SKIP_ENTRY    5

static const struct {
	int kind;
	const char *pattern;
} skips[] = {
#define SKIP(kind, pattern, example) { SKIP_##kind, pattern },
#include "triage/skip.def"
#undef SKIP
};

/* Does a row of a kind between first and last match? */
static bool is_of_kind(const char *name, int first, int last)
{
	char base[FRAME_NAME];

	frame_base_name(name, base);
	for (size_t i = 0; i < sizeof(skips) / sizeof(skips[0]); i++)
		if (skips[i].kind >= first && skips[i].kind <= last &&
		    frame_name_fits(skips[i].pattern, base))
			return true;
	return false;
}

bool frame_reports(const char *name)
{
	return is_of_kind(name, SKIP_REPORT, SKIP_REPORT);
}

bool frame_is_helper(const char *name)
{
	return is_of_kind(name, SKIP_REPORT, SKIP_HELPER);
}

bool frame_is_waiting(const char *name)
{
	return is_of_kind(name, SKIP_REPORT, SKIP_WAIT);
}

bool frame_calls_back(const char *name)
{
	return is_of_kind(name, SKIP_CALLBACK, SKIP_CALLBACK);
}

bool frame_is_entry(const char *name)
{
	return is_of_kind(name, SKIP_CALLBACK, SKIP_ENTRY);
}
