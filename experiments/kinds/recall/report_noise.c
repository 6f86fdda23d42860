/* The study "noise": how much the same recall, measured again, differs, and which part of that
 * comes from the queries, the insertion order, the level seed, threads and the choice of library.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_noise.h"

enum { POINTS_DRAWN = 6, EFS_IN_TABLE = 10 };

/* ---- the answer ---- */

/* The middle ef of the first point. */
static const struct recall_noise *middle(const struct recall_noises *noises, size_t *index) {
  size_t count = 0;
  while (count < noises->count && noises->noise[count].point == noises->noise[0].point) count++;
  *index = count / 2;
  return count ? &noises->noise[count / 2] : NULL;
}

/* "moves by 0.31 [0.28, 0.35] points with 1000 other queries, .. ; it was not seen to move with
 * another level seed, and .." As standard deviations. */
static void say_components(const struct recall_noise *noise, struct limen_text *out) {
  char queries[48];
  snprintf(queries, sizeof queries, "%zu other queries", noise->queries);
  const struct {
    const struct limen_component *component;
    const char *with;
  } sources[] = {{&noise->query, queries},
                 {&noise->order, "another insertion order"},
                 {&noise->seed, "another level seed"}};
  enum { SOURCES = sizeof sources / sizeof *sources };
  struct limen_text still = {0};
  size_t moved = 0;
  for (size_t i = 0; i < SOURCES; i++) {
    const struct limen_component *component = sources[i].component;
    if (!(component->upper > 0)) { /* all equal, which bounds nothing */
      limen_text_print(&still, "%s or ", sources[i].with);
      continue;
    }
    limen_text_add(out, moved++ ? ", by " : ", and moves (standard deviations) by ");
    recall_print_sd(component->variance, component->lower, component->upper, out);
    limen_text_print(out, " points%s with %s", component->lower > 0 ? "" : " (no more than noise)",
                     sources[i].with);
  }
  limen_text_print(out, "; it was not seen to move with %snothing changed, on one thread.",
                   still.length ? limen_text_string(&still) : "");
  limen_text_clear(&still);
}

static void say_engines(const struct recall_engines *engines, struct limen_text *out) {
  const struct limen_reported *number = &engines->difference;
  const bool noise = number->lower <= 0 && number->upper >= 0;
  limen_text_print(out, " %s less %s is ", engines->first, engines->second);
  limen_report_points(number, out);
  limen_text_add(out, noise ? " points, which is noise." : " points.");
}

