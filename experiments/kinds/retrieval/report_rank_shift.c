/* The study "rank_shift": does an index in place of exact search change which representation is
 * best? Published: NDCG@10 with HNSW moves models by up to 3 places (Elliott and Clark 2024, arXiv
 * 2405.17813), without a word on how many of such moves are noise. Here every change of places is
 * tested, by the same queries and builds on both sides. */
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_rank_shift.h"

enum { DRAWN = 4 };

/* ---- the answer ---- */

/* The models that lose most and least. */
static void find_ends(const struct rank_contest *contest, size_t *most, size_t *least) {
  *most = *least = SIZE_MAX;
  for (size_t s = 0; s < contest->there; s++) {
    const size_t m = contest->model[s];
    const double change = contest->entry[m].change.value;
    if (isnan(change)) continue;
    if (*most == SIZE_MAX || change < contest->entry[*most].change.value) *most = m;
    if (*least == SIZE_MAX || change > contest->entry[*least].change.value) *least = m;
  }
}

static void say_change(const struct rank_contests *contests, const struct rank_contest *contest,
                       size_t m, const char *unit, struct limen_text *out) {
  limen_report_points(&contest->entry[m].change, out);
  limen_text_print(out, "%s (", unit);
  rank_print_model(contests, contest->data, m, out);
  limen_text_add(out, ")");
}

/* The question is after the best: " leaves bm25 best", " puts bm25 in the place of maxsim as best".
 */
static void say_best(const struct rank_contests *contests, const struct rank_contest *contest,
                     struct limen_text *out) {
  const struct limen_rank_place *place = contest->shift.place;
  size_t before = 0, after = 0;
  for (size_t s = 1; s < contest->there; s++) {
    if (place[s].before.estimate < place[before].before.estimate) before = s;
    if (place[s].after.estimate < place[after].after.estimate) after = s;
  }
  /* Of equal ones none is put before the other. */
  const bool stays = place[before].after.estimate <= place[after].after.estimate;
  limen_text_add(out, stays ? " leaves " : " puts ");
  rank_print_model(contests, contest->data, contest->model[stays ? before : after], out);
  if (!stays) {
    limen_text_add(out, " in the place of ");
    rank_print_model(contests, contest->data, contest->model[before], out);
    limen_text_add(out, " as");
  }
  limen_text_add(out, " best");
}

static void say_swaps(const struct limen_rank_shift *shift, struct limen_text *out) {
  limen_text_print(out, "; of %zu pairs ", shift->pairs);
  if (shift->swaps == 0)
    limen_text_add(out, "none changes places");
  else
    limen_text_print(out, "%zu %s places, %zu of them beyond noise", shift->swaps,
                     shift->swaps == 1 ? "changes" : "change", shift->beyond);
  limen_text_add(out, "; Kendall's tau is ");
  rank_print_tau(&shift->tau, out);
  limen_text_add(out, ".");
}

static void say_contest(const struct rank_contests *contests, const struct rank_contest *contest,
                        struct limen_text *out) {
  size_t most, least;
  find_ends(contest, &most, &least);
  limen_text_add(out, "On ");
  rank_print_data(contests, contest->data, out);
  limen_text_add(out, " ");
  rank_print_search(contests, contest, out);
  say_best(contests, contest, out);
  limen_text_add(out, " and changes NDCG@10 by ");
  say_change(contests, contest, most, most == least ? " points" : "", out);
  if (most != least) {
    limen_text_add(out, " to ");
    say_change(contests, contest, least, " points", out);
  }
  say_swaps(&contest->shift, out);
}

/* The contest that moves most: by changes of places beyond noise, then by all. */
static const struct rank_contest *worst_of(const struct rank_contests *contests) {
  const struct rank_contest *worst = NULL;
  for (size_t c = 0; c < contests->count; c++) {
    const struct rank_contest *contest = &contests->contest[c];
    const struct limen_rank_shift *shift = &contest->shift;
    if (!contest->compared) continue;
    if (!worst || shift->beyond > worst->shift.beyond ||
        (shift->beyond == worst->shift.beyond && shift->swaps > worst->shift.swaps))
      worst = contest;
  }
  return worst;
}

