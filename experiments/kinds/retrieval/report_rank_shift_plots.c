/* Plots of the study "rank_shift": a row a representation, the best first; a series a search. */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_rank_shift.h"

enum { COLOURS = 8 };

/* What a point of a plot shows of a model under an index. */
typedef struct limen_reported (*shown)(const struct rank_contest *contest,
                                       const struct rank_entry *entry);

static struct limen_reported of_interval(const struct limen_interval *interval) {
  return (struct limen_reported){interval->estimate, interval->lower, interval->upper};
}

static struct limen_reported shown_ndcg(const struct rank_contest *contest,
                                        const struct rank_entry *entry) {
  (void)contest;
  if (!entry->index) return (struct limen_reported){NAN, NAN, NAN};
  return entry->index->measure[RANK_NDCG];
}

static struct limen_reported shown_place(const struct rank_contest *contest,
                                         const struct rank_entry *entry) {
  return of_interval(&contest->shift.place[entry->system].after);
}

static struct limen_reported shown_change(const struct rank_contest *contest,
                                          const struct rank_entry *entry) {
  (void)contest;
  return (struct limen_reported){100 * entry->change.value, 100 * entry->change.lower,
                                 100 * entry->change.upper};
}

static struct limen_plot *start(const struct rank_contests *contests, size_t data,
                                const char *prefix, const char *says, const char *x_label,
                                const char *y_label) {
  struct limen_text caption = {0};
  char name[64];
  rank_print_data(contests, data, &caption);
  limen_text_print(&caption, ": %s", says);
  snprintf(name, sizeof name, "%s_%zu", prefix, data + 1);
  struct limen_plot *plot = limen_plot_alloc(name, limen_text_string(&caption), x_label, y_label);
  limen_text_clear(&caption);
  return plot;
}

static void add_rows(struct limen_plot *plot, const struct rank_contests *contests, size_t data) {
  struct limen_text name = {0};
  for (size_t m = 0; m < contests->data[data].count; m++) {
    name.length = 0;
    rank_print_model(contests, data, m, &name);
    limen_plot_row(plot, limen_text_string(&name));
  }
  limen_text_clear(&name);
}

static size_t searches(const struct rank_contests *contests, size_t data) {
  size_t count = 0;
  for (size_t c = 0; c < contests->count; c++)
    count += contests->contest[c].data == data && contests->contest[c].compared;
  return count;
}

/* Of `abreast` series in a row, how far the nth stands from its middle. */
static double aside(size_t nth, size_t abreast) {
  return 0.64 * (((double)nth + 0.5) / (double)abreast - 0.5);
}

static size_t add_search(struct limen_plot *plot, const struct rank_contests *contests, size_t c,
                         size_t nth) {
  struct limen_text name = {0};
  rank_print_search(contests, &contests->contest[c], &name);
  size_t series =
      limen_plot_series(plot, limen_text_string(&name), LIMEN_POINTS, (int)((nth + 1) % COLOURS));
  limen_text_clear(&name);
  return series;
}

/* A series an index; the first `taken` places of a row are others'. */
static void add_searches(struct limen_plot *plot, const struct rank_contests *contests, size_t data,
                         size_t taken, shown what) {
  const size_t abreast = searches(contests, data) + taken;
  size_t nth = 0;
  for (size_t c = 0; c < contests->count; c++) {
    const struct rank_contest *contest = &contests->contest[c];
    if (contest->data != data || !contest->compared) continue;
    const size_t series = add_search(plot, contests, c, nth);
    for (size_t m = 0; m < contests->data[data].count; m++) {
      if (!contest->entry[m].there) continue;
      const struct limen_reported number = what(contest, &contest->entry[m]);
      if (isfinite(number.value))
        limen_plot_point(plot, series, number.value, (double)m + aside(nth + taken, abreast),
                         number.lower, number.upper);
    }
    nth++;
  }
}

