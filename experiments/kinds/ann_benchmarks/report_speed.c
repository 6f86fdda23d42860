/* Who is fastest at a recall, and who differs from it beyond noise.
 *
 * Between two results nothing is read off: they may be of different indexes. A rate "at" a recall
 * is that of the fastest result which has it.
 *
 * An algorithm is behind the fastest one when each of its results that are as fast has less recall,
 * paired over the queries: the largest p over them is the test's (all of them must be behind, so
 * none needs correcting), and Holm's correction is over the algorithms. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "experiments/kinds/ann_benchmarks/report.h"
#include "stats/crossed.h"
#include "stats/holm.h"

static const double ALPHA = 0.05;

/* ---- at a recall ---- */

static const struct ann_entry *faster(const struct ann_entry *best, const struct ann_entry *entry,
                                      double has, double recall) {
  if (!(has >= recall) || isnan(entry->qps)) return best;
  return !best || entry->qps > best->qps ? entry : best;
}

struct ann_fastest ann_fastest_of(const struct ann_tree *tree,
                                  const struct ann_algorithm *algorithm, double recall) {
  struct ann_fastest found = {.algorithm = algorithm};
  for (size_t i = 0; i < algorithm->count; i++) {
    const struct ann_entry *entry = &tree->entry[algorithm->first + i];
    const struct limen_reported *has = &entry->recall[ANN_HIT_RECALL];
    found.entry = faster(found.entry, entry, has->value, recall);
    found.surely = faster(found.surely, entry, has->lower, recall);
    found.perhaps = faster(found.perhaps, entry, has->upper, recall);
  }
  return found;
}

double ann_target_of(const struct ann_tree *tree, const struct ann_group *group) {
  static const double targets[] = {0.95, 0.9, 0.8, 0.5};
  double best = 0;
  size_t most = 0;
  for (size_t t = 0; t < sizeof targets / sizeof *targets && 2 * most < group->algorithms; t++) {
    size_t count = 0;
    for (size_t a = 0; a < group->algorithms; a++)
      count += ann_fastest_of(tree, &group->algorithm[a], targets[t]).entry != NULL;
    if (count > most) most = count, best = targets[t];
  }
  return best;
}

static int by_rate(const void *a, const void *b) {
  const struct ann_fastest *x = a, *y = b;
  if (x->entry->qps != y->entry->qps) return x->entry->qps > y->entry->qps ? -1 : 1;
  return (x->algorithm > y->algorithm) - (x->algorithm < y->algorithm);
}

/* ---- beyond noise ---- */

/* What is known of an algorithm beside the fastest one. */
struct rival {
  const struct ann_algorithm *algorithm;
  size_t as_fast; /* of its results */
  double p;       /* that it has as much recall where it is as fast; NaN: it never is */
};

/* One-sided: that `entry` has at least the recall of `leader`. */
static int compare(const struct ann_tree *tree, const double *leader, size_t queries,
                   const struct ann_entry *entry, double *p, struct limen_error *error) {
  struct limen_crossed_difference found;
  double *values = NULL;
  size_t count = 0;
  int status = ann_per_query(tree->plan, entry, ANN_HIT_RECALL, &values, &count, error);
  *p = 1;
  if (status == LIMEN_OK && count == queries && count >= 2) {
    status = limen_crossed_difference(leader, 1, values, 1, count, ANN_CONFIDENCE, &found, error);
    if (status == LIMEN_OK && !isnan(found.p))
      *p = found.difference > 0 ? found.p / 2 : 1 - found.p / 2;
  }
  limen_free(values);
  return status;
}

static int look_at(const struct ann_tree *tree, const double *leader, size_t queries, double qps,
                   struct rival *rival, struct limen_error *error) {
  int status = LIMEN_OK;
  rival->p = NAN;
  for (size_t i = 0; i < rival->algorithm->count && status == LIMEN_OK; i++) {
    const struct ann_entry *entry = &tree->entry[rival->algorithm->first + i];
    double p;
    if (!(entry->qps >= qps)) continue;
    rival->as_fast++;
    status = compare(tree, leader, queries, entry, &p, error);
    rival->p = fmax(rival->p, p);
  }
  return status;
}