/* " With hnswlib at ef = 40, none of 33 pairs changes places." */
static void say_others(const struct rank_contests *contests, const struct rank_contest *told,
                       struct limen_text *out) {
  const struct rank_contest *only = NULL;
  size_t others = 0, pairs = 0, swaps = 0, beyond = 0;
  for (size_t c = 0; c < contests->count; c++) {
    const struct rank_contest *contest = &contests->contest[c];
    if (!contest->compared || contest == told) continue;
    only = others++ ? NULL : contest;
    pairs += contest->shift.pairs;
    swaps += contest->shift.swaps;
    beyond += contest->shift.beyond;
  }
  if (others == 0) return;
  if (only) {
    limen_text_add(out, " With ");
    rank_print_search(contests, only, out);
    if (only->data != told->data) {
      limen_text_add(out, " on ");
      rank_print_data(contests, only->data, out);
    }
  } else {
    limen_text_print(out, " In the %zu other comparisons together", others);
  }
  if (swaps == 0)
    limen_text_print(out, ", none of %zu pairs changes places.", pairs);
  else
    limen_text_print(out, ", %zu of %zu pairs %s places, %zu of them beyond noise.", swaps, pairs,
                     swaps == 1 ? "changes" : "change", beyond);
}

static void answer(const struct rank_contests *contests) {
  const struct rank_contest *worst = worst_of(contests);
  struct limen_text text = {0};
  char plain[2048];
  if (worst) {
    say_contest(contests, worst, &text);
    say_others(contests, worst, &text);
  } else {
    limen_text_add(&text,
                   "There are no two rankings to compare yet: that takes representations "
                   "searched exactly and through an index, and two queries.");
  }
  limen_document_print(contests->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- what to know ---- */

static void warn(const struct rank_contests *contests) {
  const struct limen_grid *grid = &contests->report->plan->grid;
  struct limen_document *out = contests->report->out;
  const int64_t depth = limen_grid_integer(grid, 0, "depth");
  const ptrdiff_t ef = limen_parameter_find(grid->parameters, "ef");
  bool raised = false;
  for (size_t i = 0; i < grid->lengths[ef]; i++)
    raised = raised || grid->values[ef][i].as.integer < depth;
  if (raised)
    limen_document_print(out, LIMEN_BLOCK_WARNING,
                         "An ef below depth = %" PRId64 " counts as %" PRId64
                         ": an index that ranks so many documents looks at no fewer. NDCG@10 needs "
                         "depth=10.",
                         depth, depth);
  if (depth < 10)
    limen_document_print(out, LIMEN_BLOCK_WARNING,
                         "Only %" PRId64 " documents are ranked, so that NDCG@10 is of those.",
                         depth);
  if (limen_grid_integer(grid, 0, "instances") > 1)
    limen_document_print(out, LIMEN_BLOCK_WARNING,
                         "Rankings are compared over the first drawing alone: other drawings have "
                         "other queries or vectors. NDCG@10 itself is over all of them.");
}

/* Whether what is lost is what is not found. */
static void say_recall(const struct rank_contests *contests, size_t data) {
  for (size_t c = 0; c < contests->count; c++) {
    const struct rank_contest *contest = &contests->contest[c];
    struct limen_text name = {0};
    size_t above = 0, below = 0, all = 0;
    if (contest->data != data || !contest->compared) continue;
    for (size_t s = 0; s < contest->there; s++) {
      const struct rank_entry *entry = &contest->entry[contest->model[s]];
      const struct limen_interval *kept = &contest->shift.place[s].kept;
      if (!entry->index || isnan(kept->lower)) continue;
      all++;
      above += kept->lower > entry->index->mean[RETRIEVAL_FOUND_10];
      below += kept->upper < entry->index->mean[RETRIEVAL_FOUND_10];
    }
    rank_print_search(contests, contest, &name);
    limen_document_print(contests->report->out, LIMEN_BLOCK_LIST,
                         "%s: of %zu representations %zu keep more of NDCG@10 than they find of "
                         "the exact first ten, %zu keep less; the others cannot be told apart from "
                         "losing as much of one as of the other.",
                         limen_text_string(&name), all, above, below);
    limen_text_clear(&name);
  }
}

static void doubts(const struct rank_contests *contests) {
  struct limen_document *out = contests->report->out;
  const bool unit = limen_grid_integer(&contests->report->plan->grid, 0, "unit") != 0;
  retrieval_report_doubts(contests->report);
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "An inner product is no metric: a long vector is near to everything, and "
      "HNSW, which is made for metrics, may find less for it. %s",
      unit ? "Here vectors were scaled to unit length (unit = 1), which leaves "
             "angles alone."
           : "Sums of token vectors grow with the text and are searched as they are; "
             "unit=1 scales every vector to unit length, which is another "
             "representation and ranks otherwise under exact search, too.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Few queries leave rankings open by themselves: the intervals of places "
                       "under exact search show how far. Noise here means that these queries and "
                       "builds cannot tell, not that there is no swap.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "A bootstrap over few builds finds too little of their spread, (B - 1)/B "
                       "for B builds, and percentiles of tau lean downwards where tau is near 1.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Representations of random vectors are one drawing of them; another "
                       "first_seed draws others, with other neighbours in the ranking. The same ef "
                       "is not the same work for each of them.");
}

static void definitions(const struct retrieval_report *report) {
  struct limen_document *out = report->out;
  retrieval_report_definitions(report);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "place: in the order of mean NDCG@10, 1 being best; equal ones share the "
                       "mean of their places. Representations without vectors keep their NDCG@10 "
                       "and stand in the ranking all the same.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "change of places: one is ahead of the other under exact search and behind "
                       "it through the index. Beyond noise: both leads are, each by a two-sided "
                       "bootstrap test over the same queries (%zu resamples, builds drawn anew in "
                       "each), and the larger p is at most .05 after Holm.",
                       rank_bootstrap.resamples);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "Kendall's tau: tau-b of both rankings, 1 for the same order and -1 for the "
                       "opposite.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "found of the exact ten: the share of the exact first ten that are among "
                       "the first ten of the index. NDCG@10 kept: its mean through the index over "
                       "its mean under exact search.");
}

