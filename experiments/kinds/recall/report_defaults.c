/* The study "defaults": what recall the parameters give that systems come with, all on the same
 * data. What is compared is parameters, not systems: those do other things than search a graph. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_defaults.h"
#include "experiments/kinds/recall/report_vendors.h"

enum { PANELS_DRAWN = 8 };

/* ---- the answer ---- */

static void say_one(const struct recall_defaults *defaults, size_t setting, size_t panel,
                    struct limen_text *out) {
  const struct recall_group *group = recall_default_group(defaults, setting, panel);
  limen_report_number(&group->recall, out);
  limen_text_print(out, " (%s; %.0f distance evaluations)", defaults->setting[setting].names,
                   group->distances.value);
}

/* The ends of one set of data; false: nothing of it is finished. */
static int say_panel(const struct recall_defaults *defaults, size_t panel, bool *said,
                     struct limen_text *out, struct limen_error *error) {
  const int64_t k = limen_grid_integer(&defaults->report->plan->grid, 0, "k");
  size_t *rank = limen_alloc(defaults->settings, sizeof *rank, error);
  if (!rank) return LIMEN_FAILED;
  const size_t count = recall_defaults_rank(defaults, panel, rank);
  *said = count > 0;
  if (count > 0) {
    limen_text_add(out, "On ");
    recall_defaults_panel_name(defaults, panel, out);
    limen_text_print(out, " default parameters give a recall@%" PRId64 " %s ", k,
                     count > 1 ? "from" : "of");
    say_one(defaults, rank[count - 1], panel, out);
  }
  if (count > 1) {
    limen_text_add(out, " to ");
    say_one(defaults, rank[0], panel, out);
  }
  limen_free(rank);
  return LIMEN_OK;
}

/* "; on 2 other sets the lowest is 0.971 [0.958, 0.980] (Chroma on clusters_mixed)" */
static void say_others(const struct recall_defaults *defaults, size_t told,
                       struct limen_text *out) {
  const struct recall_group *lowest = NULL;
  size_t setting = 0, panel = 0, others = 0;
  for (size_t p = 0; p < defaults->panels; p++) {
    bool there = false;
    for (size_t s = 0; s < defaults->settings && p != told; s++) {
      const struct recall_group *group = recall_default_group(defaults, s, p);
      if (!group) continue;
      there = true;
      if (lowest && group->recall.value >= lowest->recall.value) continue;
      lowest = group;
      setting = s;
      panel = p;
    }
    others += there;
  }
  if (others == 0) return;
  limen_text_print(out, "; on %zu other set%s of data the lowest is ", others,
                   others == 1 ? "" : "s");
  limen_report_number(&lowest->recall, out);
  limen_text_print(out, " (%s", defaults->setting[setting].names);
  if (others > 1) {
    limen_text_add(out, " on ");
    recall_defaults_panel_name(defaults, panel, out);
  }
  limen_text_add(out, ")");
}

static int answer(const struct recall_defaults *defaults, struct limen_error *error) {
  const struct limen_grid *grid = &defaults->report->plan->grid;
  const size_t engines = (size_t)limen_parameter_find(grid->parameters, "engine");
  struct limen_text text = {0};
  char plain[2048];
  bool said = false;
  int status = LIMEN_OK;
  for (size_t p = 0; p < defaults->panels && !said && status == LIMEN_OK; p++) {
    status = say_panel(defaults, p, &said, &text, error);
    if (said) say_others(defaults, p, &text);
  }
  if (said)
    limen_text_print(&text, ". All were run in %s%s: this compares parameters, not systems.",
                     grid->values[engines][0].as.string,
                     defaults->others ? ", some in their own library too" : "");
  else
    limen_text_add(&text, "No build with a system's defaults is finished yet.");
  limen_document_print(defaults->report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
  return status;
}

/* ---- what is not there ---- */

static void tell_not_held(const struct recall_report *report) {
  const struct limen_grid *grid = &report->plan->grid;
  const int64_t k = limen_grid_integer(grid, 0, "k");
  struct limen_text names = {0};
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++)
    if (!recall_grid_holds(grid, vendor))
      limen_text_print(&names,
                       "%s%s (M = %" PRId64 ", ef_construction = %" PRId64 ", ef = %" PRId64 ")",
                       names.length ? ", " : "", vendor->name, vendor->M, vendor->ef_construction,
                       recall_vendor_ef(vendor, k));
  if (names.length > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Not run, as the lists of M, ef_construction and ef do not hold their "
                         "defaults: %s.",
                         limen_text_string(&names));
  limen_text_clear(&names);
}

static void tell_what_else(const struct recall_report *report) {
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "Parameters are not systems. Those segment and compress data, filter, fall "
                       "back to exact search for small collections, build with several threads "
                       "and change their defaults. None of that is here.");
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "Assumed: Qdrant searches with ef = ef_construction unless a query says "
                       "otherwise; Weaviate's ef follows k. An ef below k counts as k.");
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "The same M is not the same graph in every library: FAISS and hnswlib give "
                       "2 M links on the lowest level, others may give M.");
}

/* ---- the whole ---- */

/* A graph that some system builds: in the first engine anyone's, in another its own system's. */
static bool wants(const struct limen_grid *grid, size_t point) {
  const size_t engines = (size_t)limen_parameter_find(grid->parameters, "engine");
  const char *engine = limen_grid_string(grid, point, "engine");
  const bool home = strcmp(engine, grid->values[engines][0].as.string) == 0;
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++)
    if (recall_grid_holds(grid, vendor) && limen_grid_integer(grid, point, "M") == vendor->M &&
        limen_grid_integer(grid, point, "ef_construction") == vendor->ef_construction &&
        (home || (vendor->library && strcmp(vendor->library, engine) == 0)))
      return true;
  return false;
}

static int describe_defaults(const struct recall_defaults *defaults, struct limen_error *error) {
  const struct recall_report *report = defaults->report;
  int status = answer(defaults, error);
  if (status != LIMEN_OK) return status;
  recall_report_warnings(report);
  tell_not_held(report);
  if (defaults->settings > 0) limen_document_plot(report->out, recall_defaults_plot(defaults));
  recall_report_settings(report);
  status = recall_defaults_table(defaults, error);
  recall_defaults_vendors_table(defaults);
  if (status != LIMEN_OK) return status;
  limen_document_heading(report->out, "Recall and work");
  for (size_t p = 0; p < defaults->panels && p < PANELS_DRAWN; p++)
    limen_document_plot(report->out, recall_defaults_work_plot(defaults, p));
  recall_report_recalls_table(report, "Everything that was run, with every ef for every graph.");
  recall_report_doubts(report);
  tell_what_else(report);
  recall_report_definitions(report);
  return LIMEN_OK;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  struct recall_defaults defaults = {0};
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  recall_report_start(&report);
  status = recall_defaults_init(&defaults, &report, error);
  if (status == LIMEN_OK) status = describe_defaults(&defaults, error);
  recall_defaults_clear(&defaults);
  recall_report_clear(&report);
  return status;
}

const struct recall_study recall_study_defaults = {
    .name = "defaults",
    .about = "recall with the parameters that systems come with",
    .wants = wants,
    .describe = describe,
};
