/* Judging one answer. A row counts for recall by id when it is one of the truth's first, whatever
 * its distance; for the other two when its distance is within reach, whatever its id.
 *
 * An answer is compared with the truth entry by entry, O(k^2) comparisons of integers: for k = 100
 * that is a microsecond or two, and nothing needs to be allocated. */
#include "measures/recall.h"

#include <math.h>
#include <stdbool.h>

/* Under the inner product distances can be negative, and further away is still upwards. */
double limen_recall_reach(enum limen_metric metric, double r_k, double tolerance) {
  if (metric == LIMEN_L2) return r_k * (1 + tolerance) * (1 + tolerance);
  return r_k + fabs(r_k) * tolerance;
}

/* Looks at all of them: a loop that never leaves early is vectorised. */
static bool is_among(const int64_t *ids, size_t count, int64_t id) {
  bool found = false;
  for (size_t i = 0; i < count; i++) found |= ids[i] == id;
  return found;
}

void limen_recall_judge(const struct limen_recall_settings *settings, size_t rows,
                        const int64_t *truth, const double *truth_distances, const int64_t *ids,
                        size_t count, double (*distance)(const void *context, size_t id),
                        const void *context, struct limen_recall_query *out) {
  const size_t places = settings->k < rows ? settings->k : rows;
  *out = (struct limen_recall_query){.places = (uint32_t)places};
  if (places == 0) return;
  const double r_k = truth_distances[places - 1];
  const double tie = limen_recall_reach(settings->metric, r_k, settings->tie);
  const double epsilon = limen_recall_reach(settings->metric, r_k, settings->epsilon);
  if (count > settings->k) count = settings->k;
  for (size_t i = 0; i < count; i++) {
    if (ids[i] == -1) continue;
    if (ids[i] < 0 || (size_t)ids[i] >= rows) {
      out->invalid++;
    } else if (is_among(ids, i, ids[i])) {
      out->duplicates++;
    } else {
      const double r = distance(context, (size_t)ids[i]);
      out->returned++;
      out->by_id += is_among(truth, places, ids[i]);
      out->ties += r <= tie;
      out->epsilon += r <= epsilon;
    }
  }
}

const char *limen_recall_name(size_t i) {
  static const char *const names[] = {"recall", "recall_ties", "recall_epsilon"};
  return i < sizeof names / sizeof *names ? names[i] : NULL;
}

double limen_recall_of(const struct limen_recall_query *query, enum limen_recall_kind kind) {
  const uint32_t hits = kind == LIMEN_RECALL_BY_ID  ? query->by_id
                        : kind == LIMEN_RECALL_TIES ? query->ties
                                                    : query->epsilon;
  return query->places > 0 ? (double)hits / query->places : NAN;
}
