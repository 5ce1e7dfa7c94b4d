/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.c - a report as one HTML page, which loads nothing and draws itself from the JSON in it */
#include "report/report.h"

#include "base/err.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define LOG_TAIL (256u << 10) /* bytes of the log that are in the page */

/* page/NAME as a string; Makefile says that this file depends on it. */
#define ASSET(symbol, path)                                           \
	__asm__(".pushsection .rodata\n" #symbol ":\n.incbin \"" path \
		"\"\n.byte 0\n.popsection\n");                        \
	extern const char symbol[] __attribute__((visibility("hidden")))

ASSET(report_page_css, "collector/report/page/page.css");
ASSET(report_page_js, "collector/report/page/page.js");

/* Inside of <script> nothing ends it but "</script", and inside of <pre> nothing begins a tag. */
static void put_json(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&')
			fprintf(f, "\\u%04x", (unsigned)*text);
		else
			fputc(*text, f);
	}
}

static void put_html(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '>')
			fputs("&gt;", f);
		else if (*text == '&')
			fputs("&amp;", f);
		else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
			fputc(*text, f);
		else
			fputc('?', f);
	}
}

/* What print wrote, to be freed; NULL: it failed, with words in the trail. */
static char *text_of(struct report *r, int (*print)(struct report *r, FILE *f))
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int rc = f ? print(r, f) : fail(-ENOMEM, "report");

	if (f && fclose(f) != 0 && rc == 0)
		rc = fail(-ENOMEM, "report");
	if (rc == 0)
		return text;
	free(text);
	return NULL;
}

/* The end of the log as a JSON string, from the start of a line; to be freed. */
static char *quoted_log(struct report *r)
{
	char *log = text_of(r, report_log), *tail = log, *quoted = NULL;
	size_t len = log ? strlen(log) : 0, size;
	FILE *f = open_memstream(&quoted, &size);

	fail_clear(); /* a page without a log is a page */
	if (len > LOG_TAIL) {
		tail = strchr(log + len - LOG_TAIL, '\n');
		tail = tail ? tail + 1 : log + len - LOG_TAIL;
	}
	if (f) {
		json_string(f, tail ? tail : "");
		fclose(f);
	}
	free(log);
	return quoted;
}

/* The report's JSON with one member more. */
static int put_data(struct report *r, FILE *f)
{
	char *json = text_of(r, report_json), *log = json ? quoted_log(r) : NULL;
	char *brace = json ? strrchr(json, '}') : NULL;
	int rc = brace && log ? 0 : fail(-ENOMEM, "page of the report");

	if (rc == 0) {
		*brace = '\0';
		put_json(f, json);
		fputs(",\"log\":", f);
		put_json(f, log);
		fputc('}', f);
	}
	free(json);
	free(log);
	return rc;
}

int report_html(struct report *r, FILE *f)
{
	char *text = text_of(r, report_text);
	int rc;

	if (!text)
		return -ENOMEM;
	fprintf(f,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<title>report of a crash</title>\n<style>\n%s</style>\n</head>\n<body>\n"
		"<noscript><pre>",
		report_page_css);
	put_html(f, text);
	free(text);
	fputs("</pre></noscript>\n<script type=\"application/json\" id=\"report\">", f);
	rc = put_data(r, f);
	fprintf(f, "</script>\n<script>\n%s</script>\n</body>\n</html>\n", report_page_js);
	if (rc < 0)
		return rc;
	return fflush(f) == 0 && !ferror(f) ? 0 : fail(-EIO, "write the page");
}
