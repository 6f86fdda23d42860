/* Where searches end that miss: in other categories, and which categories are lost. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_missed.h"
#include "stats/interval.h"

enum { CATEGORIES_TOLD = 8 /* of an arm, the worst ones */ };

static bool is_true_miss(const struct limen_miss_record *record) {
  return (MISSED_TRULY & MISSED_FOR(record->reason)) != 0;
}

/* ---- where searches end ---- */

/* Of a query: true misses, wrong rows returned, and those whose category no true neighbour has. */
struct ending {
  size_t missed, wrong, elsewhere;
};

static bool is_neighbour(const struct limen_miss_record *records, size_t k, int32_t id) {
  for (size_t j = 0; j < k; j++)
    if (records[j].row == (uint32_t)id) return true;
  return false;
}

static bool is_category(const struct missed_arm *arm, const struct limen_miss_record *records,
                        uint32_t label) {
  for (size_t j = 0; j < arm->k; j++)
    if (arm->label[records[j].row] == label) return true;
  return false;
}

static struct ending ending_of(const struct missed_arm *arm, size_t build, size_t query) {
  const struct limen_miss_record *records = arm->records[build] + query * arm->k;
  const int32_t *ids = arm->ids[build] + query * arm->k;
  struct ending ending = {0};
  for (size_t j = 0; j < arm->k; j++) ending.missed += is_true_miss(&records[j]);
  for (size_t j = 0; ending.missed > 0 && j < arm->k; j++) {
    if (ids[j] < 0 || (size_t)ids[j] >= arm->rows || is_neighbour(records, arm->k, ids[j]))
      continue;
    ending.wrong++;
    if (arm->label) ending.elsewhere += !is_category(arm, records, arm->label[ids[j]]);
  }
  return ending;
}

/* One of the two shares, over builds and queries. */
static int share_of_endings(const struct missed_arm *arm, bool lost, struct limen_reported *out,
                            struct limen_error *error) {
  const size_t cells = arm->builds * arm->queries;
  double *part = limen_alloc(cells, sizeof *part, error);
  double *whole = limen_alloc(cells, sizeof *whole, error);
  int status = part && whole ? LIMEN_OK : LIMEN_FAILED;
  for (size_t c = 0; c < cells && status == LIMEN_OK; c++) {
    struct ending ending = ending_of(arm, c / arm->queries, c % arm->queries);
    whole[c] = (double)(lost ? ending.missed : ending.wrong);
    part[c] = lost ? (ending.missed == arm->k ? whole[c] : 0) : (double)ending.elsewhere;
  }
  if (status == LIMEN_OK) status = missed_ratio(part, whole, arm->builds, arm->queries, out, error);
  limen_free(part);
  limen_free(whole);
  return status;
}

int missed_at_lost_queries(const struct missed_arm *arm, struct limen_reported *out,
                           struct limen_error *error) {
  return share_of_endings(arm, true, out, error);
}

int missed_elsewhere(const struct missed_arm *arm, struct limen_reported *out,
                     struct limen_error *error) {
  *out = (struct limen_reported){NAN, NAN, NAN};
  return arm->label ? share_of_endings(arm, false, out, error) : LIMEN_OK;
}

static int ends_row(const struct missed_report *report, const struct missed_arm *arm,
                    struct limen_error *error) {
  enum { COLUMNS = 5 };
  struct limen_text cells[COLUMNS] = {0};
  struct limen_reported lost, elsewhere;
  const char *row[COLUMNS];
  size_t with = 0;
  for (size_t b = 0; b < arm->builds; b++)
    for (size_t q = 0; q < arm->queries; q++) with += ending_of(arm, b, q).missed > 0;
  int status = missed_at_lost_queries(arm, &lost, error);
  if (status == LIMEN_OK) status = missed_elsewhere(arm, &elsewhere, error);
  if (status != LIMEN_OK) return status;
  missed_arm_name(report, arm, false, &cells[0]);
  limen_text_print(&cells[1], "%" PRId64, arm->group->ef);
  limen_text_print(&cells[2], "%.2f", 100 * (double)with / (double)(arm->builds * arm->queries));
  missed_print_percent(&lost, &cells[3]);
  missed_print_percent(&elsewhere, &cells[4]);
  for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->common.out, row);
  for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  return status;
}

int missed_describe_ends(const struct missed_report *report, struct limen_error *error) {
  struct limen_document *out = report->common.out;
  int status = LIMEN_OK;
  limen_document_heading(out, "Where the searches end");
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                       "A search that is a little short misses a few of a query's neighbours and "
                       "returns rows near them instead; one that went astray misses all of them "
                       "and returns rows of other categories.");
  limen_document_table(out,
                       "Queries that truly missed something, in percent; of what was missed, how "
                       "much at queries that found none of their neighbours; of the wrong rows "
                       "that came back, how many are of a category that none of the query's true "
                       "neighbours has. With 95% intervals.",
                       "index|#ef|#% of queries|#% missed where nothing was found|"
                       "#% of another category");
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    status = ends_row(report, &report->arm[i], error);
  limen_document_fold(out, 24);
  return status;
}

/* ---- categories ---- */

static size_t category_of(const struct missed_arm *arm, size_t build,
                          const struct limen_miss_record *record) {
  (void)build;
  return arm->label[record->row];
}

struct category {
  size_t label, neighbours, missed;
  size_t worst, best; /* misses of the builds with most and fewest */
  size_t reason[LIMEN_MISSES];
};

static double rate_of(const struct category *category) {
  return category->neighbours > 0 ? (double)category->missed / (double)category->neighbours : 0;
}