static void answer(const struct recall_noises *noises, const struct recall_engines *engines,
                   size_t n_engines) {
  struct limen_text text = {0};
  char plain[2048];
  size_t index, first = 0;
  const struct recall_noise *noise = middle(noises, &index);
  if (!noise) {
    limen_document_print(noises->report->out, LIMEN_BLOCK_ANSWER,
                         "No set of builds is finished in which every order meets every seed.");
    return;
  }
  limen_report_value(noises->report->plan, noise->point, "engine", &text);
  limen_text_print(&text, " with ef = %" PRId64 " has a recall@%" PRId64 " of %.3f", noise->ef,
                   limen_grid_integer(&noises->report->plan->grid, 0, "k"), noise->recall);
  say_components(noise, &text);
  while (first < n_engines && engines[first].noise != index) first++;
  if (first < n_engines) say_engines(&engines[first], &text);
  limen_document_print(noises->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- what follows ---- */

static void follow(const struct recall_noises *noises, const struct recall_engines *engines,
                   size_t n_engines) {
  struct limen_document *out = noises->report->out;
  size_t index;
  const struct recall_noise *noise = middle(noises, &index);
  if (!noise) return;
  const double Q = (double)noise->queries, pair = 2 * (noise->own + noise->interaction / Q);
  const double needed = fmax(1, ceil(pair / (RECALL_NOISE_TARGET * RECALL_NOISE_TARGET)));
  limen_document_heading(out, "What it takes to compare two indexes");
  limen_document_print(
      out, LIMEN_BLOCK_PARAGRAPH,
      "SE^2 = 2 s_b^2 / B + (d^2 + 2 s_e^2 / B) / Q, for B builds on either side and Q queries. "
      "s_b "
      "is what builds differ by however many queries are asked, s_e what a build does to a single "
      "query, and d what the two indexes differ in from query to query: nothing for two builds of "
      "the same system, which is what a test for regressions compares. With queries of their own "
      "on either side, d^2 is 2 s_q^2.");
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                       "At ef = %" PRId64
                       ": s_b = %.2f, s_e = %.1f and s_q = %.1f points%s. The same system on the "
                       "same %zu queries has a standard error of %.2f points with one build a "
                       "side and %.2f with five; %.0f build%s a side %s enough for 0.5 points.",
                       noise->ef, 100 * sqrt(noise->own), 100 * sqrt(noise->interaction),
                       100 * sqrt(noise->query.variance * Q),
                       noise->own > 0 ? ""
                                      : " (s_b came out below 0 and is set to 0: what builds "
                                        "differ in, they differ in query by query)",
                       noise->queries, 100 * sqrt(pair), 100 * sqrt(pair / 5), needed,
                       needed > 1 ? "s" : "", needed > 1 ? "are" : "is");
  recall_noise_need_table(noises, engines, n_engines);
}

/* ---- warnings ---- */

static void warn(const struct recall_noises *noises) {
  const struct recall_report *report = noises->report;
  const struct limen_grid *grid = &report->plan->grid;
  if (noises->uncrossed > 0 && report->plan->n_missing == 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "%zu of %zu rows are left out: to tell order from seed, every order must "
                         "meet every seed. Give draws and builds of 2 or more, 5 or more to learn "
                         "anything.",
                         noises->uncrossed, report->count);
  if (grid->lengths[limen_parameter_find(grid->parameters, "ef")] > EFS_IN_TABLE)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "The table of sources holds the first %d values of ef.", EFS_IN_TABLE);
}

/* ---- threads ---- */

static bool has_threads(const struct recall_noises *noises) {
  for (size_t i = 0; i < noises->count; i++)
    if (!isnan(noises->noise[i].threads)) return true;
  return false;
}

static int describe_threads(const struct recall_noises *noises,
                            const struct recall_engines *engines, size_t n_engines,
                            struct limen_error *error) {
  const struct recall_report *report = noises->report;
  const struct limen_grid *grid = &report->plan->grid;
  if (!has_threads(noises)) return LIMEN_OK;
  limen_document_heading(report->out, "With several threads");
  limen_document_timed(report->out);
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                       "Each order and seed was built %" PRId64 " more times on %" PRId64
                       " threads. Which rows are inserted at the same moment then differs from run "
                       "to run, and so do these numbers. Cells ran side by side: on a machine with "
                       "more free cores threads meet more often.",
                       limen_grid_integer(grid, 0, "parallel_builds"),
                       limen_grid_integer(grid, 0, "parallel"));
  limen_document_timed(report->out);
  for (size_t i = 0, drawn = 0; i < noises->count && drawn < POINTS_DRAWN; i++)
    if (i == 0 || noises->noise[i - 1].point != noises->noise[i].point) {
      limen_document_plot(report->out, recall_noise_plot(noises, noises->noise[i].point, true));
      drawn++;
    }
  return recall_noise_table(noises, engines, n_engines, true, error);
}

/* ---- the whole ---- */

static void doubt(const struct recall_noises *noises) {
  struct limen_document *out = noises->report->out;
  if (noises->count == 0) return;
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "A component of variance from %zu orders or %zu seeds is known roughly: its "
                       "interval says how roughly, and supposes normal effects.",
                       noises->noise[0].orders, noises->noise[0].seeds);
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Recalls of single queries are not normal: the interval of the queries' "
                       "component is a little too narrow.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The sizes hold for these data, this n and these settings. Near a recall of "
                       "1 everything shrinks.");
}

