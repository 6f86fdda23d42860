/* The study "patterns": does it matter which documents are wanted together? LIMIT's preprint
 * (Weller et al. 2025, arXiv 2508.21038v1) compares four patterns of relevance on one set each, at
 * 1000 queries, and blames the dense one for low recall of trained models. Here the same patterns
 * are laid at equal numbers of queries and at equal numbers of judged documents, over several
 * instances, for vectors that are not trained on anything and for vectors trained on the judgements
 * themselves. */
#include <math.h>
#include <string.h>

#include "data/relevance.h"
#include "experiments/kinds/retrieval/report_patterns.h"

/* ---- which points ---- */

/* At equal numbers of queries, of documents, or of both where a pattern has so many queries. */
static bool is_compared(const struct limen_grid *grid, size_t point) {
  const size_t queries = (size_t)limen_grid_integer(grid, point, "queries");
  const size_t pool = (size_t)limen_grid_integer(grid, point, "pool");
  const size_t k = (size_t)limen_grid_integer(grid, point, "relevant");
  const struct limen_pattern *pattern =
      limen_pattern_find(limen_grid_string(grid, point, "pattern"));
  if (queries == 0 || pool == 0) return queries + pool > 0;
  return pool >= k && pattern->most(pool, k) >= queries;
}

static bool wants(const struct limen_grid *grid, size_t point) {
  const int64_t d = limen_grid_integer(grid, point, "d");
  if (!retrieval_is_made(grid, point) || !is_compared(grid, point)) return false;
  return d == 0 || retrieval_representation(grid, point)->oracle ||
         d >= limen_grid_integer(grid, 0, "least_d");
}

/* Whether all instances of a point are answered, and whether every query came out right in each. */
static bool is_answered(const struct limen_plan *plan, size_t point, bool *right) {
  *right = true;
  for (size_t i = 0; i < retrieval_replicates(plan, point); i++) {
    int64_t coordinates[2];
    retrieval_replicate(plan, point, i, coordinates);
    const struct limen_cell *cell = limen_plan_peek(plan, point, coordinates);
    if (!cell) return false;
    *right = *right && cell->answer.values[RETRIEVAL_RECALL_2] == 1;
  }
  return true;
}

/* Training on the judgements is tried at one d after the other, in the order listed, until every
 * instance comes out right: more dimensions only cost more. */
static bool goes_on(const struct limen_plan *plan, size_t point) {
  const struct limen_grid *grid = &plan->grid;
  const ptrdiff_t d = limen_parameter_find(grid->parameters, "d");
  if (!retrieval_representation(grid, point)->oracle || !plan->kind->looks_at(grid, point, "d"))
    return true;
  for (size_t v = 0; v < grid->lengths[d]; v++) {
    const size_t before = limen_grid_point_with(grid, point, "d", v);
    bool right;
    if (before == point) return true;
    if (retrieval_point_is_redundant(grid, before)) continue;
    if (!is_answered(plan, before, &right) || right) return false;
  }
  return true;
}

/* ---- the answer ---- */

/* Recall@100 where so many documents are ranked, else recall@2. */
static size_t last_known(const struct patterns *patterns) {
  const struct limen_grid *grid = &patterns->report->plan->grid;
  return retrieval_measure_is_known(grid, patterns_measure[1]) ? 1 : 0;
}

static size_t row_of(const struct patterns *patterns, size_t group) {
  size_t r = 0;
  while (r < patterns->rows && !patterns_in_row(patterns, r, group)) r++;
  return r;
}

/* "cycle with 1000 queries" */
static void print_case(const struct patterns *patterns, size_t row, struct limen_text *out) {
  const size_t first = patterns->row[row].first;
  limen_text_print(out, "%s with ", patterns_pattern(patterns, first));
  patterns_print_comparison(patterns, first, out);
}

/* Whether a difference is to be told before another: beyond noise first, then the larger. */
static bool goes_before(const struct patterns_difference *a, const struct patterns_difference *b) {
  if (!b || patterns_matters(a) != patterns_matters(b)) return !b || patterns_matters(a);
  return fabs(a->value.value) > fabs(b->value.value);
}

