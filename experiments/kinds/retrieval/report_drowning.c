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

/* "random_phrase, d = 64, near_misses = 20" */
static void print_curve(const struct drowning *drowning, size_t c, struct limen_text *text) {
  struct limen_text fixed = {0};
  retrieval_report_model(drowning->report, &drowning->report->groups[drowning->curve[c].first],
                         text);
  drowning_print_plot(drowning, c, &fixed);
  if (fixed.length > 0) limen_text_print(text, ", %s", limen_text_string(&fixed));
  limen_text_clear(&fixed);
}

/* Constructions know the judgements, so their curves answer nothing; nor do curves of one size, and
 * those that found nothing to begin with. */
static bool is_told(const struct drowning *drowning, size_t c) {
  const struct drowning_curve *curve = &drowning->curve[c];
  return !drowning_is_oracle(drowning, c) && !isnan(curve->median) && curve->fewest != curve->most;
}

/* What the answer speaks of: of the curves that it tells. */
struct ends {
  size_t told, halved, kept; /* kept: in no instance came down to half */
  size_t soonest, latest;    /* of those that halved in every instance */
  size_t best;               /* at the most documents, of those kept */
};

static double recall_at_most(const struct drowning *drowning, size_t c) {
  return drowning->report->groups[drowning->curve[c].most].measure[0].value;
}

static struct ends find_ends(const struct drowning *drowning) {
  struct ends ends = {.soonest = SIZE_MAX, .latest = SIZE_MAX, .best = SIZE_MAX};
  for (size_t c = 0; c < drowning->curves; c++) {
    const struct drowning_curve *curve = &drowning->curve[c];
    if (!is_told(drowning, c)) continue;
    ends.told++;
    if (curve->reached == 0) {
      ends.kept++;
      if (ends.best == SIZE_MAX ||
          recall_at_most(drowning, c) > recall_at_most(drowning, ends.best))
        ends.best = c;
    }
    if (isnan(curve->half.value)) continue;
    ends.halved++;
    if (ends.soonest == SIZE_MAX || curve->half.value < drowning->curve[ends.soonest].half.value)
      ends.soonest = c;
    if (ends.latest == SIZE_MAX || curve->half.value > drowning->curve[ends.latest].half.value)
      ends.latest = c;
  }
  return ends;
}

/* "79 [0, 538] distractors (random_phrase, d = 64)" */
static void say_half(const struct drowning *drowning, size_t c, struct limen_text *text) {
  drowning_print_half(drowning, c, text);
  limen_text_add(text, " distractors (");
  print_curve(drowning, c, text);
  limen_text_add(text, ")");
}

static void say_halves(const struct drowning *drowning, const struct ends *ends,
                       struct limen_text *text) {
  limen_text_print(text, "Recall@2 is halved in %zu of %zu cases: ", ends->halved, ends->told);
  if (ends->halved > 1) limen_text_add(text, "first by ");
  say_half(drowning, ends->soonest, text);
  if (ends->halved > 1) {
    limen_text_add(text, ", last by ");
    say_half(drowning, ends->latest, text);
  }
  limen_text_add(text, ".");
}

/* "6 keep more than half among 454 distractors, the best 0.937 [..] (bm25)." */
static void say_kept(const struct drowning *drowning, const struct ends *ends,
                     struct limen_text *text) {
  const size_t most = drowning->curve[ends->best].most;
  if (text->length > 0)
    limen_text_print(text, " %zu", ends->kept);
  else
    limen_text_print(text, "Recall@2 is halved in none of %zu cases: %zu", ends->told, ends->kept);
  limen_text_print(text, " %s more than half among %.0f distractors, ",
                   ends->kept == 1 ? "keeps" : "keep", drowning_distractors(drowning, most));
  if (ends->kept > 1) limen_text_add(text, "the best ");
  limen_report_number(&drowning->report->groups[most].measure[0], text);
  limen_text_add(text, " (");
  print_curve(drowning, ends->best, text);
  limen_text_add(text, ").");
}

static void answer(const struct drowning *drowning) {
  const struct ends ends = find_ends(drowning);
  struct limen_text text = {0};
  char plain[2048];
  if (ends.halved > 0) say_halves(drowning, &ends, &text);
  if (ends.kept > 0) say_kept(drowning, &ends, &text);
  if (text.length == 0 && ends.told > 0)
    limen_text_add(&text, "Recall@2 comes down to half in some instances only.");
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

static bool first_of_plot(const struct drowning *drowning, size_t c) {
  for (size_t before = 0; before < c; before++)
    if (drowning_share_plot(drowning, before, c)) return false;
  return true;
}

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
