/* Which settings of which systems were run on which data, and how they compare. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/dataset.h"
#include "datasets/datasets.h"
#include "experiments/kinds/recall/data.h"
#include "experiments/kinds/recall/report_builds.h"
#include "experiments/kinds/recall/report_defaults.h"
#include "experiments/kinds/recall/report_vendors.h"
#include "stats/crossed.h"

static const char *const of_settings[] = {"engine", "M", "ef_construction", NULL};

static bool holds(const struct limen_grid *grid, const char *parameter, int64_t value) {
  const size_t p = (size_t)limen_parameter_find(grid->parameters, parameter);
  for (size_t v = 0; v < grid->lengths[p]; v++)
    if (grid->values[p][v].as.integer == value) return true;
  return false;
}

bool recall_grid_holds(const struct limen_grid *grid, const struct recall_vendor *vendor) {
  const int64_t k = limen_grid_integer(grid, 0, "k");
  return holds(grid, "M", vendor->M) && holds(grid, "ef_construction", vendor->ef_construction) &&
         holds(grid, "ef", recall_vendor_ef(vendor, k));
}

/* ---- the settings ---- */

static bool is_setting(const struct recall_report *report, const struct recall_group *group,
                       const struct recall_setting *setting) {
  const struct limen_grid *grid = &report->plan->grid;
  return group->ef == setting->ef && limen_grid_integer(grid, group->point, "M") == setting->M &&
         limen_grid_integer(grid, group->point, "ef_construction") == setting->ef_construction &&
         strcmp(limen_grid_string(grid, group->point, "engine"), setting->engine) == 0;
}

static bool is_there(const struct recall_report *report, const struct recall_setting *setting) {
  for (size_t i = 0; i < report->count; i++)
    if (is_setting(report, &report->groups[i], setting)) return true;
  return false;
}

/* Adds a system's settings in an engine, or its name to those that have the same. */
static void add_setting(struct recall_defaults *defaults, const struct recall_vendor *vendor,
                        const char *engine) {
  const int64_t k = limen_grid_integer(&defaults->report->plan->grid, 0, "k");
  struct recall_setting new = {.M = vendor->M,
                               .ef_construction = vendor->ef_construction,
                               .ef = recall_vendor_ef(vendor, k),
                               .engine = engine};
  if (!is_there(defaults->report, &new)) return;
  for (size_t i = 0; i < defaults->settings; i++) {
    struct recall_setting *old = &defaults->setting[i];
    if (old->M != new.M || old->ef_construction != new.ef_construction || old->ef != new.ef ||
        strcmp(old->engine, engine) != 0)
      continue;
    size_t used = strlen(old->names);
    snprintf(old->names + used, sizeof old->names - used, ", %s", vendor->name);
    return;
  }
  snprintf(new.names, sizeof new.names, "%s", vendor->name);
  defaults->setting[defaults->settings++] = new;
}

/* All systems in the first engine, and in the others those whose own it is. */
static int add_settings(struct recall_defaults *defaults, struct limen_error *error) {
  const struct limen_grid *grid = &defaults->report->plan->grid;
  const size_t engines = (size_t)limen_parameter_find(grid->parameters, "engine");
  size_t vendors = 0;
  while (recall_vendors[vendors].name) vendors++;
  defaults->setting =
      limen_alloc(vendors * grid->lengths[engines], sizeof *defaults->setting, error);
  if (!defaults->setting) return LIMEN_FAILED;
  for (size_t e = 0; e < grid->lengths[engines]; e++)
    for (size_t v = 0; v < vendors; v++) {
      const char *engine = grid->values[engines][e].as.string;
      const char *own = recall_vendors[v].library;
      if (e == 0 || (own && strcmp(own, engine) == 0))
        add_setting(defaults, &recall_vendors[v], engine);
      if (e == 0) defaults->others = defaults->settings;
    }
  defaults->others = defaults->settings - defaults->others;
  return LIMEN_OK;
}

/* ---- data ---- */

static int add_panels(struct recall_defaults *defaults, struct limen_error *error) {
  const struct recall_report *report = defaults->report;
  defaults->panel = limen_alloc(report->count, sizeof *defaults->panel, error);
  if (!defaults->panel) return LIMEN_FAILED;
  for (size_t i = 0; i < report->count; i++) {
    bool known = false;
    for (size_t p = 0; p < defaults->panels && !known; p++)
      known = limen_report_same_but(report->plan, defaults->panel[p], report->groups[i].point,
                                    of_settings);
    if (!known) defaults->panel[defaults->panels++] = report->groups[i].point;
  }
  return LIMEN_OK;
}