/* Of all comparisons together, with the largest difference. */
static void say_differences(const struct patterns *patterns, struct limen_text *text) {
  const struct retrieval_report *report = patterns->report;
  const struct patterns_difference *most = NULL;
  size_t all = 0, beyond = 0, where = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct patterns_difference *difference = &patterns->difference[i * PATTERNS_MEASURES];
    if (!difference->known) continue;
    all++;
    beyond += patterns_matters(difference);
    if (!goes_before(difference, most)) continue;
    most = difference;
    where = i;
  }
  if (!most) return;
  limen_text_print(text,
                   "Of representations that look at no judgements, recall@2 on another pattern "
                   "than %s differs beyond noise in ",
                   patterns->reference);
  if (beyond == 0)
    limen_text_print(text, "none of %zu cases", all);
  else
    limen_text_print(text, "%zu of %zu cases", beyond, all);
  limen_text_add(text, beyond == 1 ? " (" : " (at most ");
  limen_report_points(&most->value, text);
  limen_text_add(text, " points: ");
  retrieval_report_model(report, &report->groups[where], text);
  limen_text_add(text, ", ");
  print_case(patterns, row_of(patterns, where), text);
  limen_text_add(text, ").");
}

/* The dimensions in which a construction gets every set right; 0: it was not run, or fails. */
static double construction(const struct patterns *patterns) {
  const struct retrieval_report *report = patterns->report;
  double d = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct retrieval_group *group = &report->groups[i];
    if (!patterns_is_oracle(patterns, i) ||
        report->plan->kind->looks_at(&report->plan->grid, group->point, "d"))
      continue;
    if (group->measure[0].value != 1) return 0;
    d = fmax(d, group->mean[RETRIEVAL_DIMENSIONS]);
  }
  return d;
}

/* Whether a needs fewer dimensions than b. */
static bool needs_fewer(const struct patterns_critical *a, const struct patterns_critical *b) {
  return a->median != b->median ? a->median < b->median : a->last < b->last;
}

static void say_end(const struct patterns *patterns, const struct patterns_critical *critical,
                    struct limen_text *text) {
  limen_text_add(text, "d = ");
  patterns_print_critical(critical, text);
  limen_text_add(text, " (");
  print_case(patterns, critical->row, text);
  limen_text_add(text, ")");
}

static void say_ends(const struct patterns *patterns, const struct patterns_critical *least,
                     const struct patterns_critical *most, struct limen_text *text) {
  limen_text_add(text, "Trained on the judgements, free embeddings first get all queries right ");
  if (needs_fewer(least, most)) {
    limen_text_add(text, "between ");
    say_end(patterns, least, text);
    limen_text_add(text, " and ");
    say_end(patterns, most, text);
  } else if (patterns->criticals > 1) {
    const bool reached = isfinite(least->median);
    limen_text_print(text,
                     reached ? "at d = %g on every set (median of instances)"
                             : "on no set at the listed d, up to %g (median of instances)",
                     reached ? least->median : least->last);
  } else {
    limen_text_add(text, "at ");
    say_end(patterns, least, text);
  }
}

/* How many dimensions training needs, at least and at most, beside what a construction does. */
static void say_training(const struct patterns *patterns, struct limen_text *text) {
  const struct patterns_critical *least = NULL, *most = NULL;
  const double exists = construction(patterns);
  for (size_t c = 0; c < patterns->criticals; c++) {
    const struct patterns_critical *critical = &patterns->critical[c];
    if (!least || needs_fewer(critical, least)) least = critical;
    if (!most || needs_fewer(most, critical)) most = critical;
  }
  if (!least && exists == 0) return;
  limen_text_add(text, text->length ? " " : "");
  if (least) say_ends(patterns, least, most, text);
  if (exists > 0)
    limen_text_print(text,
                     least ? "; vectors of %.0f dimensions that do exist for every set."
                           : "Vectors of %.0f dimensions that get all queries right exist for "
                             "every set.",
                     exists);
  else
    limen_text_add(text, ".");
}

