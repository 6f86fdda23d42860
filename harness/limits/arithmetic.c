#include "limits/arithmetic.h"

#include <math.h>
#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_quantiser entry;
#include "limits/quantisers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_quantiser *const quantisers[] = {
#include "limits/quantisers.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_quantiser *limen_quantiser_at(size_t i) {
  return i < sizeof quantisers / sizeof *quantisers ? quantisers[i] : NULL;
}

const char *limen_quantiser_name(size_t i) {
  return limen_quantiser_at(i) ? limen_quantiser_at(i)->name : NULL;
}

const struct limen_quantiser *limen_quantiser_find(const char *name) {
  for (size_t i = 0; quantisers[i]; i++)
    if (strcmp(quantisers[i]->name, name) == 0) return quantisers[i];
  return NULL;
}

/* Formats without a scale are binary floating point: whoever has as many digits and as small a
 * least number has as large a largest one, too. Whole numbers up to `most` times a float32 take the
 * digits of both. */
bool limen_quantiser_holds(const struct limen_quantiser *fine,
                           const struct limen_quantiser *coarse) {
  const struct limen_quantiser *scale = limen_quantiser_find("float32");
  const double most = floor(coarse->codes / 2);
  if (fine == coarse) return true;
  if (coarse->vector_bits == 0)
    return fine->vector_bits == 0 && fine->unit <= coarse->unit && fine->tiny <= coarse->tiny;
  if (fine->vector_bits > 0) return fine->codes >= coarse->codes;
  return fine->unit <= scale->unit / most && fine->tiny <= scale->tiny;
}
