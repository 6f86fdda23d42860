/* What the study "patterns" works out before it says anything: rows, spreads, differences. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_patterns.h"
#include "stats/components.h"
#include "stats/distributions.h"
#include "stats/holm.h"
#include "stats/mean.h"

const size_t patterns_measure[PATTERNS_MEASURES] = {0, RETRIEVAL_RECALL_100 - RETRIEVAL_RECALL_2};

static const char *const but_model[] = {"representation", "d", NULL};
static const char *const but_pattern[] = {"pattern", NULL};
static const char *const but_pattern_and_model[] = {"pattern", "representation", "d", NULL};

/* ---- groups ---- */

bool patterns_is_oracle(const struct patterns *patterns, size_t group) {
  const struct retrieval_report *report = patterns->report;
  return retrieval_representation(&report->plan->grid, report->groups[group].point)->oracle;
}

const char *patterns_pattern(const struct patterns *patterns, size_t group) {
  const struct retrieval_report *report = patterns->report;
  return limen_grid_string(&report->plan->grid, report->groups[group].point, "pattern");
}

static bool same_but(const struct patterns *patterns, size_t a, size_t b,
                     const char *const *except) {
  const struct retrieval_report *report = patterns->report;
  return limen_report_same_but(report->plan, report->groups[a].point, report->groups[b].point,
                               except);
}

bool patterns_in_row(const struct patterns *patterns, size_t row, size_t group) {
  return same_but(patterns, patterns->row[row].first, group, but_model);
}

void patterns_print_comparison(const struct patterns *patterns, size_t group,
                               struct limen_text *out) {
  static const char *const named[] = {"pattern", "representation", "d", "queries", "pool", NULL};
  const struct limen_plan *plan = patterns->report->plan;
  const size_t point = patterns->report->groups[group].point;
  const int64_t queries = limen_grid_integer(&plan->grid, point, "queries");
  const int64_t pool = limen_grid_integer(&plan->grid, point, "pool");
  if (queries > 0) limen_text_print(out, "%" PRId64 " queries", queries);
  if (pool > 0) limen_text_print(out, "%s%" PRId64 " documents", queries > 0 ? " on " : "", pool);
  struct limen_text others = {0};
  limen_report_point(plan, point, named, &others);
  if (others.length > 0) limen_text_print(out, ", %s", limen_text_string(&others));
  limen_text_clear(&others);
}

/* Rows of a comparison stand together, comparisons in the order in which they come up. */
static int find_rows(struct patterns *patterns, struct limen_error *error) {
  const struct retrieval_report *report = patterns->report;
  if (!(patterns->row = limen_alloc(report->count + 1, sizeof *patterns->row, error)))
    return LIMEN_FAILED;
  for (size_t c = 0; c < report->count; c++) {
    if (!retrieval_report_is_first(report, c, but_pattern_and_model)) continue;
    for (size_t i = c; i < report->count; i++)
      if (same_but(patterns, c, i, but_pattern_and_model) &&
          retrieval_report_is_first(report, i, but_model))
        patterns->row[patterns->rows++] = (struct patterns_row){i, patterns->comparisons};
    patterns->comparisons++;
  }
  return LIMEN_OK;
}

/* ---- spreads ---- */

/* Instances x queries of one measure; NULL where they do not all have as many queries. */
static int read_table(const struct patterns *patterns, size_t group, size_t measure, double **table,
                      size_t *instances, size_t *queries, struct limen_error *error) {
  const struct retrieval_group *of = &patterns->report->groups[group];
  const struct limen_plan *plan = patterns->report->plan;
  const struct limen_cell **cells = NULL;
  int status = retrieval_cells(plan, of->point, &cells, instances, error);
  *table = NULL;
  *queries = 0;
  for (size_t i = 0; i < *instances && status == LIMEN_OK; i++) {
    double *values = NULL;
    size_t n = 0;
    status = retrieval_per_query(plan, cells[i], of->row, measure, &values, &n, error);
    if (status == LIMEN_OK && i == 0) {
      *queries = n;
      if (!(*table = limen_alloc(*instances * n, sizeof **table, error))) status = LIMEN_FAILED;
    }
    if (status == LIMEN_OK && n == *queries)
      memcpy(*table + i * n, values, n * sizeof *values);
    else
      *instances = 0;
    limen_free(values);
  }
  limen_free(cells);
  return status;
}