/* The highest rate first; at one rate the one with more neighbours. */
static int by_rate(const void *a, const void *b) {
  const struct category *x = a, *y = b;
  if (rate_of(x) != rate_of(y)) return rate_of(x) > rate_of(y) ? -1 : 1;
  if (x->neighbours != y->neighbours) return x->neighbours > y->neighbours ? -1 : 1;
  return (x->label > y->label) - (x->label < y->label);
}

static int count_categories(const struct missed_arm *arm, struct category **out,
                            struct limen_error *error) {
  struct category *categories = *out = limen_alloc(arm->labels, sizeof *categories, error);
  size_t *here = limen_alloc(arm->labels, sizeof *here, error);
  int status = categories && here ? LIMEN_OK : LIMEN_FAILED;
  for (size_t l = 0; l < arm->labels && status == LIMEN_OK; l++)
    categories[l] = (struct category){.label = l, .best = SIZE_MAX};
  for (size_t b = 0; b < arm->builds && status == LIMEN_OK; b++) {
    memset(here, 0, arm->labels * sizeof *here);
    for (size_t i = 0; i < arm->queries * arm->k; i++) {
      const struct limen_miss_record *record = &arm->records[b][i];
      struct category *category = &categories[arm->label[record->row]];
      category->neighbours++;
      if (!is_true_miss(record)) continue;
      category->missed++;
      category->reason[record->reason]++;
      here[category->label]++;
    }
    for (size_t l = 0; l < arm->labels; l++) {
      if (here[l] > categories[l].worst) categories[l].worst = here[l];
      if (here[l] < categories[l].best) categories[l].best = here[l];
    }
  }
  limen_free(here);
  if (status == LIMEN_OK) qsort(categories, arm->labels, sizeof *categories, by_rate);
  return status;
}

static const char *commonest_reason(const struct category *category) {
  size_t most = LIMEN_MISS_NONE;
  for (size_t r = 0; r < LIMEN_MISSES; r++)
    if (category->reason[r] > category->reason[most]) most = r;
  return category->reason[most] > 0 ? limen_miss_name(most) : "";
}

static int category_row(const struct missed_report *report, const struct missed_arm *arm,
                        const struct category *category, struct limen_error *error) {
  enum { COLUMNS = 6 };
  const struct missed_split split = {arm->labels, category_of};
  struct limen_text cells[COLUMNS] = {0};
  struct missed_rate rate;
  const char *row[COLUMNS];
  const double each = (double)category->neighbours / (double)arm->builds;
  int status = missed_rate(arm, MISSED_TRULY, &split, category->label, &rate, error);
  if (status != LIMEN_OK) return status;
  missed_arm_name(report, arm, false, &cells[0]);
  limen_text_add(&cells[1], arm->name[category->label]);
  limen_text_print(&cells[2], "%.0f", each);
  missed_print_percent(&rate.number, &cells[3]);
  limen_text_print(&cells[4], "%.0f to %.0f", 100 * (double)category->best / each,
                   100 * (double)category->worst / each);
  limen_text_add(&cells[5], commonest_reason(category));
  for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->common.out, row);
  for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  return status;
}

/* How few categories hold half of the misses: misses spread evenly would be in half of them. */
static void tell_concentration(const struct missed_report *report, const struct missed_arm *arm,
                               const struct category *categories) {
  struct limen_text text = {0};
  char plain[1024];
  size_t missed = 0, untouched = 0, lost = 0;
  for (size_t l = 0; l < arm->labels; l++) {
    missed += categories[l].missed;
    untouched += categories[l].missed == 0;
    lost += categories[l].missed > 0 && 2 * categories[l].missed >= categories[l].neighbours;
  }
  missed_arm_name(report, arm, false, &text);
  limen_text_print(&text,
                   ", ef = %" PRId64
                   ": all builds together, %zu true neighbours are missed; %zu of "
                   "%zu categories miss none, %zu miss half or more.",
                   arm->group->ef, missed, untouched, arm->labels, lost);
  limen_document_print(report->common.out, LIMEN_BLOCK_LIST, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

static bool is_told(const struct missed_report *report, const struct missed_arm *arm) {
  return arm->label && missed_is_middle(report, arm);
}

int missed_describe_categories(const struct missed_report *report, struct limen_error *error) {
  struct limen_document *out = report->common.out;
  struct category **all = NULL;
  size_t told = 0;
  int status = LIMEN_OK;
  for (size_t i = 0; i < report->count; i++) told += is_told(report, &report->arm[i]);
  if (told == 0) return LIMEN_OK;
  if (!(all = limen_alloc(report->count, sizeof(struct category *), error))) return LIMEN_FAILED;
  limen_document_heading(out, "By category");
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    if (!is_told(report, &report->arm[i])) continue;
    status = count_categories(&report->arm[i], &all[i], error);
    if (status == LIMEN_OK) tell_concentration(report, &report->arm[i], all[i]);
  }
  limen_document_table(out,
                       "The categories that miss most, with 95% intervals; the least and the most "
                       "that a single build missed of them; and the commonest reason.",
                       "index|category|#neighbours a build|#% missed|#% by build|reason");
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    for (size_t l = 0; all[i] && l < report->arm[i].labels && l < CATEGORIES_TOLD; l++)
      if (status == LIMEN_OK && all[i][l].missed > 0)
        status = category_row(report, &report->arm[i], &all[i][l], error);
  limen_document_fold(out, 16);
  for (size_t i = 0; i < report->count; i++) limen_free(all[i]);
  limen_free(all);
  return status;
}