/* ---- the whole ---- */

static void show_data(const struct rank_contests *contests, size_t data) {
  struct limen_document *out = contests->report->out;
  limen_document_plot(out, rank_plot_places(contests, data));
  limen_document_plot(out, rank_plot_changes(contests, data));
  rank_table_models(contests, data);
  limen_document_plot(out, rank_plot_kept(contests, data));
  say_recall(contests, data);
}

static bool has_contest(const struct rank_contests *contests, size_t data) {
  for (size_t c = 0; c < contests->count; c++)
    if (contests->contest[c].data == data && contests->contest[c].compared) return true;
  return false;
}

static void show(const struct rank_contests *contests) {
  const struct retrieval_report *report = contests->report;
  struct limen_document *out = report->out;
  answer(contests);
  retrieval_report_warnings(report);
  warn(contests);
  for (size_t d = 0; d < contests->n_data && d < DRAWN; d++)
    if (has_contest(contests, d)) limen_document_plot(out, rank_plot_ndcg(contests, d));
  retrieval_report_settings(report);
  rank_table_contests(contests);
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                       "Published: in place of exact search, HNSW moves models by up to 3 places "
                       "in NDCG@10 (Elliott and Clark 2024, arXiv 2405.17813).");
  limen_document_heading(out, "Which changes of places are more than noise");
  rank_table_swaps(contests);
  limen_document_heading(out, "Places, losses and recall");
  for (size_t d = 0; d < contests->n_data && d < DRAWN; d++)
    if (has_contest(contests, d)) show_data(contests, d);
  doubts(contests);
  definitions(report);
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct retrieval_report report;
  struct rank_contests contests = {0};
  int status = retrieval_report_start(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  status = rank_contests_init(&contests, &report, error);
  if (status == LIMEN_OK) show(&contests);
  rank_contests_clear(&contests);
  retrieval_report_clear(&report);
  return status;
}

const struct retrieval_study retrieval_study_rank_shift = {
    .name = "rank_shift",
    .about = "which rank swaps an index in place of exact search causes, and which are noise",
    .describe = describe,
};
