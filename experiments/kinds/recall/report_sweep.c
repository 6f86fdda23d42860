/* The study "sweep", the one that a definition asks without naming any: recall against work and
 * time for whatever grid it has. */
#include "experiments/kinds/recall/report_sweep.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"

enum { PANELS_MOST = 12 /* plots; the tables hold all */, DATAS_ANSWERED = 3 };

/* ---- the answer ---- */

static size_t reaching(const struct recall_sweep *sweep, size_t data, double recall) {
  size_t count = 0;
  for (size_t c = 0; c < sweep->curves; c++)
    count += sweep->curve[c].data == data &&
             recall_work_at(&sweep->curve[c], recall).reach == RECALL_REACHED;
  return count;
}

/* The recall at which most curves can be compared; 0: none is reached by any. */
static double target_of(const struct recall_sweep *sweep, size_t data) {
  static const double targets[] = {0.95, 0.9, 0.99, 0.8, 0.5};
  double best = 0;
  size_t most = 0;
  for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
    size_t count = reaching(sweep, data, targets[t]);
    if (count > most) most = count, best = targets[t];
  }
  return best;
}

/* Curves of one data that reach a recall, cheapest first. */
struct ranked {
  const struct recall_curve *curve;
  struct recall_work work;
};

static int by_work(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  if (x->work.value != y->work.value) return x->work.value < y->work.value ? -1 : 1;
  return (x->curve > y->curve) - (x->curve < y->curve);
}

static void print_curve(const struct recall_sweep *sweep, const struct recall_curve *curve,
                        struct limen_text *out) {
  struct limen_text name = {0};
  recall_setting_name(sweep, curve, &name);
  limen_text_add(out, name.length ? limen_text_string(&name) : "this index");
  limen_text_clear(&name);
}

/* Whether two intervals of work leave room for a difference. */
static bool are_apart(const struct recall_work *cheap, const struct recall_work *dear) {
  return cheap->upper < dear->lower; /* false where an end is not known */
}

static void say_next(const struct recall_sweep *sweep, const struct ranked *best,
                     const struct ranked *second, struct limen_text *out) {
  limen_text_add(out, "; next comes ");
  print_curve(sweep, second->curve, out);
  limen_text_add(out, " with ");
  recall_print_work(&second->work, out);
  if (!are_apart(&best->work, &second->work))
    limen_text_add(out, ", a difference within the noise");
}

static void say_ranked(const struct recall_sweep *sweep, const struct ranked *ranked, size_t count,
                       double target, bool best_alone, struct limen_text *out) {
  const int64_t k = limen_grid_integer(&sweep->report->plan->grid, 0, "k");
  const struct ranked *best = &ranked[0], *worst = &ranked[count - 1];
  if (count == 1) {
    limen_text_print(out, "a recall@%" PRId64 " of %g takes ", k, target);
    recall_print_work(&best->work, out);
    limen_text_print(out, " distance evaluations a query (ef = %.0f) with ", best->work.ef);
    print_curve(sweep, best->curve, out);
    return;
  }
  limen_text_print(out, "a recall@%" PRId64 " of %g is cheapest with ", k, target);
  print_curve(sweep, best->curve, out);
  limen_text_add(out, ": ");
  recall_print_work(&best->work, out);
  limen_text_print(out, " distance evaluations a query (ef = %.0f)", best->work.ef);
  if (best_alone) return;
  if (count > 2) say_next(sweep, best, &ranked[1], out);
  limen_text_print(out, count > 2 ? ". It is dearest with " : ". With ");
  print_curve(sweep, worst->curve, out);
  limen_text_add(out, count > 2 ? ": " : " it takes ");
  recall_print_work(&worst->work, out);
  if (count == 2 && !are_apart(&best->work, &worst->work))
    limen_text_add(out, ", a difference within the noise");
}

