/* The study "drowning": recall against the number of documents that no query wants. LIMIT has a
 * small and a full set, 46 and 50,000 documents; between the two lies where a representation gives
 * way, which two points do not show. The judged documents, the queries and the vectors of an
 * instance are the same at every size. */
#include <math.h>
#include <string.h>

#include "experiments/kinds/retrieval/report_drowning.h"

static bool wants(const struct limen_grid *grid, size_t point) {
  return retrieval_is_made(grid, point);
}

/* ---- the answer ---- */

static const char *representation_of(const struct drowning *drowning, size_t c) {
  const struct retrieval_report *report = drowning->report;
  return limen_grid_string(&report->plan->grid, report->groups[drowning->curve[c].first].point,
                           "representation");
}

/* "recall@2 of random_phrase halves at 230 [200, 260] distractors (d = 64), 1900 (d = 256), of
 * random_word at ..." for one plot's curves. */
static void say_halves(const struct drowning *drowning, size_t plot, struct limen_text *text) {
  const char *last = NULL;
  for (size_t c = 0; c < drowning->curves; c++) {
    const struct drowning_curve *curve = &drowning->curve[c];
    const char *own = representation_of(drowning, c);
    const double d = drowning->report->groups[curve->first].mean[RETRIEVAL_DIMENSIONS];
    if (!drowning_share_plot(drowning, plot, c) || curve->reached == 0) continue;
    if (!last)
      limen_text_print(text, "recall@2 of %s halves at ", own);
    else if (strcmp(last, own) != 0)
      limen_text_print(text, ", of %s at ", own);
    else
      limen_text_add(text, ", ");
    drowning_print_half(drowning, c, text);
    if (!last) limen_text_add(text, " distractors");
    if (isfinite(d)) limen_text_print(text, " (d = %.0f)", d);
    last = own;
  }
}

/* "; more than half keep bm25 (0.89 [..]) and maxsim, d = 128 (0.88) among 49954" */
static void say_kept(const struct drowning *drowning, size_t plot, struct limen_text *text) {
  const size_t start = text->length;
  double most = 0;
  size_t said = 0;
  for (size_t c = 0; c < drowning->curves; c++) {
    const struct drowning_curve *curve = &drowning->curve[c];
    if (!drowning_share_plot(drowning, plot, c) || curve->reached > 0 || isnan(curve->median) ||
        curve->fewest == curve->most)
      continue;
    limen_text_print(text, "%s", said++ ? ", " : "; above half stay ");
    retrieval_report_model(drowning->report, &drowning->report->groups[curve->first], text);
    limen_text_add(text, " (");
    limen_report_number(&drowning->report->groups[curve->most].measure[0], text);
    limen_text_add(text, ")");
    most = drowning_distractors(drowning, curve->most);
  }
  if (text->length > start) limen_text_print(text, " among %.0f distractors", most);
}

static bool first_of_plot(const struct drowning *drowning, size_t c) {
  for (size_t before = 0; before < c; before++)
    if (drowning_share_plot(drowning, before, c)) return false;
  return true;
}

/* A sentence for a plot's curves; nothing where there is none to tell. */
static void say_plot(const struct drowning *drowning, size_t plot, struct limen_text *text) {
  struct limen_text part = {0}, fixed = {0};
  say_halves(drowning, plot, &part);
  say_kept(drowning, plot, &part);
  drowning_print_plot(drowning, plot, &fixed);
  const char *words = limen_text_string(&part);
  if (strncmp(words, "; ", 2) == 0) words += 2;
  if (*words)
    limen_text_print(text, fixed.length ? "%sWith %s %s." : "%s%s%s.", text->length ? " " : "",
                     limen_text_string(&fixed), words);
  limen_text_clear(&fixed);
  limen_text_clear(&part);
}

static void answer(const struct drowning *drowning) {
  struct limen_text text = {0};
  char plain[4096];
  for (size_t c = 0; c < drowning->curves; c++)
    if (first_of_plot(drowning, c)) say_plot(drowning, c, &text);
  if (text.length == 0) limen_text_add(&text, "There are no two sizes to compare yet.");
  limen_document_print(drowning->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- what to know ---- */

static void doubts(const struct drowning *drowning) {
  struct limen_document *out = drowning->report->out;
  bool distracted = false;
  for (size_t c = 0; c < drowning->curves; c++)
    distracted = distracted || drowning_distractors(drowning, drowning->curve[c].fewest) > 0;
  retrieval_report_doubts(drowning->report);
  if (distracted)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Half is half of recall among the fewest documents that were run, which "
                         "has distractors already: against none at all it takes fewer.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Where a curve crosses half lies between two sizes and is read off a "
                       "straight line over the logarithm of documents; the interval does not hold "
                       "that error. Where recall is low to begin with, half of it is near chance.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Distractors are documents of the same make that like other things. Those "
                       "with near_misses like things that share a word with one that is asked for, "
                       "in so many of their attributes; real ones are neither.");
}

static void definitions(const struct retrieval_report *report) {
  struct limen_document *out = report->out;
  retrieval_report_definitions(report);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "distractors: documents that no query wants, all but the judged ones.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "halves: for each instance the number of documents at which recall@2 first "
                       "is half of what it is among the fewest documents, less the judged ones; "
                       "of instances the geometric mean, with Student's t interval of the "
                       "logarithms.");
}

/* ---- the whole ---- */

static void show(const struct drowning *drowning) {
  static const size_t shown[] = {0, RETRIEVAL_RECALL_10 - RETRIEVAL_RECALL_2,
                                 RETRIEVAL_RECALL_100 - RETRIEVAL_RECALL_2};
  const struct retrieval_report *report = drowning->report;
  struct limen_document *out = report->out;
  size_t plots = 0;
  answer(drowning);
  retrieval_report_warnings(report);
  for (size_t c = 0; c < drowning->curves; c++) {
    if (!first_of_plot(drowning, c)) continue;
    limen_document_plot(out, drowning_plot_recall(drowning, c, ++plots));
    if (plots > 1) continue;
    retrieval_report_settings(report);
    drowning_table(drowning);
  }
  struct limen_plot *half = drowning_plot_half(drowning);
  if (half) limen_document_plot(out, half);
  retrieval_report_table(report, "All recalls, with 95% intervals.", shown,
                         sizeof shown / sizeof *shown);
  doubts(drowning);
  definitions(report);
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct retrieval_report report;
  struct drowning drowning = {0};
  int status = retrieval_report_start(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  status = drowning_init(&drowning, &report, error);
  if (status == LIMEN_OK) show(&drowning);
  drowning_clear(&drowning);
  retrieval_report_clear(&report);
  return status;
}

const struct retrieval_study retrieval_study_drowning = {
    .name = "drowning",
    .about = "recall against the number of documents that no query wants",
    .one_d = true,
    .wants = wants,
    .needs = "a set that is made",
    .describe = describe,
};
