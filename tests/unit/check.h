/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - TEST() and CHECK() over cmocka
 *
 *     TEST(name) { CHECK_EQ(1 + 1, 2); }
 *     RUN(name, other_name)            last line of the file
 */
#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct check_site {
	const char *a, *b; /* the expressions */
	const char *file;
	int line;
};

/* support/check.c: fails the running test unless a is b. */
void check_equal(uintmax_t a, uintmax_t b, const struct check_site *site);

/* Fails the running test: a is not what op ("<", "!=") says of it and b. */
void check_differs(uintmax_t a, const char *op, uintmax_t b, const struct check_site *site);

/* For what has no two values; comparisons are CHECK_EQ, CHECK_OP, CHECK_STR and CHECK_MEM. */
#define CHECK(x) assert_true(x)
/* Both values are shown if they differ, as numbers with and without sign. */
#define CHECK_EQ(a, b)                              \
	check_equal((uintmax_t)(a), (uintmax_t)(b), \
		    &(const struct check_site){ #a, #b, __FILE__, __LINE__ })
/* CHECK_OP(size, <, limit): as CHECK_EQ. The limit is evaluated again for a message. */
#define CHECK_OP(a, op, b)                                                                       \
	do {                                                                                     \
		const __auto_type value_ = (a);                                                  \
		if (!(value_ op(b)))                                                             \
			check_differs((uintmax_t)value_, #op, (uintmax_t)(b),                    \
				      &(const struct check_site){ #a, #b, __FILE__, __LINE__ }); \
	} while (0)
#define CHECK_STR(a, b)	     assert_string_equal((a), (b))
#define CHECK_MEM(a, b, len) assert_memory_equal((a), (b), (len))

#define TEST(name)	     static void test_##name(void **state __attribute__((unused)))

/* clang-format off */
#define U1(a)			cmocka_unit_test(test_##a)
#define U2(a, ...)		U1(a), U1(__VA_ARGS__)
#define U3(a, ...)		U1(a), U2(__VA_ARGS__)
#define U4(a, ...)		U1(a), U3(__VA_ARGS__)
#define U5(a, ...)		U1(a), U4(__VA_ARGS__)
#define U6(a, ...)		U1(a), U5(__VA_ARGS__)
#define U7(a, ...)		U1(a), U6(__VA_ARGS__)
#define U8(a, ...)		U1(a), U7(__VA_ARGS__)
#define U9(a, ...)		U1(a), U8(__VA_ARGS__)
#define U10(a, ...)		U1(a), U9(__VA_ARGS__)
#define U11(a, ...)		U1(a), U10(__VA_ARGS__)
#define U12(a, ...)		U1(a), U11(__VA_ARGS__)
#define U13(a, ...)		U1(a), U12(__VA_ARGS__)
#define U14(a, ...)		U1(a), U13(__VA_ARGS__)
#define U15(a, ...)		U1(a), U14(__VA_ARGS__)
#define U16(a, ...)		U1(a), U15(__VA_ARGS__)
#define U17(a, ...)		U1(a), U16(__VA_ARGS__)
#define U18(a, ...)		U1(a), U17(__VA_ARGS__)
#define U19(a, ...)		U1(a), U18(__VA_ARGS__)
#define U20(a, ...)		U1(a), U19(__VA_ARGS__)
#define UPICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, \
	      _19, _20, n, ...) n
#define RUN(...)                                                                              \
	int main(void)                                                                        \
	{                                                                                     \
		const struct CMUnitTest tests[] = { UPICK(__VA_ARGS__, U20, U19, U18, U17,    \
							  U16, U15, U14, U13,                 \
							  U12, U11, U10, U9, U8, U7, U6, U5,  \
							  U4, U3, U2, U1, U1)(__VA_ARGS__) }; \
		cmocka_set_message_output(CM_OUTPUT_TAP);                                     \
		return cmocka_run_group_tests(tests, NULL, NULL);                             \
	}

/* clang-format on */

#endif