struct limen_plot *rank_plot_ndcg(const struct rank_contests *contests, size_t data) {
  struct limen_plot *plot = start(
      contests, data, "ndcg",
      "NDCG@10 of each representation, the best under exact search first, with 95% intervals over "
      "queries and builds. Where points of one colour do not go to the left from row to row, the "
      "ranking is another. Representations without vectors have no index.",
      "NDCG@10", "");
  if (!plot) return NULL;
  add_rows(plot, contests, data);
  const size_t exact = limen_plot_series(plot, "exact", LIMEN_POINTS, 0);
  for (size_t m = 0; m < contests->data[data].count; m++) {
    const struct limen_reported *number = &contests->data[data].model[m].exact->measure[RANK_NDCG];
    limen_plot_point(plot, exact, number->value, (double)m + aside(0, searches(contests, data) + 1),
                     number->lower, number->upper);
  }
  add_searches(plot, contests, data, 1, shown_ndcg);
  return plot;
}

struct limen_plot *rank_plot_places(const struct rank_contests *contests, size_t data) {
  struct limen_plot *plot = start(contests, data, "places",
                                  "places in the ranking, with 95% intervals over resampled "
                                  "queries and builds: those of exact search show how far another "
                                  "choice of queries moves a place by itself.",
                                  "place (1 is best)", "");
  const struct rank_contest *any = NULL;
  if (!plot) return NULL;
  plot->x_whole = true;
  add_rows(plot, contests, data);
  const size_t exact = limen_plot_series(plot, "exact", LIMEN_POINTS, 0);
  for (size_t c = contests->count; c-- > 0;)
    if (contests->contest[c].data == data && contests->contest[c].compared)
      any = &contests->contest[c];
  for (size_t m = 0; any && m < contests->data[data].count; m++) {
    if (!any->entry[m].there) continue;
    const struct limen_reported place = of_interval(&any->shift.place[any->entry[m].system].before);
    limen_plot_point(plot, exact, place.value, (double)m + aside(0, searches(contests, data) + 1),
                     place.lower, place.upper);
  }
  add_searches(plot, contests, data, 1, shown_place);
  return plot;
}

struct limen_plot *rank_plot_changes(const struct rank_contests *contests, size_t data) {
  struct limen_plot *plot =
      start(contests, data, "changes",
            "what the index changes in NDCG@10 against exact search, paired over queries, with 95% "
            "intervals over queries and builds. Left of 0 is lost.",
            "change of NDCG@10, in points", "");
  if (!plot) return NULL;
  plot->x_line = 0;
  add_rows(plot, contests, data);
  add_searches(plot, contests, data, 0, shown_change);
  return plot;
}

/* Both axes are shares of what exact search has: on the diagonal a document that queries want is
 * missed as often as any other of the first ten. */
struct limen_plot *rank_plot_kept(const struct rank_contests *contests, size_t data) {
  struct limen_plot *plot =
      start(contests, data, "kept",
            "the share of NDCG@10 that an index keeps, over the share of the exact first ten "
            "that it returns; a point a representation, with 95% intervals over queries and "
            "builds. On the dashed line NDCG falls as recall does; above it, what is missed was "
            "seldom wanted.",
            "found of the exact first ten", "NDCG@10 kept");
  double low = 1;
  size_t nth = 0;
  if (!plot) return NULL;
  for (size_t c = 0; c < contests->count; c++) {
    const struct rank_contest *contest = &contests->contest[c];
    if (contest->data != data || !contest->compared) continue;
    const size_t series = add_search(plot, contests, c, nth++);
    for (size_t s = 0; s < contest->there; s++) {
      const struct rank_entry *entry = &contest->entry[contest->model[s]];
      const struct limen_interval *kept = &contest->shift.place[s].kept;
      if (!entry->index || isnan(kept->estimate)) continue;
      const double found = entry->index->mean[RETRIEVAL_FOUND_10];
      limen_plot_point(plot, series, found, kept->estimate, kept->lower, kept->upper);
      low = fmin(low, found);
    }
  }
  const size_t equal = limen_plot_series(plot, "NDCG falls as recall does", LIMEN_DASHED, -1);
  limen_plot_point(plot, equal, low, low, NAN, NAN);
  limen_plot_point(plot, equal, 1, 1, NAN, NAN);
  return plot;
}
