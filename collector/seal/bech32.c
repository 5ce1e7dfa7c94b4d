/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bech32.c - the text form of age keys: letters that say what it is, data, a checksum
 *
 *     prefix | 1 | groups of 5 bits, the first bit of the key first | 6 groups of checksum
 */
#include "seal/bech32.h"

#include "base/err.h"

#include <ctype.h>
#include <string.h>

#define CHECK  6
#define GROUPS ((BECH32_KEY * 8 + 4) / 5)
#define PAD    (GROUPS * 5 - BECH32_KEY * 8)

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* One more group into the checksum: a remainder in GF(32). */
static uint32_t polymod(uint32_t sum, uint8_t group)
{
	static const uint32_t gen[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
					 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ group;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= gen[i];
	return sum;
}

static uint32_t sum_prefix(const char *prefix)
{
	uint32_t sum = 1;

	for (const char *p = prefix; *p; p++)
		sum = polymod(sum, (uint8_t)((unsigned char)*p >> 5));
	sum = polymod(sum, 0);
	for (const char *p = prefix; *p; p++)
		sum = polymod(sum, (uint8_t)(*p & 31));
	return sum;
}

/* The value of a character in the wanted case, or -1. */
static int group_of(char c, bool upper)
{
	const char *at;

	if (c == '\0' || (upper ? islower((unsigned char)c) : isupper((unsigned char)c)))
		return -1;
	at = strchr(alphabet, tolower((unsigned char)c));
	return at ? (int)(at - alphabet) : -1;
}

static bool has_prefix(const char *text, const char *prefix, bool upper)
{
	for (; *prefix; text++, prefix++) {
		char want = upper ? (char)toupper((unsigned char)*prefix) : *prefix;

		if (*text != want)
			return false;
	}
	return *text == '1';
}

static int wrong(const char *what)
{
	return fail_set(-EINVAL, "the key has %s", what);
}

/* Groups of 5 bits into bytes; what is left over must be zero. */
static int join_groups(const uint8_t *group, uint8_t out[BECH32_KEY])
{
	uint32_t bits = 0;
	unsigned nr = 0, n = 0;

	for (unsigned i = 0; i < GROUPS; i++) {
		bits = (bits << 5 | group[i]) & 0xfff;
		nr += 5;
		if (nr >= 8) {
			nr -= 8;
			out[n++] = (uint8_t)(bits >> nr);
		}
	}
	return bits & ((1u << PAD) - 1) ? wrong("bits behind its end") : 0;
}

int bech32_decode(const char *text, const char *prefix, bool upper, uint8_t out[BECH32_KEY])
{
	uint32_t sum = sum_prefix(prefix);
	uint8_t group[GROUPS + CHECK];
	const char *data;

	if (!has_prefix(text, prefix, upper))
		return wrong("letters in front that are not those of its kind");
	data = text + strlen(prefix) + 1;
	if (strlen(data) != GROUPS + CHECK)
		return wrong("another length than such keys have");
	for (unsigned i = 0; i < GROUPS + CHECK; i++) {
		int v = group_of(data[i], upper);

		if (v < 0)
			return wrong("a character that no key has");
		group[i] = (uint8_t)v;
		sum = polymod(sum, group[i]);
	}
	if (sum != 1)
		return wrong("a wrong checksum; is a character of it mistyped?");
	return join_groups(group, out);
}

void bech32_encode(const uint8_t key[BECH32_KEY], const char *prefix, bool upper,
		   char out[BECH32_TEXT_MAX])
{
	uint32_t sum = sum_prefix(prefix);
	char *p = stpcpy(out, prefix);

	*p++ = '1';
	for (unsigned i = 0; i < GROUPS; i++) {
		unsigned bit = i * 5, byte = bit / 8;
		unsigned two =
			(unsigned)key[byte] << 8 | (byte + 1 < BECH32_KEY ? key[byte + 1] : 0);
		uint8_t group = two >> (11 - bit % 8) & 31;

		sum = polymod(sum, group);
		*p++ = alphabet[group];
	}
	for (unsigned i = 0; i < CHECK; i++)
		sum = polymod(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < CHECK; i++)
		*p++ = alphabet[sum >> (5 * (CHECK - 1 - i)) & 31];
	*p = '\0';
	for (p = out; upper && *p; p++)
		*p = (char)toupper((unsigned char)*p);
}
