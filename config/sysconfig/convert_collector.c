/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert_collector.c - MAKEDUMP_ARGS and the like, as core_collector */
#include "config/sysconfig/convert.h"

#include "base/util.h"

#include <string.h>
#include <strings.h>

static const char *stream_option(const struct convert *v)
{
	return v->streams ? " -F" : "";
}

/* KDUMP_DUMPFORMAT and KDUMP_DUMPLEVEL, as options. */
static const char *format_option(struct convert *v, const char *format)
{
	static const struct {
		const char *format, *option;
	} formats[] = {
		{ "compressed", " -c" }, { "lzo", " -l" }, { "snappy", " -p" },
		{ "zstd", " -z" },	 { "raw", "" },
	};

	for (size_t i = 0; format && i < ARRAY_SIZE(formats); i++) {
		if (strcasecmp(format, formats[i].format) == 0)
			return formats[i].option;
	}
	if (format)
		convert_complain(
			v, CONFIG_WARNING, "KDUMP_DUMPFORMAT",
			"dumps are written in kdump format; write compressed, lzo, snappy, "
			"zstd, raw or none");
	return " -c";
}

/* If the whole command line is given in one variable, those for its parts have no effect. */
static void complain_of_unused(struct convert *v)
{
	static const char *const unused[] = { "KDUMP_DUMPFORMAT", "KDUMP_DUMPLEVEL",
					      "MAKEDUMPFILE_OPTIONS" };

	for (size_t i = 0; i < ARRAY_SIZE(unused); i++) {
		if (convert_value(v, unused[i]))
			convert_complain(v, CONFIG_WARNING, unused[i],
					 "no effect beside MAKEDUMP_ARGS; leave one out");
	}
}

/* Without any of these variables the default command is better than a copy of the old one. */
void convert_collector(struct convert *v)
{
	const char *args = convert_value(v, "MAKEDUMP_ARGS");
	const char *format = convert_value(v, "KDUMP_DUMPFORMAT");
	const char *level = convert_value(v, "KDUMP_DUMPLEVEL");
	const char *more = convert_value(v, "MAKEDUMPFILE_OPTIONS");

	if (args) {
		complain_of_unused(v);
		convert_line(v, "MAKEDUMP_ARGS", "core_collector", "makedumpfile%s %s",
			     stream_option(v), args);
	} else if (format && strcasecmp(format, "none") == 0) {
		convert_line(v, "KDUMP_DUMPFORMAT", "core_collector", "none");
	} else if (format || level || more) {
		convert_line(v,
			     format  ? "KDUMP_DUMPFORMAT"
			     : level ? "KDUMP_DUMPLEVEL"
				     : "MAKEDUMPFILE_OPTIONS",
			     "core_collector", "makedumpfile%s%s -d %s%s%s", stream_option(v),
			     format_option(v, format), level ? level : "31", more ? " " : "",
			     more ? more : "");
	}
}