static int find_spread(const struct patterns *patterns, size_t group, size_t measure,
                       struct patterns_spread *out, struct limen_error *error) {
  double *table = NULL, *means = NULL;
  size_t instances = 0, queries = 0;
  struct limen_one_way parts;
  struct limen_mean mean;
  int status = read_table(patterns, group, measure, &table, &instances, &queries, error);
  if (status == LIMEN_OK && instances >= 2 && queries >= 2) {
    if (!(means = limen_alloc(instances, sizeof *means, error))) status = LIMEN_FAILED;
    for (size_t i = 0; status == LIMEN_OK && i < instances; i++)
      for (size_t q = 0; q < queries; q++) means[i] += table[i * queries + q] / (double)queries;
    if (status == LIMEN_OK)
      status = limen_mean_of(means, instances, RETRIEVAL_CONFIDENCE, &mean, error);
    if (status == LIMEN_OK)
      status =
          limen_components_one_way(table, instances, queries, RETRIEVAL_CONFIDENCE, &parts, error);
    if (status == LIMEN_OK)
      *out = (struct patterns_spread){.known = true,
                                      .sd = mean.sd,
                                      .sd_lower = mean.sd_lower,
                                      .sd_upper = mean.sd_upper,
                                      .se = sqrt(parts.within.variance / (double)queries),
                                      .p = parts.between.p};
  }
  limen_free(means);
  limen_free(table);
  return status;
}

static int find_spreads(struct patterns *patterns, struct limen_error *error) {
  const size_t all = patterns->report->count * PATTERNS_MEASURES;
  int status = LIMEN_OK;
  if (!(patterns->spread = limen_alloc(all + 1, sizeof *patterns->spread, error)))
    return LIMEN_FAILED;
  for (size_t i = 0; i < all && status == LIMEN_OK; i++)
    if (!patterns_is_oracle(patterns, i / PATTERNS_MEASURES))
      status = find_spread(patterns, i / PATTERNS_MEASURES, patterns_measure[i % PATTERNS_MEASURES],
                           &patterns->spread[i], error);
  return status;
}

struct patterns_spreads patterns_spreads_of(const struct patterns *patterns, size_t row, size_t m) {
  struct patterns_spreads all = {0};
  double squares = 0, queries = 0;
  for (size_t i = 0; i < patterns->report->count; i++) {
    const struct patterns_spread *spread = &patterns->spread[i * PATTERNS_MEASURES + m];
    if (!patterns_in_row(patterns, row, i) || !spread->known || !(spread->se > 0)) continue;
    all.cases++;
    all.apart += spread->sd_lower > spread->se;
    squares += spread->sd * spread->sd;
    queries += spread->se * spread->se;
  }
  all.ratio = sqrt(squares / queries);
  return all;
}

/* ---- differences ---- */

bool patterns_matters(const struct patterns_difference *difference) {
  return difference->known && difference->holm <= 1 - RETRIEVAL_CONFIDENCE; /* NaN: no */
}

static int compare(const struct patterns *patterns, size_t group, size_t reference, size_t measure,
                   struct patterns_difference *out, struct limen_error *error) {
  const struct retrieval_group *groups = patterns->report->groups;
  const struct limen_plan *plan = patterns->report->plan;
  const size_t column = RETRIEVAL_RECALL_2 + measure;
  const struct limen_cell **ours = NULL, **theirs = NULL;
  double *differences = NULL;
  size_t n = 0, others = 0;
  struct limen_mean mean;
  int status = retrieval_cells(plan, groups[group].point, &ours, &n, error);
  if (status == LIMEN_OK)
    status = retrieval_cells(plan, groups[reference].point, &theirs, &others, error);
  if (status == LIMEN_OK && n >= 2 && groups[group].missing + groups[reference].missing == 0) {
    if (!(differences = limen_alloc(n, sizeof *differences, error))) status = LIMEN_FAILED;
    for (size_t i = 0; i < n && status == LIMEN_OK; i++)
      differences[i] =
          ours[i]->answer.values[groups[group].row * RETRIEVAL_MEASURES + column] -
          theirs[i]->answer.values[groups[reference].row * RETRIEVAL_MEASURES + column];
    if (status == LIMEN_OK)
      status = limen_mean_of(differences, n, RETRIEVAL_CONFIDENCE, &mean, error);
    if (status == LIMEN_OK) {
      const double p = mean.sd > 0 ? limen_t_two_sided(mean.mean / mean.se, (double)(n - 1)) : NAN;
      *out = (struct patterns_difference){true, {mean.mean, mean.lower, mean.upper}, p, p};
    }
  }
  limen_free(differences);
  limen_free(theirs);
  limen_free(ours);
  return status;
}