/* No curve passes one of the recalls that answers are given for: the best there is. */
static void say_best(const struct recall_sweep *sweep, size_t data, struct limen_text *out) {
  const struct recall_group *best = NULL;
  const struct recall_curve *of = NULL;
  for (size_t c = 0; c < sweep->curves; c++)
    for (size_t i = 0; i < sweep->curve[c].count && sweep->curve[c].data == data; i++)
      if (!best || sweep->curve[c].group[i]->recall.value > best->recall.value) {
        of = &sweep->curve[c];
        best = of->group[i];
      }
  if (!best) return;
  limen_text_print(out, "the best recall@%" PRId64 " is ",
                   limen_grid_integer(&sweep->report->plan->grid, 0, "k"));
  limen_report_number(&best->recall, out);
  limen_text_add(out, ", with ");
  print_curve(sweep, of, out);
  limen_text_print(out, " and ef = %" PRId64 ": %.0f distance evaluations a query", best->ef,
                   best->distances.value);
}

/* Settings that have no work at a recall: they do not come to it, or are above it from the start.
 */
static void say_unranked(size_t never, size_t before, size_t all, struct limen_text *out) {
  if (never > 0)
    limen_text_print(out, "; %zu of %zu settings %s not come to it", never, all,
                     never == 1 ? "does" : "do");
  if (before > 0)
    limen_text_print(out, "; %zu %s above it with the smallest ef already", before,
                     before == 1 ? "is" : "are");
}

/* One of several data is told in a part of a sentence, by its cheapest setting alone. */
static int answer_data(const struct recall_sweep *sweep, size_t data, struct limen_text *out,
                       struct limen_error *error) {
  struct ranked *ranked = limen_alloc(sweep->curves, sizeof *ranked, error);
  const bool alone = sweep->datas == 1;
  size_t count = 0, others[3] = {0};
  double target = target_of(sweep, data);
  struct limen_text name = {0};
  if (!ranked) return LIMEN_FAILED;
  for (size_t c = 0; c < sweep->curves; c++) {
    if (sweep->curve[c].data != data || target == 0) continue;
    ranked[count] = (struct ranked){&sweep->curve[c], recall_work_at(&sweep->curve[c], target)};
    if (ranked[count].work.reach == RECALL_REACHED)
      count++;
    else
      others[ranked[count].work.reach]++;
  }
  qsort(ranked, count, sizeof *ranked, by_work);
  recall_data_name(sweep, data, &name);
  if (name.length > 0) limen_text_print(out, "with %s, ", limen_text_string(&name));
  if (count > 0)
    say_ranked(sweep, ranked, count, target, !alone, out);
  else
    say_best(sweep, data, out);
  if (alone)
    say_unranked(others[RECALL_NEVER], others[RECALL_BEFORE],
                 count + others[RECALL_NEVER] + others[RECALL_BEFORE], out);
  limen_text_clear(&name);
  limen_free(ranked);
  return LIMEN_OK;
}

/* A sentence begins with a capital, whatever it begins with. */
static void add_sentence(const char *sentence, struct limen_text *out) {
  char first = sentence[0];
  if (first >= 'a' && first <= 'z') first = (char)(first - 'a' + 'A');
  limen_text_print(out, "%c%s.", first, sentence + 1);
}

static int answer(const struct recall_sweep *sweep, struct limen_error *error) {
  struct limen_text part = {0}, text = {0};
  char plain[4096];
  int status = LIMEN_OK;
  for (size_t p = 0; p < sweep->datas && p < DATAS_ANSWERED && status == LIMEN_OK; p++) {
    if (p > 0) limen_text_add(&part, "; ");
    status = answer_data(sweep, p, &part, error);
  }
  if (part.length > 0) add_sentence(limen_text_string(&part), &text);
  if (sweep->datas > DATAS_ANSWERED)
    limen_text_print(&text, " The tables go on with %zu more.", sweep->datas - DATAS_ANSWERED);
  if (sweep->curves == 0) limen_text_add(&text, "No build is finished yet.");
  limen_document_print(sweep->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&part);
  limen_text_clear(&text);
  return status;
}

/* ---- time ---- */

/* Threads that the run had, as its manifest says; 0: it does not. */
static int threads_of(const struct limen_plan *plan, int64_t *threads, struct limen_error *error) {
  char *manifest = NULL;
  json_t *json = NULL;
  *threads = 0;
  int status = limen_store_get(plan->store, "manifest", &manifest, error);
  if (status == LIMEN_OK && manifest)
    status = limen_json_read(manifest, strlen(manifest), 0, &json, NULL, error);
  if (status == LIMEN_INPUT && manifest) status = LIMEN_OK; /* none that could be read */
  *threads = json_integer_value(json_object_get(json, "threads"));
  json_decref(json);
  limen_free(manifest);
  return status;
}

