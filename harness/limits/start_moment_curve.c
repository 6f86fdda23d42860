/* The trigonometric moment curve at evenly spaced angles:
 *
 *   v(t) = (cos t, sin t, cos 2t, sin 2t, ..., cos mt, sin mt) / sqrt m,  t = 2 pi i / n, m = d / 2
 *
 * From d = 2k on it serves every k-subset (a non-negative trigonometric polynomial of degree k
 * vanishes at k chosen angles only), so training starts from a solution, whose margins are as small
 * as n makes them. An odd d leaves its last coordinate at 0. */
#include <math.h>

#include "limits/start.h"

static int place(struct limen_panels *documents, size_t k, struct limen_error *error) {
  const size_t d = documents->d, most = d / 2;
  const double turn = 2 * 3.14159265358979323846 / (double)documents->count;
  if (d < 2 * k)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "d is %zu; the moment curve serves %zu relevant documents from d = %zu on: "
                      "raise d, or take start random",
                      d, k, 2 * k);
  for (size_t i = 0; i < documents->count; i++) {
    for (size_t f = 0; f < most; f++) {
      double angle = turn * (double)((f + 1) * i % documents->count);
      *limen_panels_element(documents, i, 2 * f) = (float)(cos(angle) / sqrt((double)most));
      *limen_panels_element(documents, i, 2 * f + 1) = (float)(sin(angle) / sqrt((double)most));
    }
    if (d % 2 == 1) *limen_panels_element(documents, i, d - 1) = 0;
  }
  return LIMEN_OK;
}

const struct limen_start limen_start_moment_curve = {
    .name = "moment_curve",
    .about = "documents on the trigonometric moment curve, which serves all subsets from d = 2k on",
    .place = place,
};
