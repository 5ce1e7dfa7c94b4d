/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * temp_dir.h - directories of one test's run: two runs at a time, of two users too, are no trouble
 *
 * They lie in $TMPDIR, which tests/unit/quiet.sh sets and removes, else in /tmp.
 */
#ifndef TEMP_DIR_H
#define TEMP_DIR_H

#define TEMP_DIR_MAX 48

/*
 * A new directory. It is removed with all in it when this process ends, so a test that fails leaves
 * nothing; a test that looks for what is left behind removes it itself. out is returned.
 */
char *temp_dir(char out[TEMP_DIR_MAX]);

/* Remove it now, with all in it. */
void temp_dir_drop(const char *dir);

#define TEMP_PATH_MAX 112

/* The same path for the same name, as long as the process is the same. out is returned. */
const char *temp_path(const char *name, char out[TEMP_PATH_MAX]);

#endif