enum { BEHIND, WITHIN_NOISE, NEVER_AS_FAST };
static int standing(const struct rival *rival) {
  if (rival->as_fast == 0) return NEVER_AS_FAST;
  return rival->p <= ALPHA ? BEHIND : WITHIN_NOISE;
}

static void say_standing(const struct rival *rival, size_t count, int which, const char *words,
                         struct limen_text *out) {
  size_t said = 0;
  char plain[64];
  for (size_t i = 0; i < count; i++)
    if (standing(&rival[i]) == which) {
      limen_text_print(out, "%s%s", said++ ? ", " : words,
                       limen_plain(rival[i].algorithm->name, plain, sizeof plain));
    }
  if (said > 0) limen_text_add(out, ".");
}

static int say_rivals(const struct ann_tree *tree, const struct ann_group *group,
                      const struct ann_fastest *leader, struct limen_text *out,
                      struct limen_error *error) {
  struct rival *rival = limen_alloc(group->algorithms, sizeof *rival, error);
  double *p = limen_alloc(group->algorithms, sizeof *p, error), *values = NULL;
  size_t count = 0, queries = 0;
  int status = rival && p ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = ann_per_query(tree->plan, leader->entry, ANN_HIT_RECALL, &values, &queries, error);
  for (size_t a = 0; a < group->algorithms && status == LIMEN_OK; a++) {
    if (&group->algorithm[a] == leader->algorithm) continue;
    rival[count].algorithm = &group->algorithm[a];
    status = look_at(tree, values, queries, leader->entry->qps, &rival[count], error);
    p[count] = rival[count].p;
    count++;
  }
  if (status == LIMEN_OK && count > 0) status = limen_holm(p, count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) rival[i].p = p[i];
  if (status == LIMEN_OK) {
    say_standing(
        rival, count, BEHIND,
        " With less recall beyond the noise of the queries wherever they are as fast: ", out);
    say_standing(rival, count, WITHIN_NOISE, " Not told apart from it: ", out);
    say_standing(rival, count, NEVER_AS_FAST, " Never as fast as this: ", out);
  }
  limen_free(rival);
  limen_free(p);
  limen_free(values);
  return status;
}

/* ---- in words ---- */

static void say_entry(const struct ann_fastest *fastest, struct limen_text *out) {
  char plain[200];
  limen_text_add(out, limen_plain(fastest->algorithm->name, plain, sizeof plain));
  limen_text_print(out, " (%s): ", limen_plain(fastest->entry->label, plain, sizeof plain));
  ann_print_rate(fastest->entry->qps, out);
  limen_text_add(out, " queries a second, recall ");
  limen_report_number(&fastest->entry->recall[ANN_HIT_RECALL], out);
}

static int say_ranked(const struct ann_tree *tree, const struct ann_group *group, double target,
                      struct ann_fastest *ranked, size_t count, struct limen_text *out,
                      struct limen_error *error) {
  qsort(ranked, count, sizeof *ranked, by_rate);
  limen_text_print(out, " of at least %g is fastest with ", target);
  say_entry(&ranked[0], out);
  if (count > 1) {
    limen_text_add(out, "; next comes ");
    say_entry(&ranked[1], out);
  }
  limen_text_add(out, ".");
  return group->algorithms > 1 ? say_rivals(tree, group, &ranked[0], out, error) : LIMEN_OK;
}

int ann_say_fastest(const struct ann_tree *tree, const struct ann_group *group,
                    struct limen_text *out, struct limen_error *error) {
  struct ann_fastest *ranked = limen_alloc(group->algorithms, sizeof *ranked, error);
  const double target = ann_target_of(tree, group);
  size_t count = 0;
  int status = ranked ? LIMEN_OK : LIMEN_FAILED;
  for (size_t a = 0; a < group->algorithms && ranked && target > 0; a++) {
    ranked[count] = ann_fastest_of(tree, &group->algorithm[a], target);
    count += ranked[count].entry != NULL;
  }
  if (out->length > 0) limen_text_add(out, " ");
  limen_text_add(out, "A ");
  ann_print_group(tree, group, out);
  if (status == LIMEN_OK && count > 0)
    status = say_ranked(tree, group, target, ranked, count, out, error);
  else
    limen_text_add(out, " of 0.5 is not reached by any result whose time is known.");
  limen_free(ranked);
  return status;
}
