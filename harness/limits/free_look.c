/* A look at all queries: which are right, and by what margin. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "limits/free_run.h"
#include "limits/panel_products.h"

/* The least relevant and the highest other score of each query of a panel; a score that is not a
 * number makes the margin none. Overwrites the relevant scores. */
static void panel_margins(const struct limen_relevance *relevance, size_t first, size_t used,
                          float *scores, float *margins) {
  const size_t n = relevance->documents, k = relevance->k;
  float least[LIMEN_PANEL], highest[LIMEN_PANEL], doubt[LIMEN_PANEL] = {0};
  for (size_t i = 0; i < LIMEN_PANEL; i++) {
    least[i] = INFINITY;
    highest[i] = -INFINITY;
  }
  for (size_t i = 0; i < used; i++)
    for (size_t r = (first + i) * k; r < (first + i + 1) * k; r++) {
      float *score = scores + relevance->relevant[r] * LIMEN_PANEL + i;
      doubt[i] += *score - *score;
      least[i] = *score < least[i] ? *score : least[i];
      *score = -FLT_MAX;
    }
  for (const float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL)
    for (size_t i = 0; i < LIMEN_PANEL; i++) {
      doubt[i] += at[i] - at[i];
      highest[i] = at[i] > highest[i] ? at[i] : highest[i];
    }
  for (size_t i = 0; i < used; i++)
    margins[i] = (k < n ? least[i] - highest[i] : INFINITY) + doubt[i];
}

static void look_chunk(void *context, size_t chunk, size_t worker) {
  struct limen_free *run = context;
  const struct limen_query_rule *rule = run->settings.rule;
  float *scores = run->scratch + worker * run->scratch_floats;
  float margins[LIMEN_PANEL];
  struct limen_free_look look = {0, INFINITY};
  for (size_t p = limen_free_chunk_start(run, chunk); p < limen_free_chunk_start(run, chunk + 1);
       p++) {
    const size_t first = p * LIMEN_PANEL, used = limen_free_used(run, p);
    if (rule->place) rule->place(run, p, worker);
    limen_product_scores(&run->documents, limen_panels_at(&run->queries, p), scores);
    panel_margins(run->relevance, first, used, scores, margins);
    for (size_t i = 0; i < used; i++) {
      look.right += margins[i] > 0;
      /* Once not a number, it stays so. */
      if (!(margins[i] >= look.worst_margin) && !isnan(look.worst_margin))
        look.worst_margin = margins[i];
    }
    if (run->margins) memcpy(run->margins + first, margins, used * sizeof *margins);
  }
  run->partial[chunk].look = look;
}

void limen_free_look(struct limen_free *run, struct limen_free_look *out, float *margins) {
  run->margins = margins;
  if (run->settings.rule->begin) run->settings.rule->begin(run);
  limen_chunks_run(run->chunks, limen_free_workers(run, limen_free_flops(run) / 3), look_chunk,
                   run);
  run->margins = NULL;
  *out = (struct limen_free_look){0, INFINITY};
  for (size_t chunk = 0; chunk < run->chunks; chunk++) {
    const struct limen_free_look *look = &run->partial[chunk].look;
    out->right += look->right;
    if (!(look->worst_margin >= out->worst_margin) && !isnan(out->worst_margin))
      out->worst_margin = look->worst_margin;
  }
}
