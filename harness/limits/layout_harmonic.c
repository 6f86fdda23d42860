/* A harmonic frame of given frequencies and weights (torus.h): whether every pair has a
 * query depends on them, and torus_search.h looks for those that have wide gaps. */
#include <string.h>

#include "limits/layout.h"

extern const struct limen_layout limen_layout_harmonic;

static size_t most(size_t d, size_t k) {
  (void)k;
  return d >= 2 && d <= LIMEN_TORUS_MOST ? LIMEN_TORUS_N_MOST : 0;
}

static int documents(const struct limen_placing *placing, double *out, struct limen_error *error) {
  struct limen_sines sines = {0};
  if (!placing->frame) return LIMEN_FAIL(error, LIMEN_INPUT, "harmonic: no frequencies are given");
  int status = limen_torus_check(placing->frame, error);
  if (status == LIMEN_OK &&
      (placing->frame->n != placing->n || limen_torus_dimensions(placing->frame) != placing->d))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "harmonic: a frame of %u documents in %zu dimensions is given for %zu in "
                        "%zu",
                        placing->frame->n, limen_torus_dimensions(placing->frame), placing->n,
                        placing->d);
  if (status == LIMEN_OK) status = limen_sines_init(&sines, placing->frame->n, error);
  if (status == LIMEN_OK) limen_torus_documents(placing->frame, &sines, out);
  limen_sines_clear(&sines);
  return status;
}

const struct limen_layout limen_layout_harmonic = {
    .name = "harmonic",
    .about = "harmonic frames with searched frequencies: n steps of a rotation of a torus",
    .unit = true,
    .is_frame = true,
    .most = most,
    .documents = documents,
};