void recall_defaults_panel_name(const struct recall_defaults *defaults, size_t panel,
                                struct limen_text *out) {
  const struct limen_grid *grid = &defaults->report->plan->grid;
  const size_t point = defaults->panel[panel];
  const struct limen_dataset *dataset =
      limen_dataset_find(limen_datasets, limen_grid_string(grid, point, "data"));
  const bool has_rank = dataset && recall_rank_of(dataset);
  const char *const except[] = {"engine", "M", "ef_construction", "data", has_rank ? NULL : "r",
                                NULL};
  struct limen_text rest = {0};
  limen_report_value(defaults->report->plan, point, "data", out);
  limen_report_point(defaults->report->plan, point, except, &rest);
  if (rest.length > 0) limen_text_print(out, ", %s", limen_text_string(&rest));
  limen_text_clear(&rest);
}

/* ---- the whole ---- */

static const struct recall_group *find(const struct recall_defaults *defaults,
                                       const struct recall_setting *setting, size_t panel) {
  const struct recall_report *report = defaults->report;
  for (size_t i = 0; i < report->count; i++)
    if (is_setting(report, &report->groups[i], setting) &&
        limen_report_same_but(report->plan, defaults->panel[panel], report->groups[i].point,
                              of_settings))
      return &report->groups[i];
  return NULL;
}

const struct recall_group *recall_default_group(const struct recall_defaults *defaults,
                                                size_t setting, size_t panel) {
  return defaults->group[setting * defaults->panels + panel];
}

static double recall_of(const struct recall_defaults *defaults, size_t setting, size_t panel) {
  const struct recall_group *group = find(defaults, &defaults->setting[setting], panel);
  return group ? group->recall.value : -1;
}

/* By falling recall on the first data; a handful, so a simple sort does. */
static void sort_settings(struct recall_defaults *defaults) {
  for (size_t i = 1; i < defaults->settings; i++)
    for (size_t j = i; j > 0 && recall_of(defaults, j, 0) > recall_of(defaults, j - 1, 0); j--) {
      struct recall_setting swap = defaults->setting[j];
      defaults->setting[j] = defaults->setting[j - 1];
      defaults->setting[j - 1] = swap;
    }
}

int recall_defaults_init(struct recall_defaults *defaults, const struct recall_report *report,
                         struct limen_error *error) {
  *defaults = (struct recall_defaults){.report = report};
  int status = add_settings(defaults, error);
  if (status == LIMEN_OK) status = add_panels(defaults, error);
  if (status != LIMEN_OK) return status;
  sort_settings(defaults);
  defaults->group =
      limen_alloc(defaults->settings * defaults->panels, sizeof(struct recall_group *), error);
  if (!defaults->group) return LIMEN_FAILED;
  for (size_t s = 0; s < defaults->settings; s++)
    for (size_t p = 0; p < defaults->panels; p++)
      defaults->group[s * defaults->panels + p] = find(defaults, &defaults->setting[s], p);
  return LIMEN_OK;
}

void recall_defaults_clear(struct recall_defaults *defaults) {
  limen_free(defaults->setting);
  limen_free(defaults->panel);
  limen_free(defaults->group);
  *defaults = (struct recall_defaults){0};
}

size_t recall_defaults_rank(const struct recall_defaults *defaults, size_t panel, size_t *rank) {
  size_t count = 0;
  for (size_t s = 0; s < defaults->settings; s++) {
    if (!recall_default_group(defaults, s, panel)) continue;
    size_t at = count++;
    double recall = recall_default_group(defaults, s, panel)->recall.value;
    for (; at > 0; at--) {
      if (recall_default_group(defaults, rank[at - 1], panel)->recall.value >= recall) break;
      rank[at] = rank[at - 1];
    }
    rank[at] = s;
  }
  return count;
}

/* ---- differences ---- */

int recall_default_difference(const struct recall_defaults *defaults,
                              const struct recall_group *first, const struct recall_group *second,
                              struct limen_reported *out, struct limen_error *error) {
  const struct limen_plan *plan = defaults->report->plan;
  struct recall_builds one = {0}, two = {0};
  struct limen_crossed_difference difference;
  int status = recall_builds_read(plan, first->point, first->row, &one, error);
  if (status == LIMEN_OK)
    status = recall_builds_read(plan, second->point, second->row, &two, error);
  if (status == LIMEN_OK && one.queries != two.queries)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%zu queries cannot be paired with %zu: the store is damaged; run again "
                        "with --fresh",
                        one.queries, two.queries);
  if (status == LIMEN_OK)
    status = limen_crossed_difference(one.recall, one.builds, two.recall, two.builds, one.queries,
                                      RECALL_CONFIDENCE, &difference, error);
  if (status == LIMEN_OK)
    *out = (struct limen_reported){difference.difference, difference.lower, difference.upper};
  recall_builds_clear(&one);
  recall_builds_clear(&two);
  return status;
}
