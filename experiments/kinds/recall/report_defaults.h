/* The study "defaults": settings that systems come with, as they were run. */
#ifndef LIMEN_KINDS_RECALL_REPORT_DEFAULTS_H
#define LIMEN_KINDS_RECALL_REPORT_DEFAULTS_H

#include "experiments/kinds/recall/report.h"

/* Settings in an engine, and who comes with them. */
struct recall_setting {
  int64_t M, ef_construction, ef;
  const char *engine;
  char names[128]; /* "hnswlib, Redis" */
};

struct recall_defaults {
  const struct recall_report *report;
  struct recall_setting *setting;
  size_t settings, others; /* others: of them, in another engine than the first */
  size_t *panel;           /* a point of each set of data */
  size_t panels;
  /* settings x panels, settings in the order of falling recall on the first panel; NULL: not
   * there (yet) */
  const struct recall_group **group;
};

/* Cleared by recall_defaults_clear. Settings that no group answers to are left out. */
int recall_defaults_init(struct recall_defaults *defaults, const struct recall_report *report,
                         struct limen_error *error);
void recall_defaults_clear(struct recall_defaults *defaults);

const struct recall_group *recall_default_group(const struct recall_defaults *defaults,
                                                size_t setting, size_t panel);

/* "subspace, r = 16" */
void recall_defaults_panel_name(const struct recall_defaults *defaults, size_t panel,
                                struct limen_text *out);

/* Whether the definition's lists hold a system's settings. */
struct recall_vendor;
bool recall_grid_holds(const struct limen_grid *grid, const struct recall_vendor *vendor);

/* `rank` (room for all settings) becomes the settings of a panel by falling recall; returns how
 * many are there. */
size_t recall_defaults_rank(const struct recall_defaults *defaults, size_t panel, size_t *rank);

/* How much more recall `first` has than `second`, over the same queries. */
int recall_default_difference(const struct recall_defaults *defaults,
                              const struct recall_group *first, const struct recall_group *second,
                              struct limen_reported *out, struct limen_error *error);

struct limen_plot *recall_defaults_plot(const struct recall_defaults *defaults);
struct limen_plot *recall_defaults_work_plot(const struct recall_defaults *defaults, size_t panel);
int recall_defaults_table(const struct recall_defaults *defaults, struct limen_error *error);
void recall_defaults_vendors_table(const struct recall_defaults *defaults);

#endif
