/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * dewey_test.c: the order of versions, by the rules that the pkgsrc guide and
 * pkg_info(1) tell; dewey.h has them.
 */
#include <atf-c.h>
#include <stdio.h>

#include "dewey.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char	*a;
	char		 is;
	const char	*b;
} pairs[] = {
	/* Numbers, not digits. */
	{ "1", '=', "1" },
	{ "1", '<', "2" },
	{ "9", '<', "10" },
	{ "10", '>', "9" },
	{ "99", '<', "100" },
	{ "0", '<', "1" },
	{ "01", '=', "1" },
	{ "007", '=', "7" },
	{ "1.01", '=', "1.1" },
	{ "1.010", '=', "1.10" },
	{ "1.09", '<', "1.10" },
	{ "20240101", '<', "20250101" },
	{ "20241231", '<', "20250101" },
	{ "99991231", '>', "1.0" },
	{ "4294967295", '<', "4294967296" },
	{ "2147483647", '<', "2147483648" },
	{ "20240131123456", '<', "20240131123457" },

	/* One component after the other. */
	{ "1.0", '<', "1.1" },
	{ "1.9", '<', "1.10" },
	{ "1.10", '>', "1.9" },
	{ "1.2", '<', "1.10" },
	{ "1.2.3", '<', "1.2.4" },
	{ "1.2.9", '<', "1.2.10" },
	{ "1.2.3", '<', "1.3" },
	{ "1.3", '>', "1.2.99" },
	{ "2.0", '>', "1.99.99" },
	{ "2", '>', "1.99" },
	{ "0.9.8", '<', "1.0" },
	{ "0.10", '>', "0.9" },
	{ "3.11.4", '>', "3.9.18" },
	{ "5.36.0", '<', "5.38.2" },
	{ "1.1.1.1", '<', "1.1.1.2" },
	{ "1.1.1.1", '<', "1.1.2" },

	/* What ends first goes on in zeros. */
	{ "1", '=', "1.0" },
	{ "1.0", '=', "1.0.0" },
	{ "1.0.0.0", '=', "1" },
	{ "1", '<', "1.0.1" },
	{ "1.0", '<', "1.0.1" },
	{ "1.2", '<', "1.2.1" },
	{ "1.2.1", '>', "1.2" },
	{ "1.2", '=', "1.2.0" },
	{ "", '=', "0" },
	{ "", '=', "" },
	{ "", '<', "1" },
	{ "", '=', "0.0" },

	/* A dot is a component of its own, and is zero. */
	{ "1.", '=', "1" },
	{ "1..", '=', "1" },
	{ ".1", '<', "1" },
	{ "1..2", '<', "1.2" },
	{ "1..0", '=', "1.0" },
	{ "1.2.", '=', "1.2" },

	/* alpha, beta, rc and pre come before what they stand behind. */
	{ "1.0alpha", '<', "1.0" },
	{ "1.0beta", '<', "1.0" },
	{ "1.0rc", '<', "1.0" },
	{ "1.0pre", '<', "1.0" },
	{ "1.0alpha1", '<', "1.0" },
	{ "1.0beta1", '<', "1.0" },
	{ "1.0rc1", '<', "1.0" },
	{ "1.0pre1", '<', "1.0" },
	{ "1.0alpha", '<', "1.0beta" },
	{ "1.0beta", '<', "1.0rc" },
	{ "1.0alpha", '<', "1.0rc" },
	{ "1.0beta", '<', "1.0pre" },
	{ "1.0rc", '=', "1.0pre" },
	{ "1.0rc1", '=', "1.0pre1" },
	{ "1.0rc1", '<', "1.0pre2" },
	{ "1.0alpha9", '<', "1.0beta1" },
	{ "1.0beta9", '<', "1.0rc1" },
	{ "1.0alpha1", '<', "1.0alpha2" },
	{ "1.0alpha9", '<', "1.0alpha10" },
	{ "1.0beta2", '<', "1.0beta10" },
	{ "1.0rc1", '<', "1.0rc2" },
	{ "1.0rc9", '<', "1.0rc10" },
	{ "1.0rc", '<', "1.0rc1" },
	{ "1.0rc", '=', "1.0rc0" },
	{ "0.9", '<', "1.0alpha1" },
	{ "0.99.99", '<', "1.0rc1" },
	{ "1.1alpha", '>', "1.0" },
	{ "1.1alpha", '>', "1.0.9" },
	{ "1.0alpha", '<', "1.0.1" },
	{ "1.0rc1", '<', "1.0.1" },
	{ "1alpha", '<', "1" },
	{ "1alpha", '<', "1.0" },
	{ "1rc2", '<', "1.0" },
	{ "1beta", '<', "1.0beta" },
	{ "2.0alpha", '<', "2.0.0" },
	{ "1.0alpha.1", '<', "1.0" },
	{ "1.0rc1.1", '>', "1.0rc1" },
	{ "1.0rc1.1", '<', "1.0rc2" },
	{ "1.0alpha0", '=', "1.0alpha" },
	{ "alpha", '<', "0" },
	{ "alpha", '<', "" },
	{ "rc1", '<', "0" },
	{ "9.0_ALPHA", '<', "9.0" },
	{ "9.0_BETA", '<', "9.0" },
	{ "9.0_RC1", '<', "9.0" },
	{ "9.0_BETA", '<', "9.0_RC1" },

	/* pl and the underscore are dots. */
	{ "1.0pl1", '>', "1.0" },
	{ "1.0pl1", '<', "1.0pl2" },
	{ "1.0pl", '=', "1.0" },
	{ "1.0pl0", '=', "1.0" },
	{ "1.0pl1", '=', "1.0.1" },
	{ "1.0_1", '=', "1.0.1" },
	{ "1_0", '=', "1.0" },
	{ "1_2_3", '=', "1.2.3" },
	{ "1.0_1", '=', "1.0pl1" },
	{ "1.0pl9", '<', "1.0pl10" },
	{ "1.0pl9", '<', "1.1" },
	{ "4.2.8pl15", '<', "4.2.8pl18" },
	{ "1_9", '<', "1_10" },

	/* A letter is a dot and its place in the alphabet. */
	{ "1a", '>', "1" },
	{ "1a", '<', "1b" },
	{ "1y", '<', "1z" },
	{ "1.0a", '>', "1.0" },
	{ "1.0a", '<', "1.0b" },
	{ "1.0a", '=', "1.0.1" },
	{ "1.0b", '=', "1.0.2" },
	{ "1.0c", '=', "1.0.3" },
	{ "1.0z", '=', "1.0.26" },
	{ "1.0z", '<', "1.1" },
	{ "1.0z", '<', "1.0.27" },
	{ "1.0a", '<', "1.0.2" },
	{ "0.9.8zh", '>', "0.9.8zg" },
	{ "0.9.8z", '<', "0.9.8za" },
	{ "1.1.1w", '>', "1.1.1k" },
	{ "1.1.1w", '<', "3.0.0" },
	{ "9e", '<', "9f" },
	{ "1.0a1", '>', "1.0a" },
	{ "1.0a1", '<', "1.0a2" },
	{ "1.0ab", '>', "1.0a" },
	{ "1.0p1", '>', "1.0" },
	{ "9.8p1", '<', "9.9p1" },
	{ "9.8p1", '<', "9.8p2" },
	{ "2024a", '<', "2024b" },
	{ "2023d", '<', "2024a" },
	{ "1.0n", '=', "1.0.14" },

	/* Words and letters are known in either case. */
	{ "1.0A", '=', "1.0a" },
	{ "1.0RC1", '=', "1.0rc1" },
	{ "1.0Beta2", '=', "1.0beta2" },
	{ "1.0ALPHA", '=', "1.0alpha" },
	{ "1.0PL1", '=', "1.0pl1" },
	{ "1.0NB1", '=', "1.0nb1" },
	{ "1.0PRE1", '<', "1.0" },

	/* nb, pkgsrc's own revision, counts when all else is equal. */
	{ "1.0nb1", '>', "1.0" },
	{ "1.0nb1", '<', "1.0nb2" },
	{ "1.0nb9", '<', "1.0nb10" },
	{ "1.0nb0", '=', "1.0" },
	{ "1.0nb", '=', "1.0" },
	{ "1.0nb5", '<', "1.0.1" },
	{ "1.0nb5", '<', "1.0a" },
	{ "1.0nb99", '<', "1.1" },
	{ "1.0nb1", '=', "1.0.0nb1" },
	{ "1nb1", '=', "1.0nb1" },
	{ "1.0rc1nb3", '<', "1.0" },
	{ "1.0rc1nb3", '>', "1.0rc1" },
	{ "1.0rc1nb3", '<', "1.0rc2" },
	{ "1.0alpha2nb1", '<', "1.0beta1" },
	{ "1.0anb1", '>', "1.0a" },
	{ "1.0anb1", '<', "1.0b" },
	{ "1.0pl1nb2", '>', "1.0pl1nb1" },
	{ "1.10nb1", '>', "1.9nb7" },
	{ "2.0", '>', "1.0nb100" },
	{ "1.0nb1nb3", '=', "1.0nb3" },
	{ "1.0nb3nb1", '<', "1.0nb3" },

	/* What is none of all that divides nothing. */
	{ "1.0+git", '=', "1.0git" },
	{ "1.0~1", '>', "1.0" },
	{ "1+2", '=', "1~2" },
	{ "1.0-1", '=', "1.0~1" },
};

