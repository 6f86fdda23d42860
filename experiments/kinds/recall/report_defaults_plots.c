/* Plots and tables of the study "defaults". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_defaults.h"
#include "experiments/kinds/recall/report_vendors.h"

enum { COLOURS = 8 };

/* Settings in another engine than the first are those of the system that it is from. */
static void print_names(const struct recall_defaults *defaults, size_t setting,
                        struct limen_text *out) {
  const struct recall_setting *one = &defaults->setting[setting];
  const struct limen_grid *grid = &defaults->report->plan->grid;
  const size_t engines = (size_t)limen_parameter_find(grid->parameters, "engine");
  limen_text_add(out, one->names);
  if (strcmp(one->engine, grid->values[engines][0].as.string) != 0)
    limen_text_add(out, ", own library");
}

static void print_setting(const struct recall_setting *setting, struct limen_text *out) {
  limen_text_print(out, "%" PRId64 "/%" PRId64 "/%" PRId64, setting->M, setting->ef_construction,
                   setting->ef);
}

struct limen_plot *recall_defaults_plot(const struct recall_defaults *defaults) {
  struct limen_plot *plot = limen_plot_alloc(
      "recall_of_defaults",
      defaults->others > 0
          ? "Recall with the default M/ef_construction/ef of each system on the same data, in one "
            "library but where it says otherwise, with 95% intervals over queries and builds. The "
            "recall axis is stretched towards 1."
          : "Recall with the default M/ef_construction/ef of each system on the same data, all in "
            "one library, with 95% intervals over queries and builds. The recall axis is stretched "
            "towards 1.",
      "recall", "");
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOGIT;
  for (size_t s = 0; s < defaults->settings; s++) {
    struct limen_text name = {0};
    print_names(defaults, s, &name);
    limen_text_add(&name, "  ");
    print_setting(&defaults->setting[s], &name);
    limen_plot_row(plot, limen_text_string(&name));
    limen_text_clear(&name);
  }
  const size_t drawn = defaults->panels < COLOURS ? defaults->panels : COLOURS;
  for (size_t p = 0; p < drawn; p++) {
    const double beside = 0.6 * (((double)p + 0.5) / (double)drawn - 0.5);
    struct limen_text name = {0};
    recall_defaults_panel_name(defaults, p, &name);
    size_t series = limen_plot_series(plot, limen_text_string(&name), LIMEN_POINTS, (int)p);
    for (size_t s = 0; s < defaults->settings; s++) {
      const struct recall_group *group = recall_default_group(defaults, s, p);
      if (group)
        limen_plot_point(plot, series, group->recall.value, (double)s + beside, group->recall.lower,
                         group->recall.upper);
    }
    limen_text_clear(&name);
  }
  return plot;
}

struct limen_plot *recall_defaults_work_plot(const struct recall_defaults *defaults, size_t panel) {
  struct limen_text caption = {0};
  char name[64];
  recall_defaults_panel_name(defaults, panel, &caption);
  limen_text_add(&caption,
                 ". What the recall of each system's defaults is paid with, with 95% intervals. "
                 "Up and to the left is better.");
  snprintf(name, sizeof name, "work_of_defaults_%zu", panel + 1);
  struct limen_plot *plot =
      limen_plot_alloc(name, limen_text_string(&caption), "distance evaluations a query", "recall");
  limen_text_clear(&caption);
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  size_t series = limen_plot_series(plot, "", LIMEN_POINTS, 0);
  for (size_t s = 0; s < defaults->settings; s++) {
    const struct recall_group *group = recall_default_group(defaults, s, panel);
    struct limen_text label = {0};
    if (!group) continue;
    limen_plot_point(plot, series, group->distances.value, group->recall.value, group->recall.lower,
                     group->recall.upper);
    print_names(defaults, s, &label);
    limen_plot_mark(plot, group->distances.value, group->recall.value, limen_text_string(&label));
    limen_text_clear(&label);
  }
  return plot;
}

/* "+0.4 [-0.1, +0.9], noise"; where no query knows a difference there is none to tell. */
static int print_difference(const struct recall_defaults *defaults,
                            const struct recall_group *above, const struct recall_group *below,
                            struct limen_text *out, struct limen_error *error) {
  struct limen_reported number;
  int status = recall_default_difference(defaults, above, below, &number, error);
  if (status != LIMEN_OK) return status;
  if (number.lower == number.upper && number.value == 0) {
    limen_text_add(out, "none");
    return LIMEN_OK;
  }
  limen_report_points(&number, out);
  if (number.lower <= 0 && number.upper >= 0) limen_text_add(out, ", noise");
  return LIMEN_OK;
}

static int table_row(const struct recall_defaults *defaults, size_t panel, size_t setting,
                     const struct recall_group *below, struct limen_error *error) {
  enum { COLUMNS = 6 };
  const struct recall_group *group = recall_default_group(defaults, setting, panel);
  struct limen_text cells[COLUMNS] = {0};
  const char *row[COLUMNS];
  int status = LIMEN_OK;
  recall_defaults_panel_name(defaults, panel, &cells[0]);
  print_names(defaults, setting, &cells[1]);
  print_setting(&defaults->setting[setting], &cells[2]);
  limen_report_number(&group->recall, &cells[3]);
  limen_report_compact(&group->distances, &cells[4]);
  if (below) status = print_difference(defaults, group, below, &cells[5], error);
  for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(defaults->report->out, row);
  for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  return status;
}

int recall_defaults_table(const struct recall_defaults *defaults, struct limen_error *error) {
  size_t *rank = limen_alloc(defaults->settings, sizeof *rank, error);
  int status = rank ? LIMEN_OK : LIMEN_FAILED;
  limen_document_table(
      defaults->report->out,
      "Recall and work of each system's defaults, the best first; and how many points more recall "
      "than the next it has over the same queries, with 95% intervals that hold builds too.",
      "data|defaults of|M/ef_construction/ef|#recall|#distances|#points over the next");
  for (size_t p = 0; p < defaults->panels && status == LIMEN_OK; p++) {
    size_t count = recall_defaults_rank(defaults, p, rank);
    for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
      const struct recall_group *below =
          i + 1 < count ? recall_default_group(defaults, rank[i + 1], p) : NULL;
      status = table_row(defaults, p, rank[i], below, error);
    }
  }
  limen_document_fold(defaults->report->out, 30);
  limen_free(rank);
  return status;
}

void recall_defaults_vendors_table(const struct recall_defaults *defaults) {
  enum { COLUMNS = 6 };
  const struct limen_grid *grid = &defaults->report->plan->grid;
  limen_document_table(defaults->report->out,
                       "The defaults and where they were read. They change with releases.",
                       "system|#M|#ef_construction|#ef|read in|#year");
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++) {
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    limen_text_add(&cells[0], vendor->name);
    limen_text_print(&cells[1], "%" PRId64, vendor->M);
    limen_text_print(&cells[2], "%" PRId64, vendor->ef_construction);
    limen_text_print(&cells[3], "%" PRId64,
                     recall_vendor_ef(vendor, limen_grid_integer(grid, 0, "k")));
    if (vendor->factor > 0)
      limen_text_print(&cells[3], " (%" PRId64 " k within %" PRId64 "..%" PRId64 ")",
                       vendor->factor, vendor->ef, vendor->ef_most);
    limen_text_add(&cells[4], vendor->source);
    limen_text_print(&cells[5], "%d", vendor->year);
    for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
    limen_document_row(defaults->report->out, row);
    for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  }
}
