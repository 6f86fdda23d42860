/* The query of a set is the mean of its documents, scaled to unit length: q = u / |u|, u = sum v_i.
 * Only documents are trained, and what the loss asks of a query is passed on to them:
 *
 *   d loss / d v_i = (dq - q (q . dq)) / |u|  for i in the set */
#include <float.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "limits/free_run.h"
#include "limits/rule_centroid.h"

void limen_centroid_make(const struct limen_panels *documents, size_t used, size_t k,
                         const uint32_t *relevant, float *queries, float *shrink) {
  const size_t d = documents->d;
  limen_lanes length[LIMEN_PANEL / LIMEN_LANES] = {{0}};
  for (size_t c = 0; c < d; c++) {
    float *row = queries + c * LIMEN_PANEL;
    for (size_t i = 0; i < LIMEN_PANEL; i++) row[i] = 0;
    for (size_t i = 0; i < used; i++)
      for (size_t r = 0; r < k; r++)
        row[i] += *limen_panels_element(documents, relevant[i * k + r], c);
    LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES) {
      limen_lanes x = limen_lanes_load(row + h * LIMEN_LANES);
      length[h] += x * x;
    }
  }
  LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES) {
    limen_lanes least = limen_lanes_all(FLT_MIN);
    limen_lanes scale = 1.0f / limen_lanes_sqrt(limen_lanes_max(least, length[h]));
    limen_lanes_store(shrink + h * LIMEN_LANES, scale);
    for (float *at = queries + h * LIMEN_LANES; at < queries + d * LIMEN_PANEL; at += LIMEN_PANEL)
      limen_lanes_store(at, limen_lanes_load(at) * scale);
  }
}

void limen_centroid_pull(const struct limen_panels *documents, size_t used, size_t k,
                         const uint32_t *relevant, const float *queries, const float *shrink,
                         const float *by_queries, float *out) {
  const size_t d = documents->d;
  limen_lanes along[LIMEN_PANEL / LIMEN_LANES] = {{0}};
  _Alignas(64) float pull[LIMEN_PANEL];
  for (size_t c = 0; c < d; c++) LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES) {
      size_t at = c * LIMEN_PANEL + h * LIMEN_LANES;
      along[h] += limen_lanes_load(queries + at) * limen_lanes_load(by_queries + at);
    }
  for (size_t c = 0; c < d; c++) {
    LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES) {
      size_t at = c * LIMEN_PANEL + h * LIMEN_LANES;
      limen_lanes across =
          limen_lanes_load(by_queries + at) - limen_lanes_load(queries + at) * along[h];
      limen_lanes_store(pull + h * LIMEN_LANES,
                        across * limen_lanes_load(shrink + h * LIMEN_LANES));
    }
    for (size_t i = 0; i < used; i++)
      for (size_t r = 0; r < k; r++) {
        size_t j = relevant[i * k + r];
        out[((j / LIMEN_PANEL) * d + c) * LIMEN_PANEL + j % LIMEN_PANEL] += pull[i];
      }
  }
}

/* 1 / |u| of every query. */
struct state {
  float *shrink;
};

static void *state_alloc(const struct limen_free *run, struct limen_error *error) {
  struct state *state = limen_alloc(1, sizeof *state, error);
  if (!state) return NULL;
  state->shrink = limen_alloc(run->queries.panels, LIMEN_PANEL * sizeof(float), error);
  if (state->shrink) return state;
  limen_free(state);
  return NULL;
}

static void state_free(void *state) {
  if (state) limen_free(((struct state *)state)->shrink);
  limen_free(state);
}

static void place(struct limen_free *run, size_t panel, size_t worker) {
  const struct state *state = run->rule_state;
  (void)worker;
  limen_centroid_make(&run->documents, limen_free_used(run, panel), run->relevance->k,
                      limen_free_sets(run, panel), limen_panels_at(&run->queries, panel),
                      state->shrink + panel * LIMEN_PANEL);
}

static void pull(struct limen_free *run, size_t panel, const float *by_queries, float *documents) {
  const struct state *state = run->rule_state;
  limen_centroid_pull(&run->documents, limen_free_used(run, panel), run->relevance->k,
                      limen_free_sets(run, panel), limen_panels_at(&run->queries, panel),
                      state->shrink + panel * LIMEN_PANEL, by_queries, documents);
}

const struct limen_query_rule limen_query_rule_centroid = {
    .name = "centroid",
    .about = "the mean of the query's documents, scaled to unit length; only documents are trained",
    .alloc = state_alloc,
    .free = state_free,
    .place = place,
    .pull = pull,
};
