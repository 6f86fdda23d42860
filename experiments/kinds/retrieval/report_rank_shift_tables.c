/* Tables of the study "rank_shift". */
#include <math.h>

#include "experiments/kinds/retrieval/report_rank_shift.h"

enum { COLUMNS_MOST = 9 };

static void add_row(struct limen_document *out, struct limen_text *cells, size_t columns) {
  const char *row[COLUMNS_MOST] = {0};
  for (size_t c = 0; c < columns; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(out, row);
  for (size_t c = 0; c < columns; c++) limen_text_clear(&cells[c]);
}

static void print_points(const struct limen_interval *interval, struct limen_text *out) {
  const struct limen_reported number = {interval->estimate, interval->lower, interval->upper};
  limen_report_points(&number, out);
}

/* "hnswlib at ef = 10", after its data where there are several. */
static void print_where(const struct rank_contests *contests, const struct rank_contest *contest,
                        struct limen_text *out) {
  if (contests->n_data > 1) {
    rank_print_data(contests, contest->data, out);
    limen_text_add(out, ", ");
  }
  rank_print_search(contests, contest, out);
}

/* "3", "3 [2, 5]". Halves are ties. */
static void print_place(const struct limen_interval *place, struct limen_text *out) {
  limen_text_print(out, "%g", place->estimate);
  if (place->lower != place->upper)
    limen_text_print(out, " [%g, %g]", round(2 * place->lower) / 2, round(2 * place->upper) / 2);
}

/* ---- one row a contest ---- */

struct range {
  double least, most;
};

static void widen(struct range *range, double value) {
  if (!(range->least <= value)) range->least = value; /* NaN at first */
  if (!(range->most >= value)) range->most = value;
}

static void print_range(const struct range *range, struct limen_text *out) {
  if (isnan(range->least))
    limen_text_add(out, "none");
  else
    limen_text_print(out, "%.2f to %.2f", range->least, range->most);
}

static void contest_row(const struct rank_contests *contests, const struct rank_contest *contest) {
  enum { COLUMNS = 8 };
  struct range found = {NAN, NAN}, kept = {NAN, NAN}, change = {NAN, NAN};
  struct limen_text cells[COLUMNS] = {0};
  for (size_t s = 0; s < contest->there; s++) {
    const struct rank_entry *entry = &contest->entry[contest->model[s]];
    if (!entry->index) continue;
    widen(&found, entry->index->mean[RETRIEVAL_FOUND_10]);
    widen(&change, 100 * entry->change.value);
    if (isfinite(contest->shift.place[s].kept.estimate))
      widen(&kept, contest->shift.place[s].kept.estimate);
  }
  print_where(contests, contest, &cells[0]);
  print_range(&found, &cells[1]);
  print_range(&kept, &cells[2]);
  print_range(&change, &cells[3]);
  limen_text_print(&cells[4], "%zu of %zu", contest->shift.swaps, contest->shift.pairs);
  limen_text_print(&cells[5], "%zu", contest->shift.beyond);
  limen_text_print(&cells[6], "%g", contest->shift.moved);
  rank_print_tau(&contest->shift.tau, &cells[7]);
  add_row(contests->report->out, cells, COLUMNS);
}

void rank_table_contests(const struct rank_contests *contests) {
  limen_document_table(
      contests->report->out,
      "Rankings by NDCG@10 under exact search and through an index. Found, kept and change go from "
      "the lowest to the highest representation; pairs swapped change places, and the farthest "
      "move "
      "is in places; tau with its 95% interval over queries and builds.",
      "index|#found of the exact ten|#NDCG@10 kept|#change, points|#pairs swapped|#beyond "
      "noise|#farthest move|#Kendall's tau");
  for (size_t c = 0; c < contests->count; c++)
    if (contests->contest[c].compared) contest_row(contests, &contests->contest[c]);
}

/* ---- one row a representation ---- */

static void model_row(const struct rank_contests *contests, const struct rank_contest *contest,
                      size_t system) {
  enum { COLUMNS = 9 };
  const size_t m = contest->model[system];
  const struct rank_entry *entry = &contest->entry[m];
  const struct rank_model *model = &contests->data[contest->data].model[m];
  const struct limen_rank_place *place = &contest->shift.place[system];
  const struct limen_reported kept = {place->kept.estimate, place->kept.lower, place->kept.upper};
  struct limen_text cells[COLUMNS] = {0};
  rank_print_search(contests, contest, &cells[0]);
  rank_print_model(contests, contest->data, m, &cells[1]);
  limen_report_number(&model->exact->measure[RANK_NDCG], &cells[2]);
  limen_text_add(&cells[3], entry->index ? "" : "no index");
  if (entry->index) {
    limen_report_number(&entry->index->measure[RANK_NDCG], &cells[3]);
    limen_report_points(&entry->change, &cells[4]);
    limen_text_print(&cells[5], "%.3f", entry->index->mean[RETRIEVAL_FOUND_10]);
    limen_report_number(&kept, &cells[6]);
  }
  print_place(&place->before, &cells[7]);
  print_place(&place->after, &cells[8]);
  add_row(contests->report->out, cells, COLUMNS);
}

void rank_table_models(const struct rank_contests *contests, size_t data) {
  struct limen_text caption = {0};
  rank_print_data(contests, data, &caption);
  limen_text_add(&caption,
                 ": every representation. Change: against exact search, in points, paired over "
                 "queries. All intervals are 95%.");
  limen_document_table(contests->report->out, limen_text_string(&caption),
                       "index|representation|#NDCG@10, exact|#NDCG@10, index|#change|#found of the "
                       "exact ten|#NDCG@10 kept|#place, exact|#place, index");
  for (size_t c = 0; c < contests->count; c++)
    for (size_t s = 0; contests->contest[c].data == data && contests->contest[c].compared &&
                       s < contests->contest[c].there;
         s++)
      model_row(contests, &contests->contest[c], s);
  limen_document_fold(contests->report->out, 30);
  limen_text_clear(&caption);
}

/* ---- one row a swap ---- */

static void swap_row(const struct rank_contests *contests, const struct rank_contest *contest,
                     const struct limen_rank_swap *swap) {
  enum { COLUMNS = 7 };
  struct limen_text cells[COLUMNS] = {0};
  print_where(contests, contest, &cells[0]);
  rank_print_model(contests, contest->data, contest->model[swap->first], &cells[1]);
  limen_text_add(&cells[1], " over ");
  rank_print_model(contests, contest->data, contest->model[swap->second], &cells[1]);
  limen_text_add(&cells[2], swap->beyond ? "beyond noise" : "noise");
  limen_text_print(&cells[3], "%.2g", swap->adjusted);
  print_points(&swap->before, &cells[4]);
  print_points(&swap->after, &cells[5]);
  print_points(&swap->change, &cells[6]);
  add_row(contests->report->out, cells, COLUMNS);
}

void rank_table_swaps(const struct rank_contests *contests) {
  size_t swaps = 0;
  for (size_t c = 0; c < contests->count; c++) swaps += contests->contest[c].shift.swaps;
  if (swaps == 0) {
    limen_document_print(contests->report->out, LIMEN_BLOCK_PARAGRAPH,
                         "No pair of representations changes places.");
    return;
  }
  limen_document_table(
      contests->report->out,
      "Pairs that change places, the surest first: by how many points of NDCG@10 the one that is "
      "ahead under exact search leads there and through the index, with 95% bootstrap intervals, "
      "paired over queries. p: the larger of both differences' own, after Holm over the swaps of "
      "an index and ef. Beyond noise takes both differences to be.",
      "index|ahead under exact search|change of places|#p (Holm)|#lead, exact|#lead, "
      "index|#change");
  for (size_t c = 0; c < contests->count; c++)
    for (size_t i = 0; i < contests->contest[c].shift.swaps; i++)
      swap_row(contests, &contests->contest[c], &contests->contest[c].shift.swap[i]);
  limen_document_fold(contests->report->out, 20);
}
