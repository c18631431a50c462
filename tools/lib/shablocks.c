/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shablocks.c: by the SHA extensions of x86 (Intel's Software Developer's Manual,
 * volume 2: SHA256RNDS2, SHA256MSG1, SHA256MSG2).
 */
#include "shablocks.h"

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>

#define TARGET __attribute__((__target__("sha,ssse3,sse4.1")))

/* FIPS 180-4, 4.2.2. */
static const uint32_t k256[64] __attribute__((__aligned__(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The instructions keep the eight words of the state as a, b, e, f and
 * c, d, g, h; two rounds make the one half out of the other. */
struct halves {
	__m128i	abef, cdgh;
};

/* Rounds i to i + 3, of whose words of the schedule w has four. */
TARGET static inline void
rounds(struct halves *s, __m128i w, int i)
{
	__m128i wk = _mm_add_epi32(w,
	    _mm_load_si128((const __m128i *)(const void *)&k256[i]));

	s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, wk);
	s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh,
	    _mm_shuffle_epi32(wk, 0x0e));
}

/* The four words of the schedule that follow those of a, b, c and d. */
TARGET static inline __m128i
schedule(__m128i a, __m128i b, __m128i c, __m128i d)
{
	return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b),
	    _mm_alignr_epi8(d, c, 4)), d);
}

TARGET static void
block(struct halves *s, const uint8_t *p)
{
	const __m128i order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11,
	    4, 5, 6, 7, 0, 1, 2, 3);
	const __m128i *in = (const __m128i *)(const void *)p;
	__m128i a = _mm_shuffle_epi8(_mm_loadu_si128(in), order);
	__m128i b = _mm_shuffle_epi8(_mm_loadu_si128(in + 1), order);
	__m128i c = _mm_shuffle_epi8(_mm_loadu_si128(in + 2), order);
	__m128i d = _mm_shuffle_epi8(_mm_loadu_si128(in + 3), order);
	int i;

	for (i = 0; i < 48; i += 16) {
		rounds(s, a, i);
		a = schedule(a, b, c, d);
		rounds(s, b, i + 4);
		b = schedule(b, c, d, a);
		rounds(s, c, i + 8);
		c = schedule(c, d, a, b);
		rounds(s, d, i + 12);
		d = schedule(d, a, b, c);
	}
	rounds(s, a, 48);
	rounds(s, b, 52);
	rounds(s, c, 56);
	rounds(s, d, 60);
}

TARGET static void
blocks(uint32_t state[8], const uint8_t *p, size_t n)
{
	__m128i *h = (__m128i *)(void *)state;
	__m128i abcd = _mm_loadu_si128(h), efgh = _mm_loadu_si128(h + 1);
	struct halves s, was;

	/* Lanes are named from the highest to the lowest. */
	abcd = _mm_shuffle_epi32(abcd, 0xb1);		/* c d a b */
	efgh = _mm_shuffle_epi32(efgh, 0x1b);		/* e f g h */
	s.abef = _mm_alignr_epi8(abcd, efgh, 8);
	s.cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);
	for (; n > 0; n--, p += SHA256_BLOCK) {
		was = s;
		block(&s, p);
		s.abef = _mm_add_epi32(s.abef, was.abef);
		s.cdgh = _mm_add_epi32(s.cdgh, was.cdgh);
	}
	abcd = _mm_shuffle_epi32(s.abef, 0x1b);		/* f e b a */
	efgh = _mm_shuffle_epi32(s.cdgh, 0xb1);		/* d c h g */
	_mm_storeu_si128(h, _mm_blend_epi16(abcd, efgh, 0xf0));
	_mm_storeu_si128(h + 1, _mm_alignr_epi8(efgh, abcd, 8));
}

/* CPUID: leaf 7, EBX bit 29; leaf 1, ECX bits 9 and 19. */
sha256_blocks *
sha256_fast(void)
{
	unsigned a, b, c, d, c1;

	if (!__get_cpuid(1, &a, &b, &c1, &d) ||
	    !__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return NULL;
	if (!(b & 1u << 29) || !(c1 & 1u << 9) || !(c1 & 1u << 19))
		return NULL;
	return blocks;
}

#else

sha256_blocks *
sha256_fast(void)
{
	return NULL;
}

#endif