static char
order(const char *a, const char *b)
{
	int n = dewey_compare(a, b);

	return n < 0 ? '<' : n > 0 ? '>' : '=';
}

ATF_TC_WITHOUT_HEAD(table);
ATF_TC_BODY(table, tc)
{
	char is, turned;
	size_t i;

	(void)tc;
	ATF_REQUIRE(COUNT(pairs) >= 150);
	for (i = 0; i < COUNT(pairs); i++) {
		turned = pairs[i].is == '<' ? '>' : pairs[i].is == '>' ? '<' :
		    '=';
		is = order(pairs[i].a, pairs[i].b);
		ATF_CHECK_MSG(is == pairs[i].is, "\"%s\" %c \"%s\", not %c",
		    pairs[i].a, is, pairs[i].b, pairs[i].is);
		is = order(pairs[i].b, pairs[i].a);
		ATF_CHECK_MSG(is == turned, "\"%s\" %c \"%s\", not %c",
		    pairs[i].b, is, pairs[i].a, turned);
	}
}

/* Of any three versions the order is one order. */
ATF_TC_WITHOUT_HEAD(transitive);
ATF_TC_BODY(transitive, tc)
{
	const char *a, *b, *c;
	size_t i, j, k;

	(void)tc;
	for (i = 0; i < COUNT(pairs); i++) {
		for (j = 0; j < COUNT(pairs); j++) {
			for (k = 0; k < COUNT(pairs); k++) {
				a = pairs[i].a;
				b = pairs[j].b;
				c = pairs[k].a;
				if (dewey_compare(a, b) > 0 ||
				    dewey_compare(b, c) > 0)
					continue;
				ATF_REQUIRE_MSG(dewey_compare(a, c) <= 0,
				    "%s, %s, %s", a, b, c);
			}
		}
	}
}

/* A number that is too long for the machine is large, not negative. */
ATF_TC_WITHOUT_HEAD(long_numbers);
ATF_TC_BODY(long_numbers, tc)
{
	(void)tc;
	ATF_CHECK_EQ('<', order("1", "99999999999999999999999999"));
	ATF_CHECK_EQ('<', order("9000000000000000000", "99999999999999999999"));
	ATF_CHECK_EQ('=', order("99999999999999999999", "99999999999999999998"));
	ATF_CHECK_EQ('<', order("1.0nb1", "1.0nb99999999999999999999"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, table);
	ATF_TP_ADD_TC(tp, transitive);
	ATF_TP_ADD_TC(tp, long_numbers);
	return atf_no_error();
}