static size_t comparison_of(const struct patterns *patterns, size_t group) {
  for (size_t r = 0; r < patterns->rows; r++)
    if (patterns_in_row(patterns, r, group)) return patterns->row[r].comparison;
  return SIZE_MAX;
}

static int adjust(struct patterns *patterns, size_t comparison, size_t m,
                  struct limen_error *error) {
  const size_t groups = patterns->report->count;
  double *p = limen_alloc(groups + 1, sizeof *p, error);
  if (!p) return LIMEN_FAILED;
  for (size_t i = 0; i < groups; i++)
    p[i] = comparison_of(patterns, i) == comparison &&
                   patterns->difference[i * PATTERNS_MEASURES + m].known
               ? patterns->difference[i * PATTERNS_MEASURES + m].p
               : NAN;
  int status = limen_holm(p, groups, error);
  for (size_t i = 0; i < groups && status == LIMEN_OK; i++)
    if (!isnan(p[i])) patterns->difference[i * PATTERNS_MEASURES + m].holm = p[i];
  limen_free(p);
  return status;
}

static int find_differences(struct patterns *patterns, struct limen_error *error) {
  const size_t groups = patterns->report->count;
  int status = LIMEN_OK;
  if (!(patterns->difference =
            limen_alloc(groups * PATTERNS_MEASURES + 1, sizeof *patterns->difference, error)))
    return LIMEN_FAILED;
  for (size_t i = 0; i < groups; i++) {
    if (patterns_is_oracle(patterns, i)) continue;
    for (size_t j = 0; j < groups; j++) {
      if (i == j || strcmp(patterns_pattern(patterns, j), patterns->reference) != 0 ||
          !same_but(patterns, i, j, but_pattern))
        continue;
      for (size_t m = 0; m < PATTERNS_MEASURES && status == LIMEN_OK; m++)
        status = compare(patterns, i, j, patterns_measure[m],
                         &patterns->difference[i * PATTERNS_MEASURES + m], error);
    }
  }
  for (size_t c = 0; c < patterns->comparisons; c++)
    for (size_t m = 0; m < PATTERNS_MEASURES && status == LIMEN_OK; m++)
      status = adjust(patterns, c, m, error);
  return status;
}

/* ---- the whole ---- */

/* The pattern that LIMIT is known for, or else the first listed. */
static const char *choose_reference(const struct limen_grid *grid) {
  const ptrdiff_t pattern = limen_parameter_find(grid->parameters, "pattern");
  for (size_t i = 0; i < grid->lengths[pattern]; i++)
    if (strcmp(grid->values[pattern][i].as.string, "dense") == 0) return "dense";
  return grid->values[pattern][0].as.string;
}

int patterns_init(struct patterns *patterns, const struct retrieval_report *report,
                  struct limen_error *error) {
  *patterns =
      (struct patterns){.report = report, .reference = choose_reference(&report->plan->grid)};
  int status = find_rows(patterns, error);
  if (status == LIMEN_OK) status = find_spreads(patterns, error);
  if (status == LIMEN_OK) status = find_differences(patterns, error);
  if (status == LIMEN_OK) status = patterns_find_critical(patterns, error);
  return status;
}

void patterns_clear(struct patterns *patterns) {
  limen_free(patterns->row);
  limen_free(patterns->spread);
  limen_free(patterns->difference);
  limen_free(patterns->critical);
  *patterns = (struct patterns){0};
}
