/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exit_code.h - how kdump-collect, kdump-report and the collector inside kdump-capture end
 *
 * The values are documented in kdump-collect(8), and scripts use them. Under the name makedumpfile
 * the program has makedumpfile's codes instead: 0 and 1, see exit_code() in cli/options.h.
 */
#ifndef BASE_EXIT_CODE_H
#define BASE_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_COMPLETE = 0, /* all that was asked for is there */
	EXIT_CODE_NOTHING = 1,	/* nothing usable was saved, or a test failed */
	EXIT_CODE_USAGE = 2,	/* wrong command line; nothing was done */
	EXIT_CODE_PARTIAL = 3,	/* a dump that readers open, with pages missing */
};

#endif