static void answer(const struct patterns *patterns) {
  struct limen_text text = {0};
  char plain[2048];
  say_differences(patterns, &text);
  say_training(patterns, &text);
  if (text.length == 0) limen_text_add(&text, "There are no two patterns to compare yet.");
  limen_document_print(patterns->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- what to know ---- */

static void doubts(const struct patterns *patterns) {
  struct limen_document *out = patterns->report->out;
  const struct limen_grid *grid = &patterns->report->plan->grid;
  retrieval_report_doubts(patterns->report);
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "A failure of training proves nothing: other starts, temperatures, losses "
                       "or more steps may succeed in fewer dimensions. Only what succeeded is "
                       "shown to be possible, and success need not be monotone in d.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Patterns differ in how many queries want a document, whatever is held "
                       "equal; only with both numbers equal is it the arrangement alone that "
                       "differs, and only patterns that have so many queries on so few documents "
                       "can be compared that way. At equal numbers of documents random leaves out "
                       "those that it does not draw.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "With %lld instances a standard deviation is known to a factor of about "
                       "two, and the tests of instances against queries suppose means near enough "
                       "to normal: rough where recall is near 0 or 1, or queries are few.",
                       (long long)limen_grid_integer(grid, 0, "instances"));
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Published figures are of trained models on 50,000 documents, one instance "
                       "of each pattern. That our representations, which are not trained, do not "
                       "care about the pattern does not say that trained ones do not.");
}

static void definitions(const struct retrieval_report *report) {
  struct limen_document *out = report->out;
  retrieval_report_definitions(report);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "1000 queries: every pattern has as many, over as few documents as it needs "
                       "(random: over all). 46 documents: every pattern has the queries that are "
                       "natural to it on so many documents. 1000 queries on 46 documents: both, "
                       "for patterns that have so many there.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "dimensions in which all come out right: for each instance the fewest of "
                       "the listed d at which recall@2 was 1 at some look during training; of "
                       "instances the median, and the least and the most (for five instances a "
                       "94%% interval of the median). Larger d are not tried once all instances "
                       "are there.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "p, queries alone: by the F test of a one-way table, instances by queries; "
                       "small where instances differ by more than their queries would make them.");
}

/* ---- the whole ---- */

static void show(const struct patterns *patterns) {
  const struct retrieval_report *report = patterns->report;
  struct limen_document *out = report->out;
  const bool published = last_known(patterns) == 1;
  answer(patterns);
  retrieval_report_warnings(report);
  limen_document_plot(out, patterns_plot_recall(patterns, 0, false));
  retrieval_report_settings(report);
  patterns_table_differences(patterns, 0);
  if (patterns->criticals > 0) {
    limen_document_heading(out, "What training on the judgements reaches");
    limen_document_plot(out, patterns_plot_critical(patterns));
    patterns_table_critical(patterns);
    patterns_say_published(patterns);
    for (size_t c = 0; c < patterns->comparisons; c++) {
      struct limen_plot *plot = patterns_plot_free(patterns, c);
      if (plot) limen_document_plot(out, plot);
    }
  }
  if (published) {
    limen_document_heading(out, "Recall@100, as published");
    limen_document_plot(out, patterns_plot_recall(patterns, 1, true));
    patterns_table_differences(patterns, 1);
    patterns_table_published(patterns);
  }
  limen_document_heading(out, "How far instances differ");
  limen_document_plot(out, patterns_plot_spread(patterns, last_known(patterns)));
  patterns_table_spread(patterns, last_known(patterns));
  patterns_table_recall(patterns, 0);
  if (published) patterns_table_recall(patterns, 1);
  doubts(patterns);
  definitions(report);
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct retrieval_report report;
  struct patterns patterns = {0};
  int status = retrieval_report_start(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  status = patterns_init(&patterns, &report, error);
  if (status == LIMEN_OK) show(&patterns);
  patterns_clear(&patterns);
  retrieval_report_clear(&report);
  return status;
}

const struct retrieval_study retrieval_study_patterns = {
    .name = "patterns",
    .about = "recall by pattern of relevance, at equal numbers of queries and of judged documents",
    .one_d = true,
    .wants = wants,
    .needs = "a set that is made, a number of queries or a pool, and d from least_d on",
    .goes_on = goes_on,
    .describe = describe,
};