static int describe_times(const struct recall_sweep *sweep, struct limen_error *error) {
  struct limen_document *out = sweep->report->out;
  int64_t threads = 0;
  if (sweep->curves == 0) return LIMEN_OK;
  int status = threads_of(sweep->report->plan, &threads, error);
  if (status != LIMEN_OK) return status;
  limen_document_heading(out, "Time");
  limen_document_timed(out);
  if (threads > 1)
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                         "Cells ran side by side on %" PRId64
                         " threads, each cell on one: they share caches and memory, so a machine "
                         "with one cell at a time is faster. Compare times within this report "
                         "only, or run with --threads 1.",
                         threads);
  else
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH, "Cells ran one after the other.");
  limen_document_timed(out);
  for (size_t p = 0; p < sweep->panels && p < PANELS_MOST && recall_sweep_is_timed(sweep); p++)
    limen_document_plot(out, recall_sweep_time_plot(sweep, p));
  return recall_sweep_time_tables(sweep, error);
}

/* ---- the whole ---- */

static void describe_panels(const struct recall_sweep *sweep) {
  struct limen_document *out = sweep->report->out;
  for (size_t p = 1; p < sweep->panels && p < PANELS_MOST; p++)
    limen_document_plot(out, recall_sweep_plot(sweep, p));
  if (sweep->panels > PANELS_MOST)
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                         "%zu more panels are in the tables only; give fewer values to see them "
                         "drawn.",
                         sweep->panels - PANELS_MOST);
}

/* With one setting everything is on the line. */
static void describe_front(const struct recall_sweep *sweep) {
  if (sweep->curves <= sweep->datas) return;
  limen_document_heading(sweep->report->out, "The Pareto line");
  for (size_t p = 0; p < sweep->datas && p < PANELS_MOST; p++)
    limen_document_plot(sweep->report->out, recall_sweep_front_plot(sweep, p));
  recall_sweep_front_table(sweep);
}

static void define_work(const struct recall_sweep *sweep) {
  limen_document_print(
      sweep->report->out, LIMEN_BLOCK_DEFINITIONS,
      "work at a recall: read off between two values of ef, in straight lines in the logarithm of "
      "distances and the logit of recall, as the plot draws them; beyond the smallest and the "
      "largest ef nothing is guessed. Its interval goes from where the upper ends of the recalls' "
      "intervals reach that recall to where the lower ends do.");
}

static int describe_sweep(const struct recall_sweep *sweep, struct limen_error *error) {
  const struct recall_report *report = sweep->report;
  int status = answer(sweep, error);
  if (status != LIMEN_OK) return status;
  recall_report_warnings(report);
  if (sweep->curves > 0) limen_document_plot(report->out, recall_sweep_plot(sweep, 0));
  recall_report_settings(report);
  describe_panels(sweep);
  recall_sweep_work_table(sweep);
  describe_front(sweep);
  limen_document_heading(report->out, "All recalls");
  recall_report_recalls_table(report, "Recall, with 95% intervals.");
  status = describe_times(sweep, error);
  recall_report_doubts(report);
  if (sweep->curves > sweep->datas)
    limen_document_print(report->out, LIMEN_BLOCK_LIST,
                         "Which points are not beaten is decided by the means alone: where "
                         "intervals overlap, another set of builds may rank them otherwise.");
  recall_report_definitions(report);
  define_work(sweep);
  return status;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  struct recall_sweep sweep = {0};
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  recall_report_start(&report);
  status = recall_sweep_init(&sweep, &report, error);
  if (status == LIMEN_OK) status = describe_sweep(&sweep, error);
  recall_sweep_clear(&sweep);
  recall_report_clear(&report);
  return status;
}

const struct recall_study recall_study_sweep = {
    .name = "sweep",
    .about = "recall against work and time",
    .describe = describe,
};
