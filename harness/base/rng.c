#include "base/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

struct state {
  uint64_t word[4];
};

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static unsigned long next(void *opaque) {
  uint64_t *s = ((struct state *)opaque)->word;
  uint64_t result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

/* 53 high bits: uniform on [0, 1). */
static double next_double(void *opaque) { return (double)(next(opaque) >> 11) * 0x1p-53; }

/* GSL insists on a seeding function; streams are seeded in limen_rng_alloc, all 256 bits. */
static void set(void *opaque, unsigned long seed) {
  struct state *state = opaque;
  *state = (struct state){{seed, 1, 2, 3}};
}

static const gsl_rng_type xoshiro = {
    .name = "xoshiro256++",
    .max = UINT64_MAX,
    .min = 0,
    .size = sizeof(struct state),
    .set = set,
    .get = next,
    .get_double = next_double,
};

gsl_rng *limen_rng_alloc(uint64_t seed, const char *stream, struct limen_error *error) {
  char name[512];
  int length = snprintf(name, sizeof name, "%" PRIu64 "/%s", seed, stream);
  if (length < 0 || (size_t)length >= sizeof name) {
    LIMEN_FAIL(error, LIMEN_FAILED, "the stream name \"%.40s...\" is too long", stream);
    return NULL;
  }
  uint8_t digest[LIMEN_HASH_BYTES];
  if (limen_hash_bytes(name, (size_t)length, digest, error) != LIMEN_OK) return NULL;
  gsl_rng *rng = gsl_rng_alloc(&xoshiro);
  if (!rng) {
    LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a random stream");
    return NULL;
  }
  struct state *state = gsl_rng_state(rng);
  for (size_t i = 0; i < 4; i++) {
    state->word[i] = 0;
    for (size_t j = 0; j < 8; j++) /* byte by byte: the same on either endianness */
      state->word[i] |= (uint64_t)digest[8 * i + j] << (8 * j);
  }
  return rng;
}

void limen_rng_free(gsl_rng *rng) {
  if (rng) gsl_rng_free(rng);
}