static void define(const struct recall_noises *noises) {
  struct limen_document *out = noises->report->out;
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "standard deviation of a source: how far a mean recall over all the queries "
                       "moves when that source alone is drawn anew; the square root of its "
                       "component of variance, by the mean squares of builds in which every order "
                       "meets every seed. A component below 0 is set to 0.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "nothing: with order, seed and one thread a build is determined, bit for "
                       "bit; the tests of the engines check that.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "engine: two libraries are no sample, so their component is how far apart "
                       "they are, over the square root of 2. The difference is paired: the same "
                       "orders, seeds and queries, all of them counted as drawn by chance.");
}

static int describe_noises(const struct recall_noises *noises, struct limen_error *error) {
  const struct recall_report *report = noises->report;
  struct recall_engines *engines = NULL;
  size_t n_engines = 0;
  int status = recall_noise_engines(noises, &engines, &n_engines, error);
  if (status != LIMEN_OK) goto done;
  answer(noises, engines, n_engines);
  recall_report_warnings(report);
  warn(noises);
  for (size_t i = 0, drawn = 0; i < noises->count && drawn < POINTS_DRAWN; i++) {
    if (i > 0 && noises->noise[i - 1].point == noises->noise[i].point) continue;
    limen_document_plot(report->out, recall_noise_plot(noises, noises->noise[i].point, false));
    if (drawn++ == 0) recall_report_settings(report);
  }
  if (noises->count > 0) status = recall_noise_table(noises, engines, n_engines, false, error);
  follow(noises, engines, n_engines);
  if (status == LIMEN_OK) status = describe_threads(noises, engines, n_engines, error);
  recall_report_doubts(report);
  doubt(noises);
  recall_report_definitions(report);
  define(noises);
done:
  limen_free(engines);
  return status;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  struct recall_noises noises = {0};
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  recall_report_start(&report);
  status = recall_noises_init(&noises, &report, error);
  if (status == LIMEN_OK) status = describe_noises(&noises, error);
  recall_noises_clear(&noises);
  recall_report_clear(&report);
  return status;
}

/* ---- headline numbers ---- */

static int add_metrics(const struct limen_plan *plan, const struct recall_noise *noise,
                       struct limen_summary *out, struct limen_error *error) {
  const struct {
    const char *name;
    const struct limen_component *component;
    size_t n;
  } metrics[] = {{"sd_queries", &noise->query, noise->queries},
                 {"sd_order", &noise->order, noise->orders},
                 {"sd_levels", &noise->seed, noise->seeds},
                 {"sd_order_and_levels", &noise->residual, noise->orders * noise->seeds}};
  int status = LIMEN_OK;
  for (size_t m = 0; m < sizeof metrics / sizeof *metrics && status == LIMEN_OK; m++) {
    const struct limen_component *component = metrics[m].component;
    const struct limen_reported number = {sqrt(component->variance), sqrt(component->lower),
                                          sqrt(component->upper)};
    status = recall_add_metric(plan, noise->point, noise->row, metrics[m].name, "share", false,
                               &number, metrics[m].n, out, error);
  }
  return status;
}

static int summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  struct recall_report report;
  struct recall_noises noises = {0};
  int status = recall_report_init(&report, plan, NULL, error);
  if (status != LIMEN_OK) return status;
  status = recall_noises_init(&noises, &report, error);
  for (size_t i = 0; i < noises.count && status == LIMEN_OK; i++)
    status = add_metrics(plan, &noises.noise[i], out, error);
  recall_noises_clear(&noises);
  recall_report_clear(&report);
  return status;
}

const struct recall_study recall_study_noise = {
    .name = "noise",
    .about = "how much recall moves by chance, and from where",
    .summarise = summarise,
    .describe = describe,
};
