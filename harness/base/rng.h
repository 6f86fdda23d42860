/* Random numbers in named streams.
 *
 * Every use of randomness names its stream, so adding one shifts no other, and the same seed and
 * name give the same numbers on every machine. The generator is xoshiro256++ (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", ACM TOMS 2021) behind GSL's interface, its
 * 256 bits of state the SHA-256 of "seed/name"; GSL's own generators take 32 bits of seed at most,
 * which makes two of many streams collide too easily. */
#ifndef LIMEN_BASE_RNG_H
#define LIMEN_BASE_RNG_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#include "base/error.h"

/* Released by limen_rng_free. Draw with gsl_rng_* and gsl_ran_*. */
gsl_rng *limen_rng_alloc(uint64_t seed, const char *stream, struct limen_error *error);
void limen_rng_free(gsl_rng *rng);

#endif
