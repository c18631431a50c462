/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * digest_test.c: sums against the examples of FIPS 180-4 and of NIST's
 * "Secure Hash Standard" validation papers.
 */
#include <atf-c.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"

#define LONG_MESSAGE \
	"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

static struct err e;

static const struct example {
	enum digest_kind kind;
	const char	*message;
	size_t		 times;
	const char	*sum;
} examples[] = {
	{ DIGEST_SHA256, "", 1,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ DIGEST_SHA256, "abc", 1,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ DIGEST_SHA256, LONG_MESSAGE, 1,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ DIGEST_SHA256, "a", 1000000,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
	{ DIGEST_SHA512, "abc", 1,
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ DIGEST_SHA512, LONG_MESSAGE, 1,
	    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
	    "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445" },
	{ DIGEST_SHA512, "a", 1000000,
	    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
	    "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b" },
};
#define NEXAMPLES (sizeof(examples) / sizeof(examples[0]))

ATF_TC_WITHOUT_HEAD(examples);
ATF_TC_BODY(examples, tc)
{
	uint8_t raw[DIGEST_BYTES_MAX];
	char hex[DIGEST_HEX_MAX];
	struct digest *d;
	size_t i, n;

	(void)tc;
	for (i = 0; i < NEXAMPLES; i++) {
		ATF_REQUIRE((d = digest_new(examples[i].kind, &e)) != NULL);
		for (n = 0; n < examples[i].times; n++)
			digest_update(d, examples[i].message,
			    strlen(examples[i].message));
		digest_hex(hex, raw, digest_final(d, raw));
		ATF_CHECK_STREQ(examples[i].sum, hex);
	}
}

ATF_TC_WITHOUT_HEAD(whole_file_from_its_start);
ATF_TC_BODY(whole_file_from_its_start, tc)
{
	char hex[DIGEST_HEX_MAX], *text = malloc(1000000);
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	(void)tc;
	ATF_REQUIRE(fd != -1 && text != NULL);
	memset(text, 'a', 1000000);
	ATF_REQUIRE(write(fd, text, 1000000) == 1000000);
	ATF_REQUIRE(lseek(fd, 12345, SEEK_SET) == 12345);
	ATF_REQUIRE(digest_fd(DIGEST_SHA256, fd, hex, &e) == 0);
	ATF_CHECK_STREQ(examples[3].sum, hex);
	ATF_REQUIRE(digest_fd(DIGEST_SHA512, fd, hex, &e) == 0);
	ATF_CHECK_STREQ(examples[6].sum, hex);
	ATF_CHECK(lseek(fd, 0, SEEK_CUR) == 12345);
	(void)close(fd);
	free(text);
}

ATF_TC_WITHOUT_HEAD(what_cannot_be_read);
ATF_TC_BODY(what_cannot_be_read, tc)
{
	char hex[DIGEST_HEX_MAX];
	int fd = open(".", O_RDONLY);

	(void)tc;
	ATF_REQUIRE(fd != -1);
	ATF_CHECK(digest_fd(DIGEST_SHA256, fd, hex, &e) == -1);
	ATF_CHECK(e.text[0] != '\0');
	ATF_CHECK(digest_fd(DIGEST_NONE, fd, hex, &e) == -1);
	ATF_CHECK(digest_new(DIGEST_NONE, &e) == NULL);
	(void)close(fd);
}

ATF_TC_WITHOUT_HEAD(kinds);
ATF_TC_BODY(kinds, tc)
{
	char bad[DIGEST_HEX_MAX];

	(void)tc;
	ATF_CHECK_EQ(DIGEST_SHA256, digest_kind_of(examples[0].sum));
	ATF_CHECK_EQ(DIGEST_SHA512, digest_kind_of(examples[4].sum));
	ATF_CHECK_EQ(DIGEST_NONE, digest_kind_of(""));
	ATF_CHECK_EQ(DIGEST_NONE, digest_kind_of(examples[0].sum + 1));
	(void)memcpy(bad, examples[0].sum, 65);
	bad[63] = 'g';
	ATF_CHECK_EQ(DIGEST_NONE, digest_kind_of(bad));
	bad[63] = 'F';
	ATF_CHECK_EQ(DIGEST_SHA256, digest_kind_of(bad));
	ATF_CHECK_STREQ("SHA256", digest_kind_name(DIGEST_SHA256));
	ATF_CHECK_STREQ("SHA512", digest_kind_name(DIGEST_SHA512));
}

/* Both ways to SHA-256 give one sum, whatever the lengths and the pieces. */
ATF_TC_WITHOUT_HEAD(both_ways);
ATF_TC_BODY(both_ways, tc)
{
	static uint8_t text[70000];
	uint8_t a[DIGEST_BYTES_MAX], b[DIGEST_BYTES_MAX];
	struct digest *plain, *fast;
	uint32_t x = 1;
	size_t i, at, n, len;

	(void)tc;
	for (i = 0; i < sizeof(text); i++) {
		x = x * 1664525 + 1013904223;
		text[i] = (uint8_t)(x >> 24);
	}
	for (i = 0; i < 1500; i++) {
		len = i < 300 ? i : i * 46;
		digest_plain(true);
		ATF_REQUIRE((plain = digest_new(DIGEST_SHA256, &e)) != NULL);
		digest_plain(false);
		ATF_REQUIRE((fast = digest_new(DIGEST_SHA256, &e)) != NULL);
		digest_update(plain, text, len);
		for (at = 0; at < len; at += n) {
			x = x * 1664525 + 1013904223;
			n = (x >> 24) * (i % 7 == 0 ? 20 : 1);
			n = n < len - at ? n : len - at;
			digest_update(fast, text + at, n);
		}
		ATF_REQUIRE_EQ(32, digest_final(plain, a));
		ATF_REQUIRE_EQ(32, digest_final(fast, b));
		ATF_CHECK_MSG(memcmp(a, b, 32) == 0, "%zu bytes", len);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, examples);
	ATF_TP_ADD_TC(tp, whole_file_from_its_start);
	ATF_TP_ADD_TC(tp, what_cannot_be_read);
	ATF_TP_ADD_TC(tp, kinds);
	ATF_TP_ADD_TC(tp, both_ways);
	return atf_no_error();
}
