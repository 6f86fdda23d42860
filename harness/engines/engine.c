/* The table of engines, the settings they start from, and levels dealt by label. */
#include "engines/engine.h"

#include <assert.h>
#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_engine entry;
#include "engines/engines.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_engine *const engines[] = {
#include "engines/engines.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_index_settings limen_index_defaults = {
    .metric = LIMEN_L2,
    .M = LIMEN_M_DEFAULT,
    .ef_construction = 200,
    .levels = LIMEN_LEVELS_BY_LABEL,
    .level_seed = 1,
    .threads = 1,
};

const struct limen_engine *limen_engine_at(size_t i) {
  return i < sizeof engines / sizeof *engines ? engines[i] : NULL;
}

const char *limen_engine_name(size_t i) {
  return limen_engine_at(i) ? limen_engine_at(i)->name : NULL;
}

const struct limen_engine *limen_engine_find(const char *name) {
  for (size_t i = 0; engines[i]; i++)
    if (strcmp(engines[i]->name, name) == 0) return engines[i];
  return NULL;
}

/* ---- levels ---- */

const char *limen_levels_name(size_t i) {
  static const char *const names[] = {
      [LIMEN_LEVELS_BY_LABEL] = "by_label", [LIMEN_LEVELS_LIBRARY] = "library"};
  return i < sizeof names / sizeof *names ? names[i] : NULL;
}

/* The output function of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014): a bijection of 64 bits that looks random. */
static uint64_t mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

/* The seed is mixed first: otherwise seeds a golden ratio apart would give the same levels, moved
 * by a row. With u = m / 2^53 the formula asks for the largest l with m M^l <= 2^53, which whole
 * numbers answer alike on every machine; logarithms would not. */
unsigned limen_level_by_label(uint64_t seed, size_t row, size_t M) {
  const uint64_t golden = 0x9e3779b97f4a7c15u, one = (uint64_t)1 << 53;
  assert(M >= LIMEN_M_MIN);
  const uint64_t m = (mix(mix(seed) + golden * ((uint64_t)row + 1)) >> 11) + 1;
  unsigned level = 0;
  for (uint64_t limit = one / M; m <= limit && level < LIMEN_LEVEL_MOST; limit /= M) level++;
  return level;
}
